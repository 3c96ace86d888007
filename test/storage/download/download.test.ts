import { createHash, randomBytes } from "node:crypto";

import { expect, test } from "vitest";

import { BlobHandle } from "../../../src/storage/blob-handle.js";
import { downloadBlob, type DownloadOptions } from "../../../src/storage/download/download.js";
import { captureError, captureOurError } from "../../support/capture-error.js";
import { makeGate } from "../../support/faults.js";
import { faultAlways, faultNth, setUpOutputs } from "../../support/output-fixture.js";

const MiB = 1024 * 1024;
const block = 8 * MiB;

async function read(client: BlobHandle, options: Partial<DownloadOptions> = {}): Promise<Buffer> {
  const parts: Buffer[] = [];
  const write = (bytes: Uint8Array): void => void parts.push(Buffer.from(bytes));
  await downloadBlob(client, write, { concurrency: 4, ...options });
  return Buffer.concat(parts);
}

function md5(bytes: Uint8Array): Buffer {
  return createHash("md5").update(bytes).digest();
}

/** Bytes stored under "a" with their digest, and the client of that blob through the proxy. */
async function setUp(content: Buffer, onRequest?: Parameters<typeof setUpOutputs>[0]) {
  const { proxy, client, jobId, stored } = await setUpOutputs(onRequest);
  const blob = stored.getBlockBlobClient("a");
  await blob.uploadData(content, { blobHTTPHeaders: { blobContentMD5: md5(content) } });
  const through = new BlobHandle(client.getJobOutputStorage(jobId).storeContainer, "a");
  return { proxy, stored, blob, through };
}

test.each([1, block - 1, block, block + 1])(
  "a blob of %i bytes is downloaded in ranges of 8 MiB, each requested once",
  async (size) => {
    const content = randomBytes(size);
    const { proxy, through } = await setUp(content);
    expect((await read(through)).equals(content)).toBe(true);
    expect(proxy.exchanges.map(({ operation }) => operation)).toEqual(
      Array.from({ length: Math.ceil(size / block) }, () => "GetBlob"),
    );
  },
);

test("an empty blob gives no bytes", async () => {
  const { through } = await setUp(Buffer.alloc(0));
  expect(await read(through)).toHaveLength(0);
});

test("the bytes are written in order for any concurrency and any wrong expected length", async () => {
  const content = randomBytes(3 * block + 12_345);
  const { through } = await setUp(content);
  for (const concurrency of [1, 2, 16])
    expect((await read(through, { concurrency })).equals(content)).toBe(true);
  for (const expectedBytes of [0, 100, 100 * MiB])
    expect((await read(through, { expectedBytes })).equals(content)).toBe(true);
});

test("a blob whose range request is answered 416 because it is empty is read as empty", async () => {
  const noRange = { kind: "answer", status: 416, code: "InvalidRange" } as const;
  const { through } = await setUp(Buffer.alloc(0), faultNth("GetBlob", noRange));
  expect(await read(through)).toHaveLength(0);
});

test("an append blob that was empty at the start and grows during the download is read as empty", async () => {
  const noRange = { kind: "answer", status: 416, code: "InvalidRange" } as const;
  const { client, jobId, stored } = await setUpOutputs(faultNth("GetBlob", noRange));
  const log = stored.getAppendBlobClient("log");
  await log.create();
  await log.appendBlock("later", 5);
  const through = new BlobHandle(client.getJobOutputStorage(jobId).storeContainer, "log");
  expect(await read(through)).toHaveLength(0);
});

test("a body that ends early is resumed at the missing byte", async () => {
  const content = randomBytes(2 * block);
  const { proxy, through } = await setUp(
    content,
    faultNth("GetBlob", { kind: "truncate-download", afterBytes: 3 * MiB }),
  );
  expect((await read(through)).equals(content)).toBe(true);
  expect(proxy.exchanges).toHaveLength(3);
});

test("a connection that is closed before the response is retried", async () => {
  const content = randomBytes(100);
  const { through } = await setUp(content, faultNth("GetBlob", { kind: "cut-before" }));
  expect((await read(through)).equals(content)).toBe(true);
});

test("a response of a busy service is retried", async () => {
  const content = randomBytes(100);
  const { through } = await setUp(content, faultNth("GetBlob", { kind: "answer", status: 503 }));
  expect((await read(through)).equals(content)).toBe(true);
});

