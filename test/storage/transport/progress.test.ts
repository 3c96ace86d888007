import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";

import { TaskOutputStorage } from "../../../src/index.js";
import { BlobHandle } from "../../../src/storage/blob-handle.js";
import { openContainer, type StoreClientOptions } from "../../../src/storage/clients/open-store.js";
import { readRange } from "../../../src/storage/download/read-range.js";
import { captureError } from "../../support/capture-error.js";
import { honest, type RawAnswer, startRawStore } from "../../support/raw-store.js";

const MiB = 1024 * 1024;

const routes: readonly [name: string, options: StoreClientOptions][] = [
  ["directly", {}],
  ["by the SDK", { keepAliveOptions: { enable: false } }],
];

function blobAt(origin: string, options: StoreClientOptions): BlobHandle {
  const container = openContainer(
    `${origin}/account/c?sv=1&sig=c2VjcmV0`,
    undefined,
    { retryOptions: { retryDelayInMs: 1, maxRetryDelayInMs: 2 }, ...options },
    "url",
  );
  return new BlobHandle(container, "a");
}

/** A store that serves each connection by hand. */
async function startSlowStore(serve: (socket: Socket) => Promise<void>): Promise<string> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on("error", () => socket.destroy());
    serve(socket).catch(() => socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test.each(routes)("an upload that makes progress, %s, does not time out", async (_, options) => {
  const bodyBytes = 24 * MiB;
  let connections = 0;
  const origin = await startSlowStore(async (socket) => {
    connections += 1;
    let received = 0;
    socket.on("data", (bytes: Buffer) => {
      received += bytes.length;
      socket.pause();
      // Slow enough that the whole takes several times as long as a try may be without progress.
      setTimeout(() => socket.resume(), (bytes.length / bodyBytes) * 4_000);
    });
    while (received < bodyBytes) await delay(10);
    socket.write('HTTP/1.1 201 Created\r\netag: "0x1"\r\ncontent-length: 0\r\n\r\n');
  });
  const body = Buffer.alloc(bodyBytes, "x");
  const written = await blobAt(origin, { ...options, progressTimeoutInMs: 1_000 }).upload(
    body,
    bodyBytes,
    {},
  );
  expect(written.etag).toBe('"0x1"');
  expect(connections).toBe(1);
});

test.each(routes)("a response that makes progress, %s, does not time out", async (_, options) => {
  const content = Buffer.alloc(40, "y");
  let requests = 0;
  const origin = await startSlowStore(async (socket) => {
    await once(socket, "data");
    requests += 1;
    const head = `etag: "0x1"\r\ncontent-range: bytes 0-39/40\r\ncontent-length: ${content.length}`;
    socket.write(`HTTP/1.1 206 Partial Content\r\n${head}\r\n\r\n`);
    for (const byte of content) {
      await delay(20);
      socket.write(Buffer.from([byte]));
    }
  });
  const { bytes } = await readRange(
    blobAt(origin, { ...options, progressTimeoutInMs: 300 }),
    0,
    Buffer.alloc(40),
    {},
  );
  expect(Buffer.from(bytes).equals(content)).toBe(true);
  expect(requests).toBe(1);
});

test.each(routes)("a page of a listing that makes progress, %s, does not time out", async (_, options) => {
  const page = "<EnumerationResults><Blobs /><NextMarker /></EnumerationResults>";
  let requests = 0;
  const origin = await startSlowStore(async (socket) => {
    await once(socket, "data");
    requests += 1;
    const head = `x-ms-request-id: 1\r\ncontent-type: application/xml\r\ncontent-length: ${page.length}`;
    socket.write(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n`);
    for (const character of page) {
      await delay(20);
      socket.write(character);
    }
  });
  const url = `${origin}/account/c?sv=1&sig=c2VjcmV0`;
  const storage = new TaskOutputStorage(url, "t", { ...options, progressTimeoutInMs: 300 });
  expect((await storage.listOutputs().next()).done).toBe(true);
  expect(requests).toBe(1);
});

test.each(routes)("a response that stalls, %s, is resumed at the missing byte", async (_, options) => {
  const content = Buffer.from("0123456789".repeat(20));
  const ranges: (string | undefined)[] = [];
  const store = await startRawStore((request): RawAnswer | undefined => {
    if (!request.head.startsWith("GET")) return honest(request, content);
    ranges.push(request.header("x-ms-range"));
    const whole = honest(request, content).pieces.map((piece) => Buffer.from(piece));
    // Each time, so that an answer that is late on a busy machine changes nothing.
    return request.header("x-ms-range") === "bytes=0-199"
      ? { pieces: [Buffer.concat(whole).subarray(0, -50)], then: "keep" }
      : { pieces: whole };
  });
  const blob = blobAt(store.origin, { ...options, progressTimeoutInMs: 200 });
  const { bytes } = await readRange(blob, 0, Buffer.alloc(content.length), {});
  expect(Buffer.from(bytes).equals(content)).toBe(true);
  expect(new Set(ranges)).toEqual(new Set(["bytes=0-199", "bytes=150-199"]));
});

test.each(routes)("a store that never answers, %s, fails after the last attempt", async (_, options) => {
  const store = await startRawStore(() => undefined);
  const retryOptions = { maxTries: 2, retryDelayInMs: 1, maxRetryDelayInMs: 2 };
  const blob = blobAt(store.origin, { ...options, progressTimeoutInMs: 100, retryOptions });
  const failure = await captureError(blob.upload(Buffer.from("abc"), 3, {}));
  expect(failure).toMatchObject({ name: "RestError", code: "ETIMEDOUT" });
  expect(store.requests).toHaveLength(2);
  expect(new Set(store.requests.map(({ header }) => header("x-ms-client-request-id"))).size).toBe(1);
});

test("tryTimeoutInMs limits a try, even if it makes progress", async () => {
  let connections = 0;
  const origin = await startSlowStore(async (socket) => {
    await once(socket, "data");
    connections += 1;
    if (connections > 1) socket.write('HTTP/1.1 201 Created\r\netag: "0x1"\r\ncontent-length: 0\r\n\r\n');
    else {
      while (!socket.destroyed) {
        socket.write("HTTP/1.1 100 Continue\r\n\r\n");
        await delay(20);
      }
    }
  });
  const retryOptions = { tryTimeoutInMs: 1_000, retryDelayInMs: 1 };
  const written = await blobAt(origin, { retryOptions }).upload(Buffer.from("abc"), 3, {});
  expect(written.etag).toBe('"0x1"');
  expect(connections).toBeGreaterThan(1);
});

test.each([0, 99, 1.5, Number.NaN, 2 ** 31])(
  "a limit of %s ms is an argument error",
  (progressTimeoutInMs) => {
    expect(() => blobAt("http://127.0.0.1:1", { progressTimeoutInMs })).toThrow(
      expect.objectContaining({ argument: "options.progressTimeoutInMs" }) as Error,
    );
  },
);

const drips: readonly [name: string, first: string, next: string][] = [
  ["a head that never ends", "HTTP/1.1 201 Created\r\nx-ms-slow: ", "a"],
  ["interim answers", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n"],
];

describe.each(routes)("%s", (_, options) => {
  test.each(drips)("a store that only sends %s times out", async (_name, first, next) => {
    let connections = 0;
    const origin = await startSlowStore(async (socket) => {
      connections += 1;
      const isFirst = connections === 1;
      await once(socket, "data");
      if (!isFirst) {
        socket.write('HTTP/1.1 201 Created\r\netag: "0x1"\r\ncontent-length: 0\r\n\r\n');
        return;
      }
      socket.write(first);
      while (!socket.destroyed) {
        await delay(100);
        socket.write(next);
      }
    });
    const blob = blobAt(origin, { ...options, progressTimeoutInMs: 500 });
    const written = await blob.upload(Buffer.from("a"), 1, {});
    expect(written.etag).toBe('"0x1"');
  });
});
