import { once } from "node:events";
import { createReadStream, openAsBlob } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Duplex, PassThrough, Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { createContext, runInContext } from "node:vm";
import fc from "fast-check";
import { expect, test } from "vitest";

import {
  type ByteReader,
  getBytesInMemory,
  createDataReader,
  readKnownSize,
  type OutputData,
} from "../../../src/storage/upload/byte-reader.js";
import { captureError } from "../../support/capture-error.js";
import { createFiller } from "../../support/create-filler.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";

/** All bytes of a reader, read into buffers of this length, each of which but the last has to be filled. */
async function readAll(reader: ByteReader, bufferBytes = 7): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (;;) {
    const target = Buffer.alloc(bufferBytes);
    const filled = await reader.fill(target);
    parts.push(target.subarray(0, filled));
    if (filled < bufferBytes) break;
  }
  expect(await reader.fill(Buffer.alloc(1))).toBe(0);
  await reader.close();
  return Buffer.concat(parts);
}

async function settle(): Promise<void> {
  await new Promise(setImmediate);
}

async function* chunked(...chunks: (Uint8Array | string)[]): AsyncGenerator<Uint8Array | string> {
  yield* chunks;
}

const content = createFiller(100);
const around = Buffer.concat([Buffer.from("before"), content, Buffer.from("after")]);
const view = around.subarray(6, 106);

const sources: Readonly<Record<string, () => OutputData>> = {
  "a Buffer": () => content,
  "a Uint8Array that looks at a part of its memory": () =>
    new Uint8Array(view.buffer, view.byteOffset, view.byteLength),
  "a DataView": () => new DataView(view.buffer, view.byteOffset, view.byteLength),
  "a Uint16Array": () => new Uint16Array(new Uint8Array(content).buffer),
  "an ArrayBuffer": () => new Uint8Array(content).buffer,
  "a Blob": () => new Blob([content.subarray(0, 10), content.subarray(10)]),
  "a File": () => new File([content], "name.bin"),
  "a Node stream": () =>
    Readable.from([content.subarray(0, 33), content.subarray(33)], { objectMode: false }),
  "a Node stream of objects that are bytes": () => Readable.from([content]),
  "a Duplex": () => Duplex.from([content]),
  "a web stream": () => new Blob([content]).stream() as ReadableStream<Uint8Array>,
  "a web stream of bytes": () =>
    new ReadableStream({
      type: "bytes",
      pull(controller) {
        controller.enqueue(new Uint8Array(content));
        controller.close();
      },
    }),
  "an async generator": () => chunked(content.subarray(0, 1), content.subarray(1)),
  "an array of chunks": () => [content.subarray(0, 50), content.subarray(50)],
  "a Set of chunks": () => new Set([content.subarray(0, 50), content.subarray(50)]),
  "an async generator with empty chunks": () =>
    chunked(new Uint8Array(), content.subarray(0, 50), Buffer.alloc(0), content.subarray(50), ""),
};

test.each(Object.entries(sources))("%s is read byte for byte", async (_, make) => {
  for (const bufferBytes of [1, 7, 100, 101, 1000])
    expect((await readAll(createDataReader(make()), bufferBytes)).equals(content)).toBe(true);
});

const nothings: Readonly<Record<string, () => OutputData>> = {
  "an empty Buffer": () => Buffer.alloc(0),
  "an empty Blob": () => new Blob([]),
  "an empty Node stream": () => Readable.from([]),
  "an empty web stream": () => new Blob([]).stream() as ReadableStream<Uint8Array>,
  "an async generator that gives nothing": () => chunked(),
  "an empty array": () => [],
  "an empty string in a stream": () => chunked(""),
};

test.each(Object.entries(nothings))("%s gives no bytes", async (_, make) => {
  expect(await readAll(createDataReader(make()))).toHaveLength(0);
});

test("a Blob of fs.openAsBlob is read like any Blob, and fails when the file has changed", async () => {
  const path = join(createTemporaryFolder(), "data.bin");
  await writeFile(path, content);
  const blob = await openAsBlob(path);
  expect((await readAll(createDataReader(blob))).equals(content)).toBe(true);
  await writeFile(path, "another content");
  expect((await captureError(readAll(createDataReader(blob)))).name).toBe("NotReadableError");
});

