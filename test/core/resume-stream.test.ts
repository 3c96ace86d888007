import { Readable } from "node:stream";
import { expect, test } from "vitest";

import { readWithTimeout, resumeStream } from "../../src/core/index.js";

const content = Buffer.from("0123456789");

/** The content from a position on, which breaks after so many bytes. */
async function* breakAfter(position: number, count: number): AsyncGenerator<Uint8Array, void, undefined> {
  yield content.subarray(position, position + count);
  if (position + count < content.length) throw new Error("broken");
}

async function read(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts).toString();
}

const createError = (missingBytes: number | undefined): Error => new Error(`${missingBytes ?? "?"} missing`);

test("a stream that breaks is reopened at the missing byte", async () => {
  const positions: number[] = [];
  const resumed = resumeStream(breakAfter(0, 3), {
    start: 0,
    end: 10,
    reopen: async (position) => {
      positions.push(position);
      return breakAfter(position, 4);
    },
    createError,
  });
  expect(await read(resumed)).toBe("0123456789");
  expect(positions).toEqual([3, 7]);
});

test("a stream that ends too soon is reopened, and one that keeps breaking fails", async () => {
  let opened = 0;
  const resumed = resumeStream(Readable.from([content.subarray(0, 4)]), {
    start: 0,
    end: 10,
    reopen: async (position) => {
      opened += 1;
      return breakAfter(position, 0);
    },
    createError,
    policy: { maxBreaks: 2, progressBytes: 100 },
  });
  await expect(read(resumed)).rejects.toThrow("6 missing");
  expect(opened).toBe(2);
});

test("progress resets the number of attempts", async () => {
  const resumed = resumeStream(breakAfter(0, 1), {
    start: 0,
    end: 10,
    reopen: async (position) => breakAfter(position, 1),
    createError,
    policy: { maxBreaks: 1, progressBytes: 1 },
  });
  expect(await read(resumed)).toBe("0123456789");
});

test("without a known length, an error is final and the end of the stream is accepted", async () => {
  const options = {
    start: 0,
    end: undefined,
    reopen: () => Promise.reject(new Error("reopened")),
    createError,
  };
  await expect(read(resumeStream(breakAfter(0, 3), options))).rejects.toThrow("? missing");
  expect(await read(resumeStream(breakAfter(0, 10), options))).toBe("0123456789");
});

test("an abort ends the read, whatever error the stream emits", async () => {
  const abort = new AbortController();
  abort.abort();
  const options = { start: 0, end: 10, reopen: async () => breakAfter(0, 1), createError };
  const resumed = resumeStream(breakAfter(0, 3), { ...options, abortSignal: abort.signal });
  await expect(read(resumed)).rejects.toMatchObject({ name: "AbortError" });
});

test("a stream without data fails with ETIMEDOUT; a slow reader causes no timeout", async () => {
  const silent = new Readable({ read: () => undefined });
  silent.push("a");
  const chunks = readWithTimeout(silent, 50);
  expect(String((await chunks.next()).value)).toBe("a");
  await expect(chunks.next()).rejects.toMatchObject({ code: "ETIMEDOUT" });
  expect(silent.destroyed).toBe(true);
});
