import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

import { BatchOutputsClient } from "../../src/outputs/index.js";
import type { StreamMessage } from "../../src/viewer/protocol/index.js";
import { startAzurite } from "../support/azurite.js";
import { createDisposableFolder } from "../support/create-disposable-folder.js";
import { type FaultProxy, startFaultProxy } from "../support/fault-proxy.js";
import { runMeasured } from "../support/run-measured.js";
import { multiplyBlob } from "./many-blobs.js";
import { scale } from "./scale.js";

const mebibyte = 1024 * 1024;

interface Viewed {
  readonly status: number;
  readonly bytes: number;
  readonly items: number;
  readonly firstItems: number;
  readonly last: readonly StreamMessage<unknown, Record<string, number>>[];
  readonly peakRssBytes: number;
}

/** Asks a viewer in a process of its own. */
async function view(containerUrl: string, address: string, range?: string): Promise<Viewed> {
  const program = fileURLToPath(new URL("programs/view.mjs", import.meta.url));
  const { stdout, stderr, exitCode, peakRssBytes } = await runMeasured(
    program,
    range === undefined ? [address] : [address, range],
    { AZURE_BATCH_OUTPUTS_CONTAINER_URL: containerUrl },
  );
  if (exitCode !== 0) throw new Error(stderr);
  return { ...(JSON.parse(stdout) as Omit<Viewed, "peakRssBytes">), peakRssBytes };
}

function requestsTo(proxy: FaultProxy, operation: string): number {
  return proxy.exchanges.filter((exchange) => exchange.operation === operation).length;
}

test("a log of gigabytes opens at its end with one request of limited size, and is searched in constant memory", async () => {
  using folder = createDisposableFolder();
  await using azurite = await startAzurite({ persistence: folder.path });
  const client = BatchOutputsClient.fromConnectionString(azurite.connectionString);
  await client.prepareOutputStorage("big");
  const blockBytes = 16 * mebibyte;
  const blocks = scale.viewed.logBytes / blockBytes;
  const blob = client.getJobOutputStorage("big").containerClient.getBlockBlobClient("t1/$TaskLog/stdout.txt");
  const line = "2026-11-22T16:00:00Z INFO frame rendered, nothing to see here\n";
  const stage = async (id: string, text: string): Promise<string> => {
    const blockId = Buffer.from(id).toString("base64");
    const block = Buffer.alloc(blockBytes, line);
    block.write(text, block.length - text.length);
    await blob.stageBlock(blockId, block, block.length);
    return blockId;
  };
  // One block stands in the blob again and again: it takes no room, and reads like any other.
  const [filler, end] = [await stage("filler", "\n"), await stage("ending", "\nERROR: out of memory\n")];
  await blob.commitBlockList([...Array<string>(blocks - 1).fill(filler), end]);
  const totalBytes = blocks * blockBytes;
  const containerUrl = await client.getOutputStorageContainerUrl("big");

  await using proxy = await startFaultProxy(azurite.blobEndpoint);
  const opened = await view(
    proxy.getUrlThrough(containerUrl),
    "content/job-big/t1/$TaskLog/stdout.txt",
    "bytes=-262144",
  );
  expect(opened).toMatchObject({ status: 206, bytes: 262_144 });
  expect([requestsTo(proxy, "GetBlobProperties"), requestsTo(proxy, "GetBlob")]).toEqual([1, 1]);

  const address = "api/search/job-big/t1/$TaskLog/stdout.txt?q=error:";
  const part = await view(containerUrl, `${address}&from=${(totalBytes * 3) / 4}`);
  expect(part).toMatchObject({ status: 200, items: 1 });
  const searched = await view(containerUrl, address);
  expect(searched).toMatchObject({ status: 200, items: 1 });
  expect(searched.last).toContainEqual({
    progress: expect.objectContaining({ searchedBytes: totalBytes, totalBytes }) as unknown,
  });
  expect(searched.last).toContainEqual({
    item: expect.objectContaining({ lineStart: totalBytes - 21, text: "ERROR: out of memory" }) as unknown,
  });
  expect(searched.peakRssBytes).toBeLessThan(1.5 * part.peakRssBytes);
});

/** So many tasks of ten outputs each. */
function outputsOf(containerName: string, taskCount: number): { containerName: string; name: string }[] {
  return Array.from({ length: 10 * taskCount }, (_, index) => {
    const task = `task-${String(Math.floor(index / 10)).padStart(5, "0")}`;
    return {
      containerName,
      name: `${task}/$${index % 10 < 2 ? "TaskLog" : "TaskOutput"}/file-${index % 10}.txt`,
    };
  });
}

test("the first rows of a job with thousands of tasks need one page, and memory does not grow with their number", async () => {
  const { taskCount } = scale.viewed;
  using folder = createDisposableFolder();
  const persistence = join(folder.path, "azurite");
  mkdirSync(persistence);
  const first = await startAzurite({ persistence });
  const client = BatchOutputsClient.fromConnectionString(first.connectionString);
  for (const jobId of ["wide", "narrow"]) await client.prepareOutputStorage(jobId);
  await client.getTaskOutputStorage("wide", "t").saveText("TaskLog", "12345", "x");
  await first.stop();
  multiplyBlob(persistence, [...outputsOf("job-wide", taskCount), ...outputsOf("job-narrow", taskCount / 2)]);

  await using azurite = await startAzurite({ persistence });
  await using proxy = await startFaultProxy(azurite.blobEndpoint);
  const account = BatchOutputsClient.fromConnectionString(azurite.connectionString);
  const tasksOf = async (jobId: string): Promise<Viewed> =>
    await view(
      proxy.getUrlThrough(await account.getOutputStorageContainerUrl(jobId)),
      `api/jobs/job-${jobId}/tasks`,
    );
  const narrow = await tasksOf("narrow");
  expect(narrow.items).toBe(taskCount / 2);
  const listings = requestsTo(proxy, "ListBlobs");
  const wide = await tasksOf("wide");
  expect(wide.items).toBe(taskCount);
  expect(wide.last).toContainEqual({
    progress: expect.objectContaining({
      count: 10 * taskCount,
      bytes: 50 * taskCount,
      taskCount,
    }) as object,
  });
  // A short page first, whose tasks are shown while the long ones are asked for.
  expect(wide.firstItems).toBe(19);
  expect(requestsTo(proxy, "ListBlobs") - listings).toBe(1 + Math.ceil((10 * taskCount - 200) / 5000));
  expect(wide.peakRssBytes).toBeLessThan(1.5 * narrow.peakRssBytes);
});
