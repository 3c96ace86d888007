import type { BlockBlobClient, ContainerClient } from "@azure/storage-blob";
import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";

import { ByteBudget } from "../../../src/storage/memory/byte-budget.js";
import { type ByteReader, createDataReader } from "../../../src/storage/upload/byte-reader.js";
import { type TransferProgress, uploadBlob, type UploadOptions } from "../../../src/storage/upload/upload.js";
import { captureError } from "../../support/capture-error.js";
import type { FaultProxy, OnRequest } from "../../support/fault-proxy.js";
import { makeGate } from "../../support/faults.js";
import { createFiller, computeMd5 } from "../../support/create-filler.js";
import { faultAlways, setUpOutputs } from "../../support/output-fixture.js";
import { testOnFlat } from "../../support/account-kind.js";

const MiB = 1024 * 1024;
const block = 8 * MiB;

interface Fixture {
  readonly proxy: FaultProxy;
  /** The blob through the proxy. */
  readonly client: BlockBlobClient;
  /** The same blob by the plain SDK. */
  readonly stored: BlockBlobClient;
  readonly container: ContainerClient;
  readonly operations: () => string[];
}

async function setUp(onRequest?: OnRequest): Promise<Fixture> {
  const { proxy, client, jobId, stored } = await setUpOutputs(onRequest);
  return {
    proxy,
    client: client.getJobOutputStorage(jobId).containerClient.getBlockBlobClient("blob"),
    stored: stored.getBlockBlobClient("blob"),
    container: stored,
    operations: () => proxy.exchanges.map(({ operation }) => operation),
  };
}

const upload = (client: BlockBlobClient, source: ByteReader, options: Partial<UploadOptions> = {}) =>
  uploadBlob(client, source, { headers: {}, concurrency: 4, ...options });

function pieces(content: Uint8Array, pieceBytes: number): ByteReader {
  return createDataReader(
    (function* () {
      for (let position = 0; position < content.length; position += pieceBytes)
        yield content.subarray(position, position + pieceBytes);
    })(),
  );
}

async function expectStored(stored: BlockBlobClient, content: Buffer): Promise<void> {
  expect((await stored.downloadToBuffer()).equals(content)).toBe(true);
  const { contentMD5 } = await stored.getProperties();
  expect(computeMd5(content).equals(contentMD5 ?? Buffer.alloc(0))).toBe(true);
}

test.each([0, 1, 1000, block - 1])(
  "%i bytes take one request, with known and unknown length",
  async (size) => {
    const content = createFiller(size);
    const { client, stored, operations } = await setUp();
    for (const sizeBytes of [size, undefined]) {
      const written = await upload(client, createDataReader(content), { sizeBytes });
      expect(written).toMatchObject({ sizeBytes: size, isCommitted: true });
      expect(computeMd5(content).equals(written.contentMD5)).toBe(true);
      expect(written.etag).toBe((await stored.getProperties()).etag);
      await expectStored(stored, content);
    }
    expect(operations()).toEqual(["PutBlob", "PutBlob"]);
  },
);

test.each([block, block + 1, 2 * block, 2 * block + 1])(
  "%i bytes are sent in blocks of 8 MiB, their digest is stored, and no empty block is sent",
  async (size) => {
    const content = createFiller(size);
    for (const sizeBytes of [size, undefined]) {
      const { client, stored, operations } = await setUp();
      await upload(client, pieces(content, MiB + 7), { sizeBytes });
      await expectStored(stored, content);
      const blocks = Math.ceil(size / block);
      expect(operations()).toEqual([...Array.from({ length: blocks }, () => "PutBlock"), "PutBlockList"]);
      const { committedBlocks = [] } = await stored.getBlockList("committed");
      expect(committedBlocks.map((one) => one.size)).toEqual(
        Array.from({ length: blocks }, (_, index) => Math.min(block, size - index * block)),
      );
    }
  },
);

testOnFlat("tags")(
  "headers, metadata, tags and tier are stored, of small blobs and of large ones",
  async () => {
    for (const size of [10, block + 1]) {
      const { client, stored } = await setUp();
      await upload(client, createDataReader(createFiller(size)), {
        headers: { blobContentType: "text/x-test", blobContentEncoding: "gzip" },
        metadata: { Frame: "7" },
        tags: { "job state": "done" },
        tier: "Cool",
      });
      expect(await stored.getProperties()).toMatchObject({
        contentType: "text/x-test",
        contentEncoding: "gzip",
        accessTier: "Cool",
        metadata: { frame: "7" },
      });
      expect((await stored.getTags()).tags).toEqual({ "job state": "done" });
    }
  },
);

test("progress increases up to the number of bytes", async () => {
  for (const size of [0, 1, 3 * block + 1]) {
    const { client } = await setUp();
    const reported: TransferProgress[] = [];
    await upload(client, createDataReader(createFiller(size)), {
      sizeBytes: size,
      onProgress: (one) => void reported.push(one),
    });
    const loaded = reported.map(({ loadedBytes }) => loadedBytes);
    expect(loaded).toEqual([...loaded].sort((a, b) => a - b));
    expect(new Set(loaded).size).toBe(loaded.length);
    expect(reported.at(-1)).toEqual({ loadedBytes: size, totalBytes: size });
    expect(reported).toHaveLength(Math.max(1, Math.ceil(size / block)));
  }
});

