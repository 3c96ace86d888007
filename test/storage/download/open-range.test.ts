import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { expect, test } from "vitest";

import { BlobHandle } from "../../../src/storage/blob-handle.js";
import { openRange, type RangeOptions } from "../../../src/storage/download/open-range.js";
import { captureError, captureOurError } from "../../support/capture-error.js";
import { makeGate } from "../../support/faults.js";
import { faultAlways, faultNth, setUpOutputs } from "../../support/output-fixture.js";

const asItIs = (error: unknown): unknown => error;

async function setUp(content: Buffer, onRequest?: Parameters<typeof setUpOutputs>[0]) {
  const { proxy, client, jobId, stored } = await setUpOutputs(onRequest);
  const blob = stored.getBlockBlobClient("a");
  await blob.uploadData(content);
  const through = new BlobHandle(client.getJobOutputStorage(jobId).storeContainer, "a");
  const open = (options: RangeOptions = {}): Promise<Readable> => openRange(through, options, asItIs);
  return { proxy, blob, open };
}

const text = "0123456789";

test.each<[RangeOptions, string]>([
  [{}, text],
  [{ offset: 0 }, text],
  [{ offset: 4 }, "456789"],
  [{ offset: 4, count: 3 }, "456"],
  [{ count: 3 }, "012"],
  [{ offset: 8, count: 100 }, "89"],
  [{ offset: 9, count: 1 }, "9"],
  [{ offset: 10 }, ""],
  [{ offset: 10, count: 1 }, ""],
  [{ offset: 11 }, ""],
  [{ offset: 1000, count: 5 }, ""],
  [{ count: 0 }, ""],
  [{ offset: 3, count: 0 }, ""],
])("the range %o of ten bytes", async (range, expected) => {
  const { open } = await setUp(Buffer.from(text));
  expect((await buffer(await open(range))).toString()).toBe(expected);
});

test("an empty blob gives an empty readable stream", async () => {
  const { open } = await setUp(Buffer.alloc(0));
  expect(await buffer(await open())).toHaveLength(0);
  expect(await buffer(await open({ offset: 5 }))).toHaveLength(0);
});

const refusal = { kind: "answer", status: 416, code: "InvalidRange" } as const;

test("a range that was refused is requested again if the properties show bytes there", async () => {
  const { open } = await setUp(Buffer.from(text), faultNth("GetBlob", refusal));
  expect((await buffer(await open({ offset: 4 }))).toString()).toBe("456789");
});

test("a range that is refused each time although the properties show bytes there fails with OutputChanged", async () => {
  const { open } = await setUp(Buffer.from(text), faultAlways("GetBlob", refusal));
  await captureOurError(open({ offset: 4 }), "OutputChanged");
});

test("the stream is in byte mode, also for an empty blob", async () => {
  const { open } = await setUp(Buffer.from(text));
  for (const stream of [await open(), await open({ count: 0 }), await open({ offset: 99 })]) {
    expect(stream.readableObjectMode).toBe(false);
    await buffer(stream);
  }
});

test("a body that ends early is resumed at the missing byte, within the range", async () => {
  const content = randomBytes(500_000);
  const { proxy, open } = await setUp(
    content,
    faultNth("GetBlob", { kind: "truncate-download", afterBytes: 1234 }),
  );
  const stream = await open({ offset: 1000, count: 400_000 });
  expect((await buffer(stream)).equals(content.subarray(1000, 401_000))).toBe(true);
  expect(proxy.exchanges).toHaveLength(2);
});

test("an append blob that grows is read up to its length when the stream was opened", async () => {
  const gate = makeGate();
  const { proxy, client, jobId, stored } = await setUpOutputs(({ nth }) =>
    nth === 1 ? { kind: "truncate-download", afterBytes: 1000 } : { kind: "delay", until: gate.opened },
  );
  const log = stored.getAppendBlobClient("log");
  const start = randomBytes(100_000);
  await log.create();
  await log.appendBlock(start, start.length);
  const through = new BlobHandle(client.getJobOutputStorage(jobId).storeContainer, "log");
  const reading = buffer(await openRange(through, {}, asItIs));
  await proxy.waitForRequest(({ nth }) => nth === 2);
  await log.appendBlock("and more", 8);
  gate.open();
  expect((await reading).equals(start)).toBe(true);
});

