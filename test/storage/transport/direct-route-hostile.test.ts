import { expect, test } from "vitest";

import { BlobHandle } from "../../../src/storage/blob-handle.js";
import { openContainerIn, readRange, storedContent } from "../../support/direct-fixture.js";
import { captureOurError } from "../../support/capture-error.js";
import { honest, type RawAnswer, type RawStore, startRawStore } from "../../support/raw-store.js";

function createHandleIn(store: RawStore): BlobHandle {
  return new BlobHandle(openContainerIn(store), "a");
}

const ok = 'HTTP/1.1 206 Partial Content\r\netag: "0x1"\r\n';
const range = "content-range: bytes 0-9/10\r\n";
const length = "content-length: 10\r\n";

/** A store whose first answer is this one, and whose others are honest. */
async function deceitful(first: RawAnswer): Promise<RawStore> {
  return await startRawStore((request) => (request.nth === 1 ? first : honest(request, storedContent)));
}

/** What stands in for the first answer to a range of ten bytes, none of which can be believed. */
const unbelievable: [string, string | RawAnswer][] = [
  ["a connection that is closed before the answer", { pieces: [], then: "close" }],
  ["a connection that is reset before the answer", { pieces: [], then: "reset" }],
  ["an end within the head", { pieces: [ok], then: "close" }],
  ["two lengths", `${ok}${range}${length}content-length: 3\r\n\r\nXXX`],
  ["two lengths, the shorter one first", `${ok}${range}content-length: 3\r\n${length}\r\nXXX`],
  ["a list of lengths", `${ok}${range}content-length: 10, 10\r\n\r\nXXXXXXXXXX`],
  ["a length with a sign", `${ok}${range}content-length: +10\r\n\r\nXXXXXXXXXX`],
  ["a length in hex", `${ok}${range}content-length: 0xA\r\n\r\nXXXXXXXXXX`],
  ["a length with a fraction", `${ok}${range}content-length: 10.0\r\n\r\nXXXXXXXXXX`],
  ["an empty length", `${ok}${range}content-length:\r\n\r\nXXXXXXXXXX`],
  [
    "a length and chunks",
    `${ok}${range}${length}transfer-encoding: chunked\r\n\r\na\r\nXXXXXXXXXX\r\n0\r\n\r\n`,
  ],
  [
    "chunks twice",
    `${ok}${range}transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\na\r\nXXXXXXXXXX\r\n0\r\n\r\n`,
  ],
  [
    "another coding than chunks",
    `${ok}${range}transfer-encoding: gzip, chunked\r\n\r\na\r\nXXXXXXXXXX\r\n0\r\n\r\n`,
  ],
  ["a blank before the colon", `${ok}${range}content-length : 3\r\n${length}\r\nXXXXXXXXXX`],
  ["a header on two lines", `${ok}${range}${length}x: a\r\n b\r\n\r\nXXXXXXXXXX`],
  ["a line that ends with LF alone", `${ok}${range}${length}x: a\ncontent-length: 3\r\n\r\nXXXXXXXXXX`],
  ["a CR within a header", `${ok}${range}${length}x: a\rb\r\n\r\nXXXXXXXXXX`],
  ["a zero byte in a header", `${ok}${range}${length}x: a\0b\r\n\r\nXXXXXXXXXX`],
  ["a line that is no header", `${ok}${range}${length}what is this\r\n\r\nXXXXXXXXXX`],
  [
    "another protocol",
    `HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n${ok}${range}${length}\r\nXXXXXXXXXX`,
  ],
  ["a status that there is not", `HTTP/1.1 099 What\r\n\r\n${ok}${range}${length}\r\nXXXXXXXXXX`],
  ["HTTP/2", `HTTP/2 206 OK\r\n${range}${length}\r\nXXXXXXXXXX`],
  ["bytes after the end", `${ok}${range}${length}\r\nXXXXXXXXXXX`],
  ["the answer to another request", `${ok}x-ms-client-request-id: 1\r\n${range}${length}\r\nXXXXXXXXXX`],
];

test.each(unbelievable)(
  "rejects %s: the SDK repeats the request, and the connection is closed",
  async (_, first) => {
    const store = await deceitful(typeof first === "string" ? { pieces: [first] } : first);
    const handle = createHandleIn(store);
    expect(await readRange(handle, 0, 10)).toBe("0123456789");
    expect(store.requests).toHaveLength(2);
    await readRange(handle, 0, 10, {});
    expect(store.requests[2]?.connection).not.toBe(store.requests[0]?.connection);
  },
);

const anotherRange: [string, string][] = [
  ["another range", `${ok}content-range: bytes 10-19/20\r\n${length}\r\nXXXXXXXXXX`],
  ["a range of another length", `${ok}content-range: bytes 0-3/10\r\n${length}\r\nXXXXXXXXXX`],
  ["a range that does not say so", `${ok}${length}\r\nXXXXXXXXXX`],
  ["less than there is", `${ok}content-range: bytes 0-3/10\r\ncontent-length: 4\r\n\r\nXXXX`],
  ["chunks of another length", `${ok}${range}transfer-encoding: chunked\r\n\r\n4\r\nXXXX\r\n0\r\n\r\n`],
];

test.each(anotherRange)(
  "rejects %s instead of the requested range, and the SDK repeats the request",
  async (_, first) => {
    const store = await deceitful({ pieces: [first] });
    expect(await readRange(createHandleIn(store), 0, 10)).toBe("0123456789");
    expect(store.requests).toHaveLength(2);
  },
);

test("the bytes received before a connection breaks are kept, and only the rest is requested", async () => {
  const store = await deceitful({ pieces: [`${ok}${range}${length}\r\n`, "0123"], then: "reset" });
  expect(await readRange(createHandleIn(store), 0, 10)).toBe("0123456789");
  expect(store.requests.map((request) => request.header("x-ms-range"))).toEqual(["bytes=0-9", "bytes=4-9"]);
});

test("a range is resumed when only its last byte is missing, and when all of it is", async () => {
  for (const came of ["", "012345678"]) {
    const store = await deceitful({ pieces: [`${ok}${range}${length}\r\n${came}`], then: "close" });
    expect(await readRange(createHandleIn(store), 0, 10)).toBe("0123456789");
    expect(store.requests[1]?.header("x-ms-range")).toBe(`bytes=${came.length}-9`);
  }
});

test("a whole blob (200) is accepted for a range only if the range covers the whole blob", async () => {
  const whole = { pieces: [`HTTP/1.1 200 OK\r\netag: "0x1"\r\n${length}\r\n0123456789`] };
  const store = await startRawStore(() => whole);
  for (const count of [10, 100]) {
    expect(await readRange(createHandleIn(store), 0, count)).toBe("0123456789");
  }
  expect(store.requests).toHaveLength(2);
  for (const [offset, count] of [
    [0, 9],
    [1, 9],
    [3, 100],
  ] as const)
    await captureOurError(readRange(createHandleIn(store), offset, count, {}), "DigestMismatch");
});