test("no more blocks are sent at a time than the concurrency", async () => {
  const content = createFiller(4 * block);
  for (const concurrency of [1, 2]) {
    const { proxy, client, stored } = await setUp();
    let [underWay, most] = [0, 0];
    proxy.onRequest = (info) => {
      if (info.operation !== "PutBlock") return undefined;
      underWay += 1;
      most = Math.max(most, underWay);
      const gate = makeGate();
      setImmediate(() => {
        underWay -= 1;
        gate.open();
      });
      return { kind: "delay", until: gate.opened };
    };
    await upload(client, createDataReader(content), { concurrency });
    expect(most).toBeLessThanOrEqual(concurrency);
    await expectStored(stored, content);
  }
});

test("several blocks are sent at a time, and a delayed one is stored at its position", async () => {
  const content = createFiller(4 * block);
  const gate = makeGate();
  const { proxy, client, stored } = await setUp();
  proxy.onRequest = (info) =>
    info.operation === "PutBlock" && info.nth === 1 ? { kind: "delay", until: gate.opened } : undefined;
  const uploading = upload(client, createDataReader(content), { concurrency: 2 });
  await proxy.waitForRequest((one) => one.operation === "PutBlock" && one.nth === 4);
  gate.open();
  await uploading;
  await expectStored(stored, content);
});

test("uploads that share a budget hold no more buffers than it allows, and all complete", async () => {
  const content = createFiller(2 * block);
  const { container, proxy } = await setUp();
  const budget = new ByteBudget(2 * block);
  let [held, most] = [0, 0];
  const take = budget.take.bind(budget);
  budget.take = async (bytes) => {
    const buffer = await take(bytes);
    held += bytes;
    most = Math.max(most, held);
    let isOut = true;
    const counted = (giveBack: () => void) => () => {
      if (isOut) held -= bytes;
      isOut = false;
      giveBack();
    };
    return { ...buffer, release: counted(buffer.release), discard: counted(buffer.discard) };
  };
  await Promise.all(
    Array.from({ length: 5 }, (_, index) =>
      upload(container.getBlockBlobClient(`blob-${index}`), createDataReader(content), { budget }),
    ),
  );
  expect(most).toBeLessThanOrEqual(2 * block);
  expect(held).toBe(0);
  expect(proxy.exchanges).toEqual([]);
});

test("beforeCommit can keep the existing blob unchanged", async () => {
  for (const size of [5, block + 5]) {
    const { client, stored } = await setUp();
    await upload(client, createDataReader(Buffer.from("former")));
    const { etag } = await stored.getProperties();
    const content = createFiller(size);
    const written = await upload(client, createDataReader(content), { beforeCommit: () => "keep" });
    expect(written).toMatchObject({ isCommitted: false, sizeBytes: size });
    expect(computeMd5(content).equals(written.contentMD5)).toBe(true);
    expect((await stored.getProperties()).etag).toBe(etag);
  }
});

const faults: Readonly<Record<string, OnRequest>> = {
  "the service is busy": (info) =>
    info.operation !== "PutBlockList" && info.attempt === 1 && info.nth % 2 === 1
      ? { kind: "answer", status: 503 }
      : undefined,
  "requests are lost": (info) => (info.attempt < 3 ? { kind: "cut-before" } : undefined),
  "answers are lost": (info) => (info.attempt < 3 ? { kind: "cut-after" } : undefined),
  "bodies break off": (info) =>
    info.operation === "PutBlock" && info.attempt === 1 ? { kind: "cut-body", afterBytes: MiB } : undefined,
};

test.each(Object.entries(faults))(
  "if %s, the blob is complete, and contains no block twice",
  async (_, onRequest) => {
    const content = createFiller(3 * block + 99);
    const { client, stored, proxy } = await setUp(onRequest);
    await upload(client, createDataReader(content), { concurrency: 2 });
    expect(proxy.exchanges.some(({ fault }) => fault !== undefined)).toBe(true);
    await expectStored(stored, content);
    expect((await stored.getBlockList("committed")).committedBlocks).toHaveLength(4);
  },
);

test.each(["PutBlob", "PutBlock", "PutBlockList"])(
  "the first error is thrown and the existing blob is kept if %s fails permanently",
  async (operation) => {
    const { client, stored, proxy } = await setUp();
    await upload(client, createDataReader(Buffer.from("former")));
    proxy.onRequest = faultAlways(operation, { kind: "answer", status: 500 });
    const size = operation === "PutBlob" ? 10 : 4 * block;
    const error = await captureError(upload(client, createDataReader(createFiller(size))));
    expect(error).toMatchObject({ name: "RestError", statusCode: 500 });
    await proxy.waitUntilIdle();
    expect((await stored.downloadToBuffer()).toString()).toBe("former");
  },
);

