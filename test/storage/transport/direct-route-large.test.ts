import { randomBytes } from "node:crypto";
import { afterEach, expect, test, vi } from "vitest";

import { BlobHandle } from "../../../src/storage/blob-handle.js";
import { readRange } from "../../../src/storage/download/read-range.js";
import { BufferPool } from "../../../src/storage/memory/buffer-pool.js";
import { openContainerIn } from "../../support/direct-fixture.js";
import { honest, type RawRequest, type RawStore, startRawStore } from "../../support/raw-store.js";
import { createSelfSigned } from "../../support/self-signed.js";

afterEach(() => {
  vi.unstubAllEnvs();
});

const content = randomBytes(1024 * 1024);
const buffers = new BufferPool(0);

/** Into memory that threads share, as transfers do. */
async function fetched(store: RawStore, offset: number, count: number): Promise<Buffer> {
  const target = buffers.take(count).bytes.fill(0);
  const { bytes } = await readRange(new BlobHandle(openContainerIn(store), "a"), offset, target, {});
  return Buffer.from(bytes);
}

function honestly(request: RawRequest): Buffer {
  return Buffer.concat(honest(request, content).pieces.map((piece) => Buffer.from(piece)));
}

/** The head, and so many bytes of the body. */
function brokenOff(request: RawRequest, bytes: number): Buffer {
  const whole = honestly(request);
  return whole.subarray(0, whole.length - content.length + bytes);
}

test.each(["http", "https"])(
  "large content is read over %s into its own buffer unchanged, and so is the next response on the connection",
  async (protocol) => {
    vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
    const tls = protocol === "https" ? { tls: await createSelfSigned() } : {};
    const store = await startRawStore((request) => honest(request, content), tls);
    for (const [offset, count] of [
      [0, content.length],
      [1, content.length - 1],
      [5, 65_536],
      [5, 65_537],
      [0, 300_000],
      [9, 1],
    ] as const)
      expect(
        (await fetched(store, offset, count)).equals(content.subarray(offset, offset + count)),
        `${count}`,
      ).toBe(true);
    expect(store.requests).toHaveLength(6);
    expect(store.connections.opened).toBe(1);
  },
);

test("a large response that breaks at any byte is resumed there", async () => {
  for (const came of [
    1,
    65_535,
    400_000,
    content.length - 65_536,
    content.length - 65_535,
    content.length - 1,
  ]) {
    const store = await startRawStore((request) =>
      request.nth === 1 ? { pieces: [brokenOff(request, came)], then: "close" } : honest(request, content),
    );
    expect((await fetched(store, 0, content.length)).equals(content), `${came} bytes`).toBe(true);
    expect(store.requests[1]?.header("x-ms-range")).toBe(`bytes=${came}-${content.length - 1}`);
  }
});

test("a large response with bytes after its end is rejected", async () => {
  const store = await startRawStore((request) =>
    request.nth === 1
      ? { pieces: [Buffer.concat([honestly(request), Buffer.from("X")])] }
      : honest(request, content),
  );
  expect((await fetched(store, 0, content.length)).equals(content)).toBe(true);
  expect(store.requests).toHaveLength(2);
});
