import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { commands } from "../../src/cli/program/commands.js";
import { forEachConcurrently } from "../../src/core/index.js";
import { setUpBatch } from "../support/batch-fixture.js";
import {
  listBlobNames,
  cliCommand,
  setUpCliJob,
  type CliJob,
  type CliResult,
  createEnvironment,
  putBlob,
  runCli,
  startCli,
} from "../support/cli.js";
import { startFaultProxy } from "../support/fault-proxy.js";
import { type Fault, makeGate } from "../support/faults.js";
import { useSharedAzurite } from "../support/use-shared-azurite.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import { createNodeCommand, readStored, openTaskStorage, waitUntilWritten } from "./support/commands.js";

interface Fixture {
  readonly job: CliJob;
  /** The job and its task, through the proxies. */
  readonly env: Record<string, string>;
  readonly folder: string;
}

/** A use of a command that checks what came of it. What is prepared is not disturbed. */
interface Scenario {
  /** Whether it is a command of a Batch account, too. */
  readonly needsBatch?: boolean;
  readonly prepare?: (fixture: Fixture) => Promise<void>;
  readonly run: (fixture: Fixture) => Promise<void>;
}

const text = "text of a\n";
const log = "t1/$TaskLog/app.log";

async function saveSome({ job }: Fixture): Promise<void> {
  await openTaskStorage(job, "t1").saveText("TaskOutput", text, "a.txt");
}

/** A task that failed, with its record and its log. */
async function failOnce({ job }: Fixture): Promise<void> {
  const run = await openTaskStorage(job, "t1").recordRun();
  await putBlob(job, "t1/$TaskLog/stderr.txt", "start\nKeyError: 'lat'\n");
  await run.end({ exitCode: 1 });
}

async function runWell({ env, folder }: Fixture, args: readonly string[]): Promise<CliResult> {
  const result = await runCli(args, { env, cwd: folder });
  expect(result, result.stderr).toMatchObject({ status: 0 });
  return result;
}