test("a block that fails stops reading the source", async () => {
  const { client } = await setUp(
    faultAlways("PutBlock", { kind: "answer", status: 403, code: "AuthorizationFailure" }),
  );
  let chunks = 0;
  async function* source(): AsyncGenerator<Uint8Array> {
    const chunk = createFiller(block);
    for (; chunks < 1000; chunks += 1) yield chunk;
  }
  const error = await captureError(upload(client, createDataReader(source()), { concurrency: 2 }));
  expect(error).toMatchObject({ statusCode: 403 });
  expect(chunks).toBeLessThan(10);
});

test("the error of a source is thrown, and no blob is created", async () => {
  for (const good of [10, 3 * block]) {
    const { client, stored, proxy } = await setUp();
    async function* source(): AsyncGenerator<Uint8Array> {
      yield createFiller(good);
      throw new Error("the camera is gone");
    }
    const error = await captureError(upload(client, createDataReader(source())));
    expect(error.message).toBe("the camera is gone");
    await proxy.waitUntilIdle();
    expect(await stored.exists()).toBe(false);
  }
});

test("a progress callback that throws stops the upload, and the existing blob is kept", async () => {
  const { client, stored } = await setUp();
  await upload(client, createDataReader(Buffer.from("former")));
  const onProgress = (): void => {
    throw new Error("no terminal");
  };
  const error = await captureError(upload(client, createDataReader(createFiller(3 * block)), { onProgress }));
  expect(error.message).toBe("no terminal");
  expect((await stored.downloadToBuffer()).toString()).toBe("former");
});

test("uncommitted blocks of an Azure SDK do not fail the upload", async () => {
  const { client, stored } = await setUp();
  const stop = new AbortController();
  const leaving = stored.uploadData(randomBytes(3 * block), {
    abortSignal: stop.signal,
    maxSingleShotSize: 1,
    blockSize: block,
    concurrency: 1,
    onProgress: () => {
      stop.abort();
    },
  });
  expect((await captureError(leaving)).name).toBe("AbortError");
  expect((await stored.getBlockList("uncommitted")).uncommittedBlocks).not.toEqual([]);
  const content = createFiller(block + 1);
  await upload(client, createDataReader(content));
  await expectStored(stored, content);
});

test("concurrent uploads of one blob do not mix their blocks", async () => {
  const { client, stored } = await setUp();
  const contents = [createFiller(2 * block, 1), createFiller(2 * block, 2)];
  await Promise.allSettled(contents.map((content) => upload(client, createDataReader(content))));
  const found = await stored.downloadToBuffer();
  expect(contents.filter((content) => content.equals(found))).toHaveLength(1);
});

test("an upload with an aborted signal makes no request and reads nothing", async () => {
  const { client, operations } = await setUp();
  let reads = 0;
  const source = { fill: async () => (reads += 1), close: async () => undefined };
  const error = await captureError(upload(client, source, { abortSignal: AbortSignal.abort() }));
  expect(error.name).toBe("AbortError");
  expect([reads, operations()]).toEqual([0, []]);
});

test.each(["PutBlob", "PutBlock", "PutBlockList"])(
  "an upload that is aborted during %s ends at once, and the existing blob is kept",
  async (operation) => {
    const { client, stored, proxy } = await setUp();
    await upload(client, createDataReader(Buffer.from("former")));
    const never = makeGate();
    proxy.onRequest = faultAlways(operation, {
      kind: "delay",
      until: never.opened,
      then: { kind: "cut-before" },
    });
    const stop = new AbortController();
    const size = operation === "PutBlob" ? 10 : 3 * block;
    const before = proxy.exchanges.length;
    const uploading = captureError(
      upload(client, createDataReader(createFiller(size)), { abortSignal: stop.signal }),
    );
    await proxy.waitForRequest((one) => one.sequence > before && one.operation === operation);
    stop.abort();
    expect((await uploading).name).toBe("AbortError");
    never.open();
    await proxy.waitUntilIdle();
    expect((await stored.downloadToBuffer()).toString()).toBe("former");
  },
);

test("an upload from a source with a pending chunk is aborted at once", async () => {
  const { client, stored } = await setUp();
  const stop = new AbortController();
  const owing = createDataReader(
    new ReadableStream<Uint8Array>({
      pull() {
        stop.abort();
        return new Promise(() => undefined);
      },
    }),
  );
  const error = await captureError(upload(client, owing, { abortSignal: stop.signal }));
  expect(error.name).toBe("AbortError");
  expect(await stored.exists()).toBe(false);
});

test("a failed upload releases its buffers", async () => {
  const budget = new ByteBudget(2 * block);
  const { client } = await setUp((info) =>
    info.operation === "PutBlock" && info.nth % 2 === 0 ? { kind: "answer", status: 403 } : undefined,
  );
  for (let round = 0; round < 3; round += 1) {
    const error = await captureError(upload(client, createDataReader(createFiller(4 * block)), { budget }));
    expect(error).toMatchObject({ statusCode: 403 });
  }
  const { release } = await budget.take(2 * block);
  release();
});
