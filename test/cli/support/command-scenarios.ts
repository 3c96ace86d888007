import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import type { ChildProcess } from "node:child_process";
import { writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";

import {
  listBlobNames,
  cliCommand,
  type CliJob,
  type CliResult,
  createEnvironment,
  putBlob,
  startCli,
} from "../../support/cli.js";
import { useSharedAzurite } from "../../support/use-shared-azurite.js";
import { createNodeCommand, readStored, openTaskStorage, waitUntilWritten } from "./commands.js";

/** A command that failed. Its message is what it printed. */
export class FailedCommand extends Error {
  readonly status: number | null;

  constructor(status: number | null, printed: string) {
    super(printed);
    this.status = status;
  }
}

export interface CommandFixture {
  readonly job: CliJob;
  /** The job and its task, through the proxies. */
  readonly env: Record<string, string>;
  readonly folder: string;
  /** Called with each process of the command. */
  readonly onStart?: (process: Pick<ChildProcess, "kill">) => void;
}

/** A use of a command that checks what came of it. What is prepared is not disturbed. */
export interface CommandScenario {
  /** Whether it is a command of a Batch account, too. */
  readonly needsBatch?: boolean;
  /** The status of every error, for commands that do not tell a refused credential apart. */
  readonly errorStatus?: number;
  /** Whether it cannot be run again once it was carried out. */
  readonly isOnce?: boolean;
  readonly prepare?: (fixture: CommandFixture) => Promise<void>;
  readonly run: (fixture: CommandFixture) => Promise<void>;
}

const text = "text of a\n";
const log = "t1/$TaskLog/app.log";

async function saveSome({ job }: CommandFixture): Promise<void> {
  await openTaskStorage(job, "t1").saveText("TaskOutput", text, "a.txt");
}

/** A task that failed, with its record and its log. */
async function failOnce({ job }: CommandFixture): Promise<void> {
  const run = await openTaskStorage(job, "t1").recordRun();
  await putBlob(job, "t1/$TaskLog/stderr.txt", "start\nKeyError: 'lat'\n");
  await run.end({ exitCode: 1 });
}

async function runWell(
  { env, folder, onStart }: CommandFixture,
  args: readonly string[],
): Promise<CliResult> {
  const started = startCli(args, { env, cwd: folder });
  onStart?.(started.process);
  started.process.stdin?.end();
  const result = await started.ended;
  if (result.status !== 0) throw new FailedCommand(result.status, result.stderr + result.stdout);
  return result;
}

export const commandScenarios: Readonly<Record<string, CommandScenario>> = {
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
    // As grep has it: 1 is for no match.
    errorStatus: 2,
    async run(fixture) {
      const { stdout } = await runWell(fixture, ["grep", "KeyError"]);
      expect(stdout).toContain("KeyError: 'lat'");
    },
  },
  mcp: {
    prepare: failOnce,
    async run({ env, onStart }) {
      const [command, ...args] = cliCommand;
      const client = new Client({ name: "test", version: "1" });
      const transport = new StdioClientTransport({
        command,
        args: [...args, "mcp"],
        env: createEnvironment(env),
      });
      await client.connect(transport);
      const { pid } = transport;
      if (pid !== null) onStart?.({ kill: (signal) => process.kill(pid, signal) });
      const { content, isError } = await client.callTool({ name: "why", arguments: {} });
      await client.close();
      const [{ text: answer } = { text: "" }] = content as { text: string }[];
      if (isError === true) throw new FailedCommand(1, answer);
      expect(answer).toContain("KeyError: 'lat'");
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
    // That of the scenario: the server goes on.
    errorStatus: 1,
    async run({ env, folder, job, onStart }) {
      const view = startCli(["view", "--no-open"], { env, cwd: folder });
      onStart?.(view.process);
      let printed = "";
      view.process.stdout?.on("data", (data: Buffer) => (printed += data.toString()));
      await waitUntilWritten(view, "stdout", "http://");
      const [address = ""] = /http:\S+/.exec(printed) ?? [];
      const admitted = await fetch(address, { redirect: "manual" });
      const cookie = admitted.headers.getSetCookie().map((each) => each.split(";")[0] ?? "");
      const api = new URL(`/api/jobs/${job.containerName}/tasks/t1/outputs`, address);
      const answer = await fetch(api, { headers: { cookie: cookie.join("; ") } });
      const listed = await answer.text();
      view.process.kill("SIGINT");
      await view.ended;
      if (answer.status !== 200 || listed.includes('"failed"')) throw new FailedCommand(1, listed);
      expect(listed).toContain("a.txt");
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
    isOnce: true,
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
export const commandsWithoutStore = ["completion", "local", "output-files", "policy", "url"];