const scenarios: Readonly<Record<string, Scenario>> = {
  save: {
    async run(fixture) {
      writeFileSync(join(fixture.folder, "a.txt"), text);
      await runWell(fixture, ["save", "TaskOutput", "a.txt"]);
      expect(String(await readStored(fixture.job, "t1/$TaskOutput/a.txt"))).toBe(text);
    },
  },
  run: {
    async run(fixture) {
      const script = 'console.log("one line"); (await import("node:fs")).writeFileSync("a.txt", "a")';
      await runWell(fixture, ["run", "--save", "TaskOutput=a.txt", "--", ...createNodeCommand(script)]);
      expect(String(await readStored(fixture.job, "t1/$TaskLog/stdout.txt"))).toBe("one line\n");
      expect(String(await readStored(fixture.job, "t1/$TaskOutput/a.txt"))).toBe("a");
    },
  },
  track: {
    async run(fixture) {
      writeFileSync(join(fixture.folder, "app.log"), text);
      await runWell(fixture, ["track", "--once", "app.log"]);
      expect(String(await readStored(fixture.job, log))).toBe(text);
    },
  },
  restore: {
    prepare: saveSome,
    async run(fixture) {
      await runWell(fixture, ["restore", "TaskOutput"]);
      expect(await readFile(join(fixture.folder, "a.txt"), "utf8")).toBe(text);
    },
  },
  why: {
    prepare: failOnce,
    async run(fixture) {
      const { stdout } = await runWell(fixture, ["why"]);
      expect(stdout).toContain("KeyError: 'lat'");
    },
  },
  grep: {
    prepare: failOnce,
    async run(fixture) {
      const { stdout } = await runWell(fixture, ["grep", "KeyError"]);
      expect(stdout).toContain("KeyError: 'lat'");
    },
  },
  mcp: {
    prepare: failOnce,
    async run({ env }) {
      const [command, ...args] = cliCommand;
      const client = new Client({ name: "test", version: "1" });
      await client.connect(
        new StdioClientTransport({ command, args: [...args, "mcp"], env: createEnvironment(env) }),
      );
      const { content, isError } = await client.callTool({ name: "why", arguments: {} });
      expect(isError).not.toBe(true);
      expect((content as { text: string }[])[0]?.text).toContain("KeyError: 'lat'");
      await client.close();
    },
  },
  rehydrate: {
    // Azurite keeps all outputs at hand: there is nothing to wait for, once the job is listed.
    prepare: saveSome,
    async run(fixture) {
      const { stderr } = await runWell(fixture, ["rehydrate"]);
      expect(stderr).toContain("No archived outputs");
    },
  },
  list: {
    prepare: saveSome,
    async run(fixture) {
      const { objects } = await runWell(fixture, ["list", "--json"]);
      expect(objects).toMatchObject([{ kind: "TaskOutput", path: "a.txt" }]);
    },
  },
  download: {
    prepare: saveSome,
    async run(fixture) {
      await runWell(fixture, ["download", "out", "--kind", "TaskOutput"]);
      expect(await readFile(join(fixture.folder, "out/a.txt"), "utf8")).toBe(text);
    },
  },
  cat: {
    prepare: saveSome,
    async run(fixture) {
      expect((await runWell(fixture, ["cat", "TaskOutput", "a.txt"])).stdout).toBe(text);
    },
  },
  tail: {
    async prepare({ job, folder }) {
      writeFileSync(join(folder, "app.log"), text);
      const path = join(folder, "app.log");
      await using tracked = await openTaskStorage(job, "t1").saveTracked("TaskLog", path, {
        destinationPath: "app.log",
      });
      await tracked.flush();
    },
    async run(fixture) {
      expect((await runWell(fixture, ["tail", "--follow", "app.log"])).stdout).toBe(text);
    },
  },
  jobs: {
    async run(fixture) {
      const { objects } = await runWell(fixture, ["jobs", "--json"]);
      expect(objects).toContainEqual(expect.objectContaining({ jobId: fixture.job.jobId }));
    },
  },
  tasks: {
    prepare: saveSome,
    async run(fixture) {
      expect((await runWell(fixture, ["tasks", "--json"])).objects).toMatchObject([{ taskId: "t1" }]);
    },
  },
  usage: {
    prepare: saveSome,
    async run(fixture) {
      expect((await runWell(fixture, ["usage", "--json"])).stdout).toContain("TaskOutput");
    },
  },
  view: {
    prepare: saveSome,
    async run({ env, folder, job }) {
      const view = startCli(["view", "--no-open"], { env, cwd: folder });
      let printed = "";
      view.process.stdout?.on("data", (data: Buffer) => (printed += data.toString()));
      await waitUntilWritten(view, "stdout", "http://");
      const [address = ""] = /http:\S+/.exec(printed) ?? [];
      const admitted = await fetch(address, { redirect: "manual" });
      const cookie = admitted.headers.getSetCookie().map((each) => each.split(";")[0] ?? "");
      const api = new URL(`/api/jobs/${job.containerName}/tasks/t1/outputs`, address);
      const answer = await fetch(api, { headers: { cookie: cookie.join("; ") } });
      expect(answer.status).toBe(200);
      expect(await answer.text()).toContain("a.txt");
      view.process.kill("SIGINT");
      await view.ended;
    },
  },
  verify: {
    prepare: saveSome,
    async run(fixture) {
      expect((await runWell(fixture, ["verify", "--json"])).objects).toMatchObject([{ status: "intact" }]);
    },
  },
  rescue: {
    needsBatch: true,
    async run(fixture) {
      await runWell(fixture, ["rescue", "--task", "bad", "--include", "stdout.txt"]);
      expect(String(await readStored(fixture.job, "bad/$TaskLog/stdout.txt"))).toBe("said\n");
    },
  },
  prepare: {
    async run(fixture) {
      const jobId = `${fixture.job.jobId}-new`;
      await runWell(fixture, ["prepare", "--job", jobId]);
      const container = useSharedAzurite().serviceClient().getContainerClient(`job-${jobId}`);
      expect(await container.exists()).toBe(true);
    },
  },
  delete: {
    prepare: saveSome,
    async run(fixture) {
      await runWell(fixture, ["delete", "TaskOutput", "a.txt", "--yes"]);
      expect(await listBlobNames(fixture.job)).toEqual([]);
    },
  },
  prune: {
    prepare: async ({ job }) => putBlob(job, "t1/$TaskOutput/a.txt", text),
    async run(fixture) {
      await runWell(fixture, ["prune", "--older-than", "0.1s", "--kind", "TaskOutput", "--yes"]);
      expect(await listBlobNames(fixture.job)).toEqual([]);
    },
  },
  doctor: {
    async run(fixture) {
      const { objects } = await runWell(fixture, ["doctor", "--json"]);
      expect(objects.filter(({ result }) => result === "fail")).toEqual([]);
    },
  },
};