test("a block blob that is overwritten during the read fails the stream with OutputChanged", async () => {
  const gate = makeGate();
  const { proxy, blob, open } = await setUp(randomBytes(100_000), ({ nth }) =>
    nth === 1 ? { kind: "truncate-download", afterBytes: 1000 } : { kind: "delay", until: gate.opened },
  );
  const reading = captureError(buffer(await open()));
  await proxy.waitForRequest(({ nth }) => nth === 2);
  await blob.uploadData(randomBytes(100_000));
  gate.open();
  expect(await reading).toMatchObject({ code: "OutputChanged" });
});

test("a connection that keeps breaking fails the stream with StoreUnreachable", async () => {
  const { open } = await setUp(
    randomBytes(100_000),
    faultAlways("GetBlob", { kind: "truncate-download", afterBytes: 10 }),
  );
  await captureOurError(buffer(await open()), "StoreUnreachable");
});

test("an error of the stream is explained before the reader gets it", async () => {
  const { proxy, client, jobId, stored } = await setUpOutputs(
    faultNth("GetBlob", { kind: "truncate-download", afterBytes: 10 }),
  );
  await stored.getBlockBlobClient("a").uploadData(randomBytes(1000));
  const through = new BlobHandle(client.getJobOutputStorage(jobId).storeContainer, "a");
  const stream = await openRange(through, {}, (error) => new Error("explained", { cause: error }));
  proxy.onRequest = faultAlways("GetBlob", { kind: "answer", status: 403, code: "AuthenticationFailed" });
  const failure = await captureError(buffer(stream));
  expect(failure).toMatchObject({ message: "explained", cause: { statusCode: 403 } });
});

test.each(["before anything is read", "in the middle"])(
  "destroying the stream %s ends the request",
  async (when) => {
    const { proxy, open } = await setUp(randomBytes(8_000_000));
    const stream = await open();
    if (when === "in the middle") await once(stream, "data");
    const [request] = proxy.exchanges;
    expect(request?.clientGot).toBeUndefined();
    stream.destroy();
    await once(stream, "close");
    await proxy.waitUntilIdle();
    expect(request?.clientGot).toBe("gone");
  },
);

test("destroying the stream during a pending read ends the request at once", async () => {
  const never = makeGate();
  const { proxy, open } = await setUp(randomBytes(100_000), ({ nth }) =>
    nth === 1
      ? { kind: "truncate-download", afterBytes: 1000 }
      : { kind: "delay-answer", until: never.opened },
  );
  const stream = await open();
  stream.resume();
  await proxy.waitForRequest(({ nth, status }) => nth === 2 && status === 206);
  stream.destroy();
  await once(stream, "close");
  never.open();
  await proxy.waitUntilIdle();
  expect(proxy.exchanges[1]?.clientGot).toBe("gone");
});

test.each(["before anything is read", "while it is read"])(
  "an abort %s fails the stream with an AbortError and ends the request",
  async (when) => {
    const { proxy, open } = await setUp(randomBytes(8_000_000));
    const abort = new AbortController();
    const stream = await open({ abortSignal: abort.signal });
    const failing = once(stream, "error") as Promise<[Error]>;
    if (when === "while it is read") await once(stream, "data");
    abort.abort();
    const [error] = await failing;
    expect(error.name).toBe("AbortError");
    await proxy.waitUntilIdle();
    expect(proxy.exchanges[0]?.clientGot).toBe("gone");
  },
);

test("an abort before the response rejects the call that opens the stream", async () => {
  const never = makeGate();
  const { proxy, open } = await setUp(
    randomBytes(10),
    faultAlways("GetBlob", { kind: "delay-answer", until: never.opened }),
  );
  const abort = new AbortController();
  const opening = captureError(open({ abortSignal: abort.signal }));
  await proxy.waitForRequest(({ status }) => status === 200);
  abort.abort();
  expect(await opening).toMatchObject({ name: "AbortError" });
  never.open();
});

test("an abort after the end of the stream has no effect", async () => {
  const { open } = await setUp(Buffer.from(text));
  const abort = new AbortController();
  const stream = await open({ abortSignal: abort.signal });
  expect((await buffer(stream)).toString()).toBe(text);
  abort.abort();
  expect(stream.errored).toBeNull();
});
