import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

import { BatchOutputsClient } from "../../src/index.js";
import { startAzurite } from "../support/azurite.js";
import { startFaultProxy } from "../support/fault-proxy.js";
import { makeGate } from "../support/faults.js";
import { type Admitted, RateLimit } from "../support/rate-limit.js";
import { runProgram } from "../support/run-program.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import { createJobId } from "../support/create-job-id.js";
import { throttled } from "./scale.js";

const { perSecond, secondsOf } = throttled;

const program = `
  import { TaskOutputStorage } from "azure-batch-outputs";
  const outputs = TaskOutputStorage.fromEnvironment();
  const save = (patterns) => outputs.saveMany("TaskOutput", patterns, { cwd: process.env.SOURCE });
  // What a process needs to get going is over when they begin, all at a time; also the SDK, which the first refusal loads.
  await import("@azure/storage-blob");
  await save("0.txt");
  await outputs.getOutput("TaskOutput", "all are there").exists();
  const { entries, ...counts } = await save("*");
  const errors = entries.flatMap(({ error }) => error === undefined ? [] : [String(error)]);
  console.log(JSON.stringify({ ...counts, errors: errors.slice(0, 3) }));
`;

test.for([1, 8, 32])(
  "a store with a limit of requests a second is used at 90 % or more by %i processes, which share it fairly, and no file fails",
  async (processCount, { annotate }) => {
    const fileCount = Math.ceil((perSecond * secondsOf(processCount)) / processCount);
    const tasks = Array.from({ length: processCount }, (_, index) => `t${index}`);
    const { proxy, client, jobId, containerUrl } = await store();
    const source = sourceFolder(fileCount);
    using limit = new RateLimit({ perSecond, burstSeconds: 0.5, clientOf: ({ url }) => taskOf(url) });

    const gate = makeGate();
    const there = new Set<string>();
    let whileAllWereActive: Admitted | undefined;
    proxy.onRequest = (request) => {
      const task = taskOf(request.url);
      if (request.operation === "GetBlobProperties") {
        there.add(task);
        if (there.size < processCount) return { kind: "delay", until: gate.opened };
        limit.restart();
        gate.open();
        return undefined;
      }
      if (there.size < processCount) return undefined;
      const fault = limit.answer(request);
      if (limit.acceptedOf(task) === fileCount) whileAllWereActive ??= limit.admitted();
      return fault;
    };
    const results = await Promise.all(
      tasks.map((task) =>
        runProgram(program, {
          AZ_BATCH_JOB_ID: jobId,
          AZ_BATCH_TASK_ID: task,
          AZURE_BATCH_OUTPUTS_CONTAINER_URL: containerUrl,
          SOURCE: source,
        }),
      ),
    );

    for (const { stdout, stderr } of results)
      expect(JSON.parse(stdout), stderr).toMatchObject({ savedCount: fileCount, errors: [] });
    const stored = new Map(tasks.map((task) => [task, 0]));
    for await (const { taskId = "" } of client.getJobOutputStorage(jobId).listAllOutputs())
      stored.set(taskId, (stored.get(taskId) ?? 0) + 1);
    expect(new Set(stored.values())).toEqual(new Set([fileCount]));
    const {
      accepted = 0,
      possible = 0,
      refused = 0,
      acceptedOf = new Map<string, number>(),
    } = whileAllWereActive ?? {};
    const fairness = jain(tasks.map((task) => acceptedOf.get(task) ?? 0));
    await annotate(
      `${processCount} processes: ${accepted} of ${Math.round(possible)} possible, ${refused} refused, fairness ${fairness.toFixed(3)}`,
    );
    expect(accepted / possible).toBeGreaterThanOrEqual(0.9);
    expect(fairness).toBeGreaterThanOrEqual(0.75);
  },
);

async function store() {
  const azurite = await startAzurite();
  onTestFinished(() => azurite.stop());
  const proxy = await startFaultProxy(azurite.blobEndpoint);
  onTestFinished(() => proxy.stop());
  const jobId = createJobId();
  const client = BatchOutputsClient.fromConnectionString(azurite.connectionString);
  await client.prepareOutputStorage(jobId);
  const containerUrl = proxy.getUrlThrough(await client.getOutputStorageContainerUrl(jobId));
  return { proxy, client, jobId, containerUrl };
}

function sourceFolder(fileCount: number): string {
  const source = join(createTemporaryFolder(), "source");
  mkdirSync(source);
  for (let index = 0; index < fileCount; index += 1)
    writeFileSync(join(source, `${index}.txt`), `file ${index}`);
  return source;
}

/** The task whose output a request is about. */
function taskOf(url: string): string {
  return /^\/[^/]+\/[^/]+\/(t\d+)\//.exec(url)?.[1] ?? "";
}

/** Jain's index: 1 where all have the same, 1/n where one has all. */
function jain(shares: readonly number[]): number {
  const sum = shares.reduce((total, share) => total + share, 0);
  return sum ** 2 / (shares.length * shares.reduce((total, share) => total + share ** 2, 0));
}