/** Commands that make no request to a store of their own accord. */
const commandsWithoutStore = ["completion", "local", "output-files", "policy", "url"];

test("every command is in one of both lists", () => {
  const listed = [...Object.keys(scenarios), ...commandsWithoutStore];
  expect(listed.toSorted()).toEqual(commands.map(({ name }) => name).toSorted());
});

const faults = ["is lost on its way", "is carried out, and its answer is lost"] as const;

/** Runs a scenario while one request, by its place, is never answered. Gives how many requests there were. */
async function runSwallowing(
  scenario: Scenario,
  nth: number,
  fault: (typeof faults)[number],
): Promise<number> {
  const never = makeGate();
  const { blobEndpoint, connectionString } = useSharedAzurite();
  let requests = 0;
  let isPrepared = false;
  const onRequest = (): Fault | undefined => {
    if (!isPrepared) return undefined;
    requests += 1;
    if (requests !== nth) return undefined;
    return { kind: fault === "is lost on its way" ? "delay" : "delay-answer", until: never.opened };
  };
  const batch = scenario.needsBatch === true ? await setUpBatch() : undefined;
  const job = await setUpCliJob(batch === undefined ? {} : { jobId: batch.jobId, isPrepared: false });
  await using proxy = await startFaultProxy(blobEndpoint, { onRequest });
  const batchEndpoint = batch?.env["AZURE_BATCH_ENDPOINT"];
  await using batchProxy =
    batchEndpoint === undefined ? undefined : await startFaultProxy(batchEndpoint, { onRequest });
  if (batch !== undefined) {
    await batch.addTask("bad", "echo said; exit 1");
    await batch.until("bad", "completed");
  }
  const fixture: Fixture = {
    job,
    folder: createTemporaryFolder(),
    env: {
      ...job.taskEnv,
      ...batch?.env,
      ...(batchProxy === undefined ? {} : { AZURE_BATCH_ENDPOINT: batchProxy.endpoint }),
      AZURE_STORAGE_CONNECTION_STRING: connectionString.replace(blobEndpoint, proxy.endpoint),
      AZURE_BATCH_OUTPUTS_REQUEST_TIMEOUT: "1s",
    },
  };
  await scenario.prepare?.(fixture);
  isPrepared = true;
  await scenario.run(fixture);
  return requests;
}

/** Most of a run is the wait for the answer that never comes. */
const concurrency = 6;

describe.each(Object.keys(scenarios))("%s", (name) => {
  test.each(faults)("comes right when any one request %s", async (fault) => {
    const scenario = scenarios[name] ?? { run: () => Promise.reject(new Error("no scenario")) };
    const requests = await runSwallowing(scenario, 0, fault);
    expect(requests).toBeGreaterThan(0);
    const places = Array.from({ length: requests }, (_, index) => index + 1);
    await forEachConcurrently(places, concurrency, async (nth) => {
      await runSwallowing(scenario, nth, fault);
    });
  });
});
