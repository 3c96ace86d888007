import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";

import { BlobHandle } from "../../../src/storage/blob-handle.js";
import { readInOrder, type ReadInOrderOptions } from "../../../src/storage/download/read-in-order.js";
import { ByteBudget } from "../../../src/storage/memory/byte-budget.js";
import { captureOurError } from "../../support/capture-error.js";
import { faultNth, setUpOutputs } from "../../support/output-fixture.js";

const block = 8 * 1024 * 1024;

function open(handle: BlobHandle, options: Partial<ReadInOrderOptions> = {}): AsyncGenerator<Uint8Array> {
  const budget = new ByteBudget(4 * block);
  return readInOrder(handle, { budget, concurrency: 4, maxBytes: Infinity, ...options });
}

async function readAll(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const bytes of chunks) parts.push(Buffer.from(bytes));
  return Buffer.concat(parts);
}

async function setUp(content: Buffer, onRequest?: Parameters<typeof setUpOutputs>[0]) {
  const { proxy, client, jobId, stored } = await setUpOutputs(onRequest);
  const blob = stored.getBlockBlobClient("a");
  await blob.uploadData(content);
  return {
    proxy,
    stored,
    blob,
    handle: new BlobHandle(client.getJobOutputStorage(jobId).storeContainer, "a"),
  };
}

test("a blob is read in order up to a length, in ranges that share their buffers", async () => {
  const content = randomBytes(3 * block + 12_345);
  const { handle, proxy } = await setUp(content);
  const budget = new ByteBudget(2 * block);
  for (const concurrency of [1, 2, 16])
    expect((await readAll(open(handle, { concurrency, budget }))).equals(content)).toBe(true);
  for (const maxBytes of [1, block, block + 1]) {
    const before = proxy.exchanges.length;
    const read = await readAll(open(handle, { maxBytes, budget }));
    expect(read.equals(content.subarray(0, maxBytes))).toBe(true);
    expect(proxy.exchanges.length - before).toBe(Math.ceil(maxBytes / block));
  }
});

test("an empty blob gives no bytes", async () => {
  const { handle } = await setUp(Buffer.alloc(0));
  expect(await readAll(open(handle))).toHaveLength(0);
});

test("a body that ends early is resumed at the missing byte", async () => {
  const content = randomBytes(2 * block);
  const { handle } = await setUp(
    content,
    faultNth("GetBlob", { kind: "truncate-download", afterBytes: 3_000_000 }, 2),
  );
  expect((await readAll(open(handle))).equals(content)).toBe(true);
});

test("all bytes are of one version: a blob that is replaced or deleted meanwhile fails", async () => {
  for (const isDeleted of [false, true]) {
    const { handle, blob } = await setUp(randomBytes(3 * block));
    const chunks = open(handle, { concurrency: 1 });
    await chunks.next();
    await (isDeleted ? blob.delete() : blob.uploadData(randomBytes(3 * block)));
    await captureOurError(readAll(chunks), "OutputChanged");
  }
});

test("a log that grows meanwhile is read as it was at the start", async () => {
  const { client, jobId, stored } = await setUpOutputs();
  const log = stored.getAppendBlobClient("log");
  await log.create();
  const content = randomBytes(2 * block);
  for (let at = 0; at < content.length; at += 4_000_000)
    await log.appendBlock(content.subarray(at, at + 4_000_000), Math.min(4_000_000, content.length - at));
  const handle = new BlobHandle(client.getJobOutputStorage(jobId).storeContainer, "log");
  const chunks = open(handle, { concurrency: 1 });
  const first = Buffer.from((await chunks.next()).value as Uint8Array);
  await log.appendBlock("later", 5);
  expect(Buffer.concat([first, await readAll(chunks)]).equals(content)).toBe(true);
});

test("whoever stops reading, or fails, returns all memory", async () => {
  const content = randomBytes(4 * block);
  const { handle, proxy } = await setUp(content);
  const budget = new ByteBudget(2 * block);
  for await (const bytes of open(handle, { budget })) {
    expect(bytes.length).toBe(block);
    break;
  }
  const stop = new AbortController();
  const chunks = open(handle, { budget, abortSignal: stop.signal });
  await chunks.next();
  stop.abort();
  await expect(readAll(chunks)).rejects.toMatchObject({ name: "AbortError" });
  proxy.onRequest = () => ({ kind: "answer", status: 403, code: "AuthorizationFailure" });
  await expect(readAll(open(handle, { budget }))).rejects.toMatchObject({ statusCode: 403 });
  proxy.onRequest = undefined;
  expect((await readAll(open(handle, { budget }))).equals(content)).toBe(true);
});