test("any sizes of chunks and buffers give the same bytes in order", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 }),
      fc.integer({ min: 1, max: 64 }),
      async (chunks, bufferBytes) => {
        expect(
          (await readAll(createDataReader(chunked(...chunks)), bufferBytes)).equals(Buffer.concat(chunks)),
        ).toBe(true);
      },
    ),
    { numRuns: 200 },
  );
});

test("a producer may reuse its buffer for the next chunk", async () => {
  async function* reusing(): AsyncGenerator<Uint8Array> {
    const own = Buffer.alloc(10);
    for (let position = 0; position < content.length; position += own.length) {
      content.copy(own, 0, position, position + own.length);
      yield own;
    }
  }
  expect((await readAll(createDataReader(reusing()), 64)).equals(content)).toBe(true);
});

test("text is encoded as UTF-8, including surrogate pairs split between chunks", async () => {
  const text = "Grüße, 🎬 und 👩🏽‍🚀!";
  const parted = Array.from({ length: text.length }, (_, index) => text[index] ?? "");
  expect((await readAll(createDataReader(chunked(...parted)))).toString()).toBe(text);
  const stream = Readable.from([Buffer.from(text)], { objectMode: false }).setEncoding("utf8");
  expect((await readAll(createDataReader(stream))).toString()).toBe(text);
});

test.each([
  ["at the end", ["film \ud83c"]],
  ["before another text", ["film \ud83c", "x"]],
  ["before bytes", ["film \ud83c", Buffer.from("x")]],
  ["at the beginning", ["\udfac film"]],
])("half of a surrogate pair %s is rejected: UTF-8 cannot encode it", async (_, chunks) => {
  const failure = await captureError(readAll(createDataReader(chunked(...chunks))));
  expect(failure).toBeInstanceOf(RangeError);
  expect(failure.message).toMatch(/^data /);
});

test.each([
  ["a string", "text", /saveText/],
  ["null", null, /null/],
  ["undefined", undefined, /undefined/],
  ["a number", 5, /number/],
  ["a boolean", true, /boolean/],
  ["a plain object", { content: "x" }, /object/],
  ["a function", () => content, /function/],
  ["a promise", Promise.resolve(content), /object/],
])("%s is rejected as data", (_, data, message) => {
  const make = () => createDataReader(data as unknown as OutputData);
  expect(make).toThrow(TypeError);
  expect(make).toThrow(/^data /);
  expect(make).toThrow(message);
});

test.each([[[1, 2, 3]], [[null]], [[undefined]], [[{}]], [[Symbol.iterator]]])(
  "chunks that are not bytes are rejected: %j",
  async (chunks) => {
    const failure = await captureError(readAll(createDataReader(chunks as unknown as OutputData)));
    expect(failure).toBeInstanceOf(TypeError);
    expect(failure.message).toMatch(/^data /);
  },
);

test("a Uint8Array of another realm is accepted", async () => {
  const foreign = runInContext(
    "({ buffer: new Uint8Array([1, 2, 3]).buffer, view: new Uint8Array([1, 2, 3]) })",
    createContext({}),
  ) as { buffer: ArrayBuffer; view: Uint8Array };
  expect(foreign.buffer).not.toBeInstanceOf(ArrayBuffer);
  for (const data of [foreign.buffer, foreign.view, [foreign.buffer as unknown as Uint8Array]])
    expect([...(await readAll(createDataReader(data)))]).toEqual([1, 2, 3]);
  expect(readKnownSize(foreign.buffer)).toBe(3);
});

test("data in memory has a known size and bytes, a Blob a known size, a stream neither", () => {
  const dataView = new DataView(view.buffer, view.byteOffset, view.byteLength);
  for (const data of [content, view, dataView, new Uint8Array(content).buffer]) {
    expect(readKnownSize(data)).toBe(100);
    expect(content.equals(getBytesInMemory(data) ?? Buffer.alloc(0))).toBe(true);
  }
  expect(readKnownSize(new Blob([content]))).toBe(100);
  for (const data of [new Blob([content]), Readable.from([content]), [content]])
    expect(getBytesInMemory(data)).toBeUndefined();
  for (const data of [Readable.from([content]), [content]]) expect(readKnownSize(data)).toBeUndefined();
});

test("a Node stream that is closed before its end is destroyed", async () => {
  const stream = Readable.from([content, content]);
  const reader = createDataReader(stream);
  await reader.fill(Buffer.alloc(10));
  await reader.close();
  expect(stream.destroyed).toBe(true);
});