test("connections that keep breaking complete the download as long as bytes arrive", async () => {
  const content = randomBytes(block);
  const { proxy, through } = await setUp(
    content,
    // A MiB at least each time, but the last byte: more breaks than are allowed in a row, and none in vain.
    ({ sequence }) => (sequence < 8 ? { kind: "truncate-download", afterBytes: 1.25 * MiB } : undefined),
  );
  expect((await read(through)).equals(content)).toBe(true);
  expect(proxy.exchanges).toHaveLength(8);
});

test("a connection that keeps breaking without progress fails with StoreUnreachable, not as an abort", async () => {
  const { proxy, through } = await setUp(
    randomBytes(100_000),
    faultAlways("GetBlob", { kind: "truncate-download", afterBytes: 10 }),
  );
  const error = await captureOurError(read(through), "StoreUnreachable");
  expect(error.message).toMatch(/broke 6 times, and [\d,]+ bytes are missing/);
  expect(proxy.exchanges).toHaveLength(6);
});

test("bytes that do not match the stored digest fail with DigestMismatch", async () => {
  const { blob, through } = await setUp(randomBytes(100));
  await blob.setHTTPHeaders({ blobContentMD5: md5(Buffer.from("other")) });
  const error = await captureOurError(read(through), "DigestMismatch");
  expect(error.message).toContain(md5(Buffer.from("other")).toString("hex"));
});

test.each(["gzip", "br", "aes128gcm"])(
  "DigestMismatch for content encoded with %s names the encoding",
  async (encoding) => {
    for (const size of [100, block + 1]) {
      const { blob, through } = await setUp(randomBytes(size));
      const blobContentMD5 = md5(Buffer.from("before it was encoded"));
      await blob.setHTTPHeaders({ blobContentEncoding: encoding, blobContentMD5 });
      const error = await captureOurError(read(through), "DigestMismatch");
      expect(error.message).toContain(`Its content encoding is "${encoding}"`);
    }
  },
);

test.each(["identity", ""])("DigestMismatch does not name the content encoding %j", async (encoding) => {
  const { blob, through } = await setUp(randomBytes(100));
  await blob.setHTTPHeaders({ blobContentEncoding: encoding, blobContentMD5: md5(Buffer.from("other")) });
  const error = await captureOurError(read(through), "DigestMismatch");
  expect(error.message).not.toContain("encoding");
});

test("the digest of a blob of many blocks is checked over its whole content", async () => {
  const content = randomBytes(2 * block + 1);
  const { blob, through } = await setUp(content);
  const damaged = Buffer.from(content);
  damaged.writeUInt8(damaged.readUInt8(block + 5) ^ 1, block + 5);
  await blob.uploadData(damaged);
  await blob.setHTTPHeaders({ blobContentMD5: md5(content) });
  await captureOurError(read(through), "DigestMismatch");
});

test("a blob without a digest is read without a check", async () => {
  const { blob, through } = await setUp(Buffer.alloc(0));
  await blob.uploadData(Buffer.from("abc"));
  await blob.setHTTPHeaders({});
  expect((await read(through)).toString()).toBe("abc");
});

test("a block blob that is overwritten between two ranges fails with OutputChanged", async () => {
  const gate = makeGate();
  const { proxy, blob, through } = await setUp(
    randomBytes(3 * block),
    faultNth("GetBlob", { kind: "delay", until: gate.opened }, 2),
  );
  const reading = captureError(read(through, { concurrency: 2 }));
  await proxy.waitForRequest(({ sequence }) => sequence === 2);
  await blob.uploadData(randomBytes(3 * block));
  gate.open();
  expect(await reading).toMatchObject({ code: "OutputChanged" });
});

test("a blob that is overwritten while a range is resumed fails with OutputChanged", async () => {
  const gate = makeGate();
  const { proxy, blob, through } = await setUp(randomBytes(2 * MiB), ({ sequence }) =>
    sequence === 1 ? { kind: "truncate-download", afterBytes: MiB } : { kind: "delay", until: gate.opened },
  );
  const reading = captureError(read(through));
  await proxy.waitForRequest(({ sequence }) => sequence === 2);
  await blob.uploadData(randomBytes(2 * MiB));
  gate.open();
  expect(await reading).toMatchObject({ code: "OutputChanged" });
});

test.each(["shorter", "deleted"])(
  "a blob that is %s between two ranges fails with OutputChanged",
  async (how) => {
    const gate = makeGate();
    const { proxy, blob, through } = await setUp(
      randomBytes(2 * block),
      faultNth("GetBlob", { kind: "delay", until: gate.opened }, 2),
    );
    const reading = captureError(read(through));
    await proxy.waitForRequest(({ sequence }) => sequence === 2);
    if (how === "deleted") await blob.delete();
    else await blob.uploadData(Buffer.from("short"));
    gate.open();
    expect(await reading).toMatchObject({ code: "OutputChanged" });
  },
);

