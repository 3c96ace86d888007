import type { FileHandle } from "node:fs/promises";
import { Readable } from "node:stream";

/** A source of bytes that fills the buffers it is given. */
export interface ByteReader {
  /** Fills the buffer from its start; less than its length only at the end of the source. */
  fill(target: Uint8Array): Promise<number>;
  /** Lets go of the source, also when it was not read to its end. */
  close(): Promise<void>;
}

/** Anything that `saveData` takes. */
export type OutputData =
  | Uint8Array
  | ArrayBuffer
  | Blob
  | ReadableStream<Uint8Array>
  | NodeJS.ReadableStream
  | AsyncIterable<Uint8Array | string>
  | Iterable<Uint8Array>;

/** Reads an open file from its start; the handle stays the caller's. */
export function fileReader(handle: FileHandle): ByteReader {
  let position = 0;
  return {
    async fill(target) {
      let filled = 0;
      while (filled < target.length) {
        const { bytesRead } = await handle.read(target, filled, target.length - filled, position);
        if (bytesRead === 0) break;
        filled += bytesRead;
        position += bytesRead;
      }
      return filled;
    },
    async close() {
      // The handle is not ours.
    },
  };
}

/** Reads bytes, a Blob, a stream or an iterable. Throws a TypeError that names `data` for anything else. */
export function dataReader(data: OutputData): ByteReader {
  const chunks = chunksOf(data);
  let rest: Uint8Array = new Uint8Array();
  let isReading = false;
  return {
    async fill(target) {
      let filled = 0;
      while (filled < target.length) {
        if (rest.length === 0) {
          isReading = true;
          const next = await chunks.next();
          isReading = false;
          if (next.done === true) break;
          rest = bytesOf(next.value);
          continue;
        }
        const part = rest.subarray(0, target.length - filled);
        target.set(part, filled);
        rest = rest.subarray(part.length);
        filled += part.length;
      }
      return filled;
    },
    async close() {
      if (data instanceof Readable) data.destroy();
      // A generator that has not answered would answer this only afterwards, and perhaps never.
      else if (!isReading) await chunks.return?.();
    },
  };
}

/** How long the data is, where it says so by itself; a stream does not. */
export function knownSize(data: OutputData): number | undefined {
  if (data instanceof Uint8Array || data instanceof ArrayBuffer) return data.byteLength;
  return data instanceof Blob ? data.size : undefined;
}

type Chunks = Iterator<unknown> | AsyncIterator<unknown>;

function chunksOf(data: unknown): Chunks {
  if (ArrayBuffer.isView(data) || data instanceof ArrayBuffer) return [data][Symbol.iterator]();
  if (data instanceof Blob) return data.stream()[Symbol.asyncIterator]() as AsyncIterator<unknown>;
  if (typeof data === "object" && data !== null) {
    if (Symbol.asyncIterator in data) return (data as AsyncIterable<unknown>)[Symbol.asyncIterator]();
    if (Symbol.iterator in data) return (data as Iterable<unknown>)[Symbol.iterator]();
  }
  throw new TypeError(
    `data must be bytes, a Blob, a Node or web stream, or an iterable of bytes, but is ${typeof data === "string" ? "a string (use saveText)" : data === null ? "null" : typeof data}`,
  );
}

function bytesOf(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  if (typeof chunk === "string") return Buffer.from(chunk, "utf8");
  if (chunk instanceof ArrayBuffer) return new Uint8Array(chunk);
  if (ArrayBuffer.isView(chunk)) return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  throw new TypeError(`data gave a chunk that is not bytes: ${chunk === null ? "null" : typeof chunk}`);
}
