import { randomBytes } from "node:crypto";
import { appendFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { StorageSharedKeyCredential } from "@azure/storage-blob";
import { describe, expect, test } from "vitest";

import { forEachConcurrently } from "../../src/core/index.js";
import {
  BatchOutputsClient,
  mergeTaskRuns,
  type BatchOutputsClientOptions,
  type TaskOutputStorage,
} from "../../src/outputs/index.js";
import { startFaultProxy } from "../support/fault-proxy.js";
import { makeGate } from "../support/faults.js";
import { collectAll } from "../support/output-fixture.js";
import { useSharedAzurite } from "../support/use-shared-azurite.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import { createJobId } from "../support/create-job-id.js";

const large = randomBytes(17 * 1024 * 1024);

interface Fixture {
  readonly client: BatchOutputsClient;
  readonly jobId: string;
  readonly outputs: TaskOutputStorage;
  readonly folder: string;
}

/** A use of the library that checks what came of it. `prepare` is not disturbed. */
interface Scenario {
  readonly prepare?: (fixture: Fixture) => Promise<unknown>;
  /** Whether `run` changes nothing, so that all runs of a test can share what was prepared. */
  readonly isReadOnly?: boolean;
  readonly run: (fixture: Fixture) => Promise<void>;
}

async function saveSome({ outputs }: Fixture): Promise<void> {
  for (const name of ["a", "b", "c"]) await outputs.saveText("TaskOutput", `text of ${name}`, `${name}.txt`);
}

async function read({ outputs }: Fixture, path: string): Promise<Buffer> {
  return await outputs.getOutput("TaskOutput", path).downloadToBuffer();
}

const scenarios: Readonly<Record<string, Scenario>> = {
  save: {
    async run(fixture) {
      const path = join(fixture.folder, "a.txt");
      await writeFile(path, "a small file");
      const { status } = await fixture.outputs.save("TaskOutput", path, { destinationPath: "a.txt" });
      expect(status).toBe("saved");
      expect(String(await read(fixture, "a.txt"))).toBe("a small file");
    },
  },
  "save, where nothing may be overwritten": {
    async run(fixture) {
      await fixture.outputs.saveText("TaskOutput", "once", "a.txt", { overwrite: "never" });
      expect(String(await read(fixture, "a.txt"))).toBe("once");
    },
  },
  "saveData in blocks": {
    async run(fixture) {
      await fixture.outputs.saveData("TaskOutput", large, "large.bin");
      expect((await read(fixture, "large.bin")).equals(large)).toBe(true);
    },
  },
  "saveMany, downloadOutputs": {
    async run({ outputs, folder }) {
      for (const name of ["a", "b", "c"]) await writeFile(join(folder, `${name}.txt`), name);
      const { savedCount } = await outputs.saveMany("TaskOutput", join(folder, "*.txt"));
      expect(savedCount).toBe(3);
      const { downloadedCount } = await outputs.downloadOutputs(join(folder, "out"));
      expect(downloadedCount).toBe(3);
    },
  },
  "downloadToFile of a large file, openRead": {
    prepare: ({ outputs }) => outputs.saveData("TaskOutput", large, "large.bin"),
    isReadOnly: true,
    async run({ outputs, folder }) {
      const output = outputs.getOutput("TaskOutput", "large.bin");
      await output.downloadToFile(join(folder, "large.bin"));
      expect((await buffer(await output.openRead({ offset: 1 }))).equals(large.subarray(1))).toBe(true);
    },
  },
  "listOutputs, listTasks, listJobs, getProperties, exists, delete": {
    prepare: saveSome,
    async run({ client, jobId, outputs }) {
      expect(await collectAll(outputs.listOutputs("TaskOutput"))).toHaveLength(3);
      expect(await collectAll(client.getJobOutputStorage(jobId).listTasks())).toEqual(["t1"]);
      expect((await collectAll(client.listJobs())).map((job) => job.jobId)).toContain(jobId);
      const output = outputs.getOutput("TaskOutput", "a.txt");
      expect((await output.getProperties()).size).toBe(9);
      await output.delete();
      expect(await output.exists()).toBe(false);
    },
  },
  "prepareOutputStorage, deleteOutputStorage": {
    async run({ client, jobId }) {
      await client.prepareOutputStorage(`${jobId}-other`);
      expect(await client.deleteOutputStorage(`${jobId}-other`)).toBe(true);
    },
  },
  "recordRun, update, end, listRuns, deleteRuns": {
    async run({ client, jobId, outputs }) {
      const run = await outputs.recordRun();
      await run.update({ nodeId: "node-1" });
      await run.end({ exitCode: 3 });
      const runs = await collectAll(client.getJobOutputStorage(jobId).listRuns());
      expect(mergeTaskRuns(runs)).toMatchObject([{ state: "ended", exitCode: 3, nodeId: "node-1" }]);
      await outputs.deleteRuns();
      expect(await collectAll(client.getJobOutputStorage(jobId).listRuns())).toEqual([]);
    },
  },
  "listAllOutputs, setTier": {
    prepare: saveSome,
    async run({ client, jobId }) {
      const [output] = await collectAll(client.getJobOutputStorage(jobId).listAllOutputs());
      await output?.setTier("Cool");
      expect((await output?.getProperties())?.accessTier).toBe("Cool");
    },
  },
  tail: {
    async prepare({ outputs, folder }) {
      const path = join(folder, "app.log");
      await writeFile(path, "first\nsecond\n");
      await (await outputs.saveTracked("TaskOutput", path, { destinationPath: "app.log" })).close();
    },
    isReadOnly: true,
    async run({ outputs }) {
      const tail = outputs.getOutput("TaskOutput", "app.log").tail({ follow: true });
      expect(Buffer.concat(await collectAll(tail)).toString()).toBe("first\nsecond\n");
    },
  },
  "saveTracked, flush, close": {
    async run(fixture) {
      const path = join(fixture.folder, "app.log");
      await writeFile(path, "first\n");
      const log = await fixture.outputs.saveTracked("TaskOutput", path, { destinationPath: "app.log" });
      await log.flush();
      await appendFile(path, "second\n");
      await log.close();
      expect(String(await read(fixture, "app.log"))).toBe("first\nsecond\n");
    },
  },
};

const routes: Readonly<Record<string, BatchOutputsClientOptions>> = {
  "connections of our own": {},
  "the SDK": { keepAliveOptions: { enable: false } },
};

const faults = ["is lost on its way", "is carried out, and its answer is lost"] as const;

/** The id of a job for a scenario to run in. */
async function prepareJob({ prepare }: Scenario): Promise<string> {
  const client = BatchOutputsClient.fromConnectionString(useSharedAzurite().connectionString);
  const jobId = createJobId();
  await client.prepareOutputStorage(jobId);
  const outputs = client.getTaskOutputStorage(jobId, "t1");
  await prepare?.({ client, jobId, outputs, folder: createTemporaryFolder() });
  return jobId;
}

/** Runs a scenario while one request, by its number, is never answered. Returns the number of requests. */
async function runSwallowing(
  scenario: Scenario,
  jobId: string,
  route: BatchOutputsClientOptions,
  nth: number,
  fault: (typeof faults)[number],
): Promise<number> {
  const azurite = useSharedAzurite();
  const never = makeGate();
  await using proxy = await startFaultProxy(azurite.blobEndpoint);
  const key = new StorageSharedKeyCredential(azurite.accountName, azurite.accountKey);
  const client = new BatchOutputsClient(proxy.endpoint, key, {
    ...route,
    // On a busy machine other answers may be late, too: each further try waits twice as long, and there are enough of them.
    progressTimeoutInMs: 600,
    retryOptions: { maxTries: 20, retryDelayInMs: 1, maxRetryDelayInMs: 2 },
  });
  proxy.onRequest = ({ sequence }) => {
    if (sequence !== nth) return undefined;
    return { kind: fault === "is lost on its way" ? "delay" : "delay-answer", until: never.opened };
  };
  const outputs = client.getTaskOutputStorage(jobId, "t1");
  await scenario.run({ client, jobId, outputs, folder: createTemporaryFolder() });
  return proxy.exchanges.length;
}

/** Most of a run is the wait for the answer that never comes. */
const concurrency = 6;

describe.each(Object.keys(routes))("by %s", (route) => {
  describe.each(Object.keys(scenarios))("%s", (name) => {
    test.each(faults)("succeeds when any single request %s", async (fault) => {
      const scenario = scenarios[name] ?? { run: () => Promise.reject(new Error("no scenario")) };
      const options = routes[route] ?? {};
      const firstJob = await prepareJob(scenario);
      const requests = await runSwallowing(scenario, firstJob, options, 0, fault);
      expect(requests).toBeGreaterThan(0);
      const numbers = Array.from({ length: requests }, (_, index) => index + 1);
      await forEachConcurrently(numbers, concurrency, async (nth) => {
        const jobId = scenario.isReadOnly === true ? firstJob : await prepareJob(scenario);
        await runSwallowing(scenario, jobId, options, nth, fault);
      });
    });
  });
});