test("an append blob that grows during the download is read up to its length at the start", async () => {
  const gate = makeGate();
  const { proxy, client, jobId, stored } = await setUpOutputs(({ nth }) =>
    nth === 2 ? { kind: "delay", until: gate.opened } : undefined,
  );
  const log = stored.getAppendBlobClient("log");
  const start = randomBytes(2 * block + 7);
  await log.create();
  for (let at = 0; at < start.length; at += 4 * MiB) {
    const part = start.subarray(at, at + 4 * MiB);
    await log.appendBlock(part, part.length);
  }
  const reading = read(new BlobHandle(client.getJobOutputStorage(jobId).storeContainer, "log"));
  await proxy.waitForRequest(({ nth }) => nth === 2);
  await log.appendBlock("and more", 8);
  gate.open();
  expect((await reading).equals(start)).toBe(true);
});

test("an append blob that grows while a range is resumed is read up to its length at the start", async () => {
  const gate = makeGate();
  const { proxy, client, jobId, stored } = await setUpOutputs(({ nth }) =>
    nth === 1 ? { kind: "truncate-download", afterBytes: 1000 } : { kind: "delay", until: gate.opened },
  );
  const log = stored.getAppendBlobClient("log");
  const start = randomBytes(100_000);
  await log.create();
  await log.appendBlock(start, start.length);
  const reading = read(new BlobHandle(client.getJobOutputStorage(jobId).storeContainer, "log"));
  await proxy.waitForRequest(({ nth }) => nth === 2);
  await log.appendBlock("and more", 8);
  gate.open();
  expect((await reading).equals(start)).toBe(true);
});

test("an append blob that is recreated during the download fails with OutputChanged", async () => {
  const gate = makeGate();
  const { proxy, client, jobId, stored } = await setUpOutputs(({ nth }) =>
    nth === 1 ? { kind: "truncate-download", afterBytes: 1000 } : { kind: "delay", until: gate.opened },
  );
  const log = stored.getAppendBlobClient("log");
  await log.create();
  for (let block = 0; block < 3; block += 1) await log.appendBlock(randomBytes(5000), 5000);
  const reading = captureError(read(new BlobHandle(client.getJobOutputStorage(jobId).storeContainer, "log")));
  await proxy.waitForRequest(({ nth }) => nth === 2);
  await log.delete();
  await log.create();
  await log.appendBlock(randomBytes(20_000), 20_000);
  gate.open();
  expect(await reading).toMatchObject({ code: "OutputChanged" });
});

test("an abort ends all running range requests with an AbortError", async () => {
  const never = makeGate();
  const { proxy, through } = await setUp(randomBytes(4 * block), ({ nth }) =>
    nth > 1 ? { kind: "delay-answer", until: never.opened } : undefined,
  );
  const abort = new AbortController();
  const reading = captureError(read(through, { abortSignal: abort.signal }));
  await proxy.waitForRequest(({ nth }) => nth === 4);
  abort.abort();
  expect(await reading).toMatchObject({ name: "AbortError" });
  never.open();
  await proxy.waitUntilIdle();
  expect(proxy.exchanges.slice(1).map(({ clientGot }) => clientGot)).toEqual(["gone", "gone", "gone"]);
});

test("a signal that was aborted before sends no request", async () => {
  const { proxy, through } = await setUp(randomBytes(10));
  const failure = await captureError(read(through, { abortSignal: AbortSignal.abort() }));
  expect(failure).toMatchObject({ name: "AbortError" });
  expect(proxy.exchanges).toEqual([]);
});

test("an error of the writer fails the download, and no further range is requested", async () => {
  const { proxy, through } = await setUp(randomBytes(4 * block));
  const full = new Error("no space");
  const failure = captureError(downloadBlob(through, () => Promise.reject(full), { concurrency: 2 }));
  expect(await failure).toBe(full);
  await proxy.waitUntilIdle();
  expect(proxy.exchanges.length).toBeLessThanOrEqual(3);
});

test("progress counts the bytes that were written, up to the length", async () => {
  const { through } = await setUp(randomBytes(2 * block + 5));
  const seen: number[] = [];
  await read(through, {
    onProgress: ({ loadedBytes, totalBytes }) => {
      expect(totalBytes).toBe(2 * block + 5);
      seen.push(loadedBytes);
    },
  });
  expect(seen).toEqual([block, 2 * block, 2 * block + 5]);
});
