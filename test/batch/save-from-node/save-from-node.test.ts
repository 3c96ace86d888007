import { createHash } from "node:crypto";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { expect, it, onTestFinished, vi } from "vitest";
import { isBatchOutputsError } from "../../../src/core/index.js";

import {
  saveFromNode,
  type SaveFromNodeEntry,
  type SaveFromNodeOptions,
  type SaveFromNodeResult,
} from "../../../src/batch/index.js";
import { BatchOutputsClient } from "../../../src/outputs/index.js";
import { setUpBatch, type BatchFixture } from "../../support/batch-fixture.js";
import { captureError, captureOurError } from "../../support/capture-error.js";
import { createDisposableFolder } from "../../support/create-disposable-folder.js";
import { startFaultProxy } from "../../support/fault-proxy.js";
import { useSharedAzurite } from "../../support/use-shared-azurite.js";

type Told = SaveFromNodeResult & { readonly entries: readonly SaveFromNodeEntry[] };

async function rescued(
  { client, storageOf }: BatchFixture,
  taskId: string,
  options: SaveFromNodeOptions = {},
): Promise<Told> {
  const entries: SaveFromNodeEntry[] = [];
  const onEntry = (entry: SaveFromNodeEntry): void => void entries.push(entry);
  const result = await saveFromNode(client, storageOf(taskId), { ...options, onEntry });
  return { ...result, entries: entries.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

async function contents({ storageOf }: BatchFixture, taskId: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const output of storageOf(taskId).listOutputs())
    found[`${output.kind}/${output.filePath}`] = (await output.downloadToBuffer()).toString();
  return found;
}

it("saves a failed task's logs and working directory under the names that the task would have used", async () => {
  const fixture = await setUpBatch();
  await fixture.addTask(
    "t1",
    "mkdir -p results; echo 7 > results/a.csv; : > .hidden; echo out; echo err >&2; exit 3",
  );
  await fixture.until("t1", "completed");
  const result = await rescued(fixture, "t1");
  expect(result).toMatchObject({
    task: { id: "t1", state: "completed", executionInfo: { exitCode: 3, result: "failure" } },
    ...{ savedCount: 4, savedBytes: 10, skippedCount: 0, failedCount: 0, partialCount: 0 },
  });
  expect(await contents(fixture, "t1")).toEqual({
    "TaskLog/stdout.txt": "out\n",
    "TaskLog/stderr.txt": "err\n",
    "TaskOutput/results/a.csv": "7\n",
    "TaskOutput/.hidden": "",
  });
  const { contentMD5 } = await fixture.storageOf("t1").getOutput("TaskLog", "stdout.txt").getProperties();
  expect(Buffer.from(contentMD5 ?? []).toString("hex")).toBe(createHash("md5").update("out\n").digest("hex"));
});

it("does not save fewer bytes of a completed task's file than the node had listed", async () => {
  const fixture = await setUpBatch();
  await fixture.addTask("t1", "echo output; exit 3");
  await fixture.until("t1", "completed");
  vi.spyOn(fixture.client, "openTaskFile").mockImplementation(() =>
    Promise.resolve(Readable.from([Buffer.from("out")])),
  );
  const { entries } = await rescued(fixture, "t1", { include: ["stdout.txt"] });
  expect(entries).toMatchObject([{ name: "stdout.txt", status: "failed", error: { code: "SourceChanged" } }]);
  expect(await contents(fixture, "t1")).toEqual({});
});

it("keeps existing outputs, reports their number, and replaces them on request", async () => {
  const fixture = await setUpBatch();
  await fixture.addTask("t1", "echo result > result.txt; echo same > same.txt");
  await fixture.until("t1", "completed");
  const storage = fixture.storageOf("t1");
  await storage.saveText("TaskOutput", "res", "result.txt");
  await storage.saveText("TaskOutput", "same\n", "same.txt");
  const kept = await rescued(fixture, "t1", { include: "wd/*" });
  expect(kept.entries).toMatchObject([
    { name: "wd/result.txt", status: "skipped", size: 7, savedSize: 3 },
    { name: "wd/same.txt", status: "skipped", size: 5, savedSize: 5 },
  ]);
  expect((await contents(fixture, "t1"))["TaskOutput/result.txt"]).toBe("res");
  const taken = await rescued(fixture, "t1", { include: "wd/*", overwrite: "if-changed" });
  expect(taken).toMatchObject({ savedCount: 1, unchangedCount: 1, skippedCount: 0 });
  expect((await contents(fixture, "t1"))["TaskOutput/result.txt"]).toBe("result\n");
});

it("never replaces a tracked log, whatever the overwrite mode", async () => {
  const fixture = await setUpBatch();
  await fixture.addTask("t1", "echo begun; echo more; echo plain > app.log");
  await fixture.until("t1", "completed");
  const storage = fixture.storageOf("t1");
  using folder = createDisposableFolder();
  for (const name of ["stdout.txt", "app.log"]) {
    writeFileSync(join(folder.path, name), "begun\n");
    const tracked = await storage.saveTracked("TaskLog", join(folder.path, name), { destinationPath: name });
    await tracked.close();
  }
  for (const overwrite of ["if-changed", "always", "never"] as const)
    for (const dryRun of [true, false]) {
      const result = await rescued(fixture, "t1", {
        kind: "TaskLog",
        exclude: "stderr.txt",
        overwrite,
        dryRun,
      });
      expect(result).toMatchObject({ savedCount: 0, plannedCount: 0, skippedCount: 2, failedCount: 0 });
      expect(result.entries).toMatchObject([
        { name: "stdout.txt", status: "skipped", size: 11, savedSize: 6, isTracked: true },
        { name: "wd/app.log", status: "skipped", size: 6, savedSize: 6, isTracked: true },
      ]);
    }
  for (const name of ["stdout.txt", "app.log"]) {
    const { blobType, log } = await storage.getOutput("TaskLog", name).getProperties();
    expect({ blobType, log }).toMatchObject({ blobType: "AppendBlob", log: { gaps: 0 } });
  }
});

it("does not replace a log whose tracking begins while its file is read", async () => {
  const fixture = await setUpBatch();
  await fixture.addTask("t1", "echo begun; echo more");
  await fixture.until("t1", "completed");
  const storage = fixture.storageOf("t1");
  using folder = createDisposableFolder();
  const path = join(folder.path, "stdout.txt");
  writeFileSync(path, "begun\n");
  const { blobEndpoint, connectionString } = useSharedAzurite();
  await using proxy = await startFaultProxy(blobEndpoint);
  const track = async (): Promise<void> => {
    const tracked = await storage.saveTracked("TaskLog", path, { destinationPath: "stdout.txt" });
    await tracked.close();
  };
  proxy.onRequest = ({ method }) => (method === "PUT" ? { kind: "delay", until: track() } : undefined);
  const throughProxy = BatchOutputsClient.fromConnectionString(
    connectionString.replace(blobEndpoint, proxy.endpoint),
  ).getTaskOutputStorage(fixture.jobId, "t1");
  const result = await saveFromNode(fixture.client, throughProxy, {
    ...{ include: "stdout.txt", overwrite: "always" },
  });
  expect(result).toMatchObject({ savedCount: 0, failedCount: 1 });
  const { blobType, log } = await storage.getOutput("TaskLog", "stdout.txt").getProperties();
  expect({ blobType, log }).toMatchObject({ blobType: "AppendBlob", log: { gaps: 0 } });
});

it("saves the selected files as the given kind, and nothing in a dry run", async () => {
  const fixture = await setUpBatch();
  await fixture.addTask(
    "t1",
    "mkdir deep; echo 1 > deep/a.csv; echo 2 > b.csv; echo 3 > c.tmp; echo mine > stdout.txt",
  );
  await fixture.until("t1", "completed");
  const include = ["wd/**", "stdout.txt"];
  const planned = await rescued(fixture, "t1", {
    include,
    exclude: "*.tmp",
    kind: "TaskPreview",
    dryRun: true,
  });
  expect(planned).toMatchObject({ plannedCount: 4, savedCount: 0 });
  expect(planned.entries.map(({ name, kind, path }) => [name, kind, path])).toEqual([
    ["stdout.txt", "TaskLog", "stdout.txt"],
    ["wd/b.csv", "TaskPreview", "b.csv"],
    ["wd/deep/a.csv", "TaskPreview", "deep/a.csv"],
    ["wd/stdout.txt", "TaskPreview", "stdout.txt"],
  ]);
  expect(await contents(fixture, "t1")).toEqual({});
  const logs = await rescued(fixture, "t1", { include, exclude: "*.tmp", kind: "TaskLog" });
  expect(logs).toMatchObject({ savedCount: 3, failedCount: 1 });
  const conflict = logs.entries.find(({ status }) => status === "failed");
  expect(conflict).toMatchObject({ name: "wd/stdout.txt", error: { code: "DestinationConflict" } });
  expect((await contents(fixture, "t1"))["TaskLog/stdout.txt"]).toBe("");
});

it("reports a task that has not started, a missing task, and a missing job", async () => {
  const fixture = await setUpBatch({ nodes: 0 });
  await fixture.addTask("t1", "true");
  const error = await captureOurError(rescued(fixture, "t1"), "TaskNotStarted");
  expect(error.message).toContain('Task "t1" of job');
  await captureOurError(rescued(fixture, "t2"), "TaskNotFound");
  const nowhere = fixture.outputs.getTaskOutputStorage("no-such-job", "t1");
  await captureOurError(saveFromNode(fixture.client, nowhere), "JobNotFound");
});

it("saves the start of a file that a running task still writes, and reports that", async () => {
  const fixture = await setUpBatch();
  await fixture.addTask(
    "t1",
    "pwd; echo begun > growing.txt; echo done > still.txt; while [ ! -e stop ]; do sleep 0.1; done",
  );
  await fixture.until("t1", "running");
  await expect
    .poll(async () => (await rescued(fixture, "t1", { dryRun: true })).entries.map(({ name }) => name))
    .toContain("wd/still.txt");
  const folder = (await text(await fixture.client.openTaskFile(fixture.jobId, "t1", "stdout.txt"))).trim();
  const { blobEndpoint, connectionString } = useSharedAzurite();
  const proxy = await startFaultProxy(blobEndpoint);
  onTestFinished(() => proxy.stop());
  // What is written between reading and storing is written by us: the task could be late.
  proxy.onRequest = ({ method, url }) => {
    if (method === "PUT" && url.includes("growing.txt"))
      appendFileSync(join(folder, "growing.txt"), "and more\n");
    return undefined;
  };
  const storage = BatchOutputsClient.fromConnectionString(
    connectionString.replace(blobEndpoint, proxy.endpoint),
  ).getTaskOutputStorage(fixture.jobId, "t1");
  const entries: SaveFromNodeEntry[] = [];
  const result = await saveFromNode(fixture.client, storage, {
    include: "wd/*.txt",
    onEntry: (entry) => void entries.push(entry),
  });
  expect(entries.flatMap(({ error }) => error ?? [])).toEqual([]);
  expect(result).toMatchObject({ task: { state: "running" }, savedCount: 2, partialCount: 1 });
  expect(entries.filter(({ isPartial }) => isPartial)).toMatchObject([{ name: "wd/growing.txt", size: 6 }]);
  expect((await contents(fixture, "t1"))["TaskOutput/growing.txt"]).toBe("begun\n");
  appendFileSync(join(folder, "stop"), "");
  await fixture.until("t1", "completed");
});

it("reports that the node is gone, and what was saved before", async () => {
  const fixture = await setUpBatch();
  await fixture.addTask("t1", "echo a > a.txt; echo b > b.txt; echo c > c.txt");
  const { nodeInfo } = await fixture.until("t1", "completed");
  const options: SaveFromNodeOptions = {
    concurrency: 1,
    onEntry: () => fixture.service.preemptNode("pool", nodeInfo?.nodeId ?? ""),
  };
  const error = await captureError(saveFromNode(fixture.client, fixture.storageOf("t1"), options));
  expect(isBatchOutputsError(error) && error.code).toMatch(/^NodeUnavailable$|^NodeFilesGone$/);
  expect(error).toMatchObject({ jobId: fixture.jobId, taskId: "t1" });
  expect(error.message).toMatch(/on its node failed.*Before that, 1 file was saved\.$/);
  expect(Object.keys(await contents(fixture, "t1"))).toHaveLength(1);
  const again = await captureError(rescued(fixture, "t1"));
  expect(isBatchOutputsError(again) && again.code).toMatch(/^NodeUnavailable$|^NodeFilesGone$/);
});

it("ends if the job's container is missing, and if it is aborted", async () => {
  const fixture = await setUpBatch();
  await fixture.addTask("t1", "echo a > a.txt");
  await fixture.until("t1", "completed");
  const stopped = rescued(fixture, "t1", { abortSignal: AbortSignal.abort() });
  expect((await captureError(stopped)).name).toBe("AbortError");
  await fixture.outputs.deleteOutputStorage(fixture.jobId);
  await captureOurError(rescued(fixture, "t1"), "ContainerNotPrepared");
});

it("rejects invalid arguments before any request is made", async () => {
  const fixture = await setUpBatch({ nodes: 0 });
  for (const options of [
    { kind: "a/b" },
    { concurrency: 0 },
    { include: "!x" },
    { overwrite: "maybe" as "never" },
  ])
    expect((await captureError(rescued(fixture, "t1", options))).message).toMatch(/^options\./);
});