test("a Node stream that is closed during a pending read is destroyed at once", async () => {
  const stream = new PassThrough();
  const reader = createDataReader(stream);
  const filling = captureError(reader.fill(Buffer.alloc(10)));
  await settle();
  await reader.close();
  expect(stream.destroyed).toBe(true);
  await filling;
});

test("a Node stream that fails before it is read fails the read, not the process", async () => {
  const stream = createReadStream(join(createTemporaryFolder(), "missing.txt"));
  const reader = createDataReader(stream);
  await new Promise<void>((resolve) => {
    stream.once("close", () => {
      resolve();
    });
  });
  const failure = await captureError(reader.fill(Buffer.alloc(10)));
  expect(failure).toMatchObject({ code: "ENOENT" });
  await reader.close();
});

test("a web stream is cancelled on close, also during a pending read", async () => {
  for (const isOwing of [false, true]) {
    let isCancelled = false;
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        if (!isOwing) controller.enqueue(content);
      },
      cancel() {
        isCancelled = true;
      },
    });
    const reader = createDataReader(stream);
    const filling = reader.fill(Buffer.alloc(10));
    if (!isOwing) await filling;
    await settle();
    await reader.close();
    expect(isCancelled).toBe(true);
    expect(await filling).toBe(isOwing ? 0 : 10);
  }
});

test("a locked web stream is rejected", () => {
  const stream = new Blob([content]).stream() as ReadableStream<Uint8Array>;
  stream.getReader();
  expect(() => createDataReader(stream)).toThrow(TypeError);
  expect(() => createDataReader(stream)).toThrow(/^data /);
});

test("a stream that was already consumed is rejected instead of read as empty", async () => {
  const node = Readable.from([content], { objectMode: false });
  await buffer(node);
  const web = new Blob([content]).stream() as ReadableStream<Uint8Array>;
  await buffer(web as Parameters<typeof buffer>[0]);
  for (const stream of [node, web]) {
    const failure = await captureError(readAll(createDataReader(stream)));
    expect(failure).toBeInstanceOf(TypeError);
    expect(failure.message).toMatch(/^data .*read to its end/);
  }
});

test("a partly consumed stream is read from its current position", async () => {
  const stream = Readable.from([content], { objectMode: false });
  await once(stream, "readable");
  expect(stream.read(10)).toHaveLength(10);
  expect((await readAll(createDataReader(stream))).equals(content.subarray(10))).toBe(true);
});

test("a generator that is closed before its end runs its finally block", async () => {
  const said: string[] = [];
  async function* source(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield content;
    } finally {
      said.push("finally");
    }
  }
  const reader = createDataReader(source());
  await reader.fill(Buffer.alloc(10));
  await reader.close();
  expect(said).toEqual(["finally"]);
});

test("a generator with a pending chunk does not delay close, and runs its finally block after the chunk", async () => {
  const said: string[] = [];
  let giveChunk: () => void = () => undefined;
  const chunkGiven = new Promise<void>((resolve) => {
    giveChunk = resolve;
  });
  async function* source(): AsyncGenerator<Uint8Array> {
    try {
      await chunkGiven;
      yield content;
    } finally {
      said.push("finally");
    }
  }
  const reader = createDataReader(source());
  const filling = reader.fill(Buffer.alloc(1000));
  await settle();
  await reader.close();
  expect(said).toEqual([]);
  giveChunk();
  await filling;
  await settle();
  expect(said).toEqual(["finally"]);
});

test("an error that a source throws on close does not replace the first error", async () => {
  const refusesToReturn: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]: () => ({
      next: async () => ({ done: false, value: content }),
      return: async () => {
        throw new Error("in its last words");
      },
    }),
  };
  const reader = createDataReader(refusesToReturn);
  await reader.fill(Buffer.alloc(10));
  await reader.close();
});

test("return() is not called on an iterator that has ended or failed", async () => {
  let returns = 0;
  const iterator = (end: () => IteratorResult<Uint8Array>): Iterable<Uint8Array> => ({
    [Symbol.iterator]: () => ({
      next: end,
      return: () => {
        returns += 1;
        return { done: true, value: undefined };
      },
    }),
  });
  await readAll(createDataReader(iterator(() => ({ done: true, value: undefined }))));
  const failing = createDataReader(
    iterator(() => {
      throw new Error("broken");
    }),
  );
  expect((await captureError(failing.fill(Buffer.alloc(1)))).message).toBe("broken");
  await failing.close();
  expect(returns).toBe(0);
});
