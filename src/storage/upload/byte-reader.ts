import { isAnyArrayBuffer } from "node:util/types";
import { argumentTypeError } from "../../core/index.js";
import { type ByteChunks, openByteChunks } from "./byte-chunks.js";
import { ChunkEncoder } from "./chunk-encoder.js";

/** All of a source, in memory, where nobody else can change it. */
export interface WholeContent {
  readonly bytes: Uint8Array;
  readonly contentMD5: Uint8Array;
  /** To be called when they have been sent and are needed no more; after a failure, not at all. */
  readonly release: () => void;
}

/** A source of bytes that fills the buffers it is given. */
export interface ByteReader {
  /** Fills the buffer from its start; less than its length only at the end of the source. */
  fill(target: Uint8Array): Promise<number>;
  /** Lets go of the source, also when it was not read to its end. */
  close(): Promise<void>;
}

/** Anything that `saveData` takes. Text that a stream or an async iterable gives is saved as UTF-8. */
export type OutputData =
  | NodeJS.ArrayBufferView
  | ArrayBuffer
  | Blob
  | ReadableStream<Uint8Array>
  | NodeJS.ReadableStream
  | AsyncIterable<Uint8Array | string>
  | Iterable<Uint8Array>;

/** Reads bytes, a Blob, a stream or an iterable. Throws a TypeError that names `data` for anything else. */
export function createDataReader(data: OutputData): ByteReader {
  const bytes = bytesInMemory(data);
  const chunks = openByteChunks(bytes ? [bytes] : data);
  if (!chunks)
    throw argumentTypeError(
      "data",
      `must be bytes, a Blob, a Node or web stream, or an iterable of bytes, but is ${nameOf(data)}`,
    );
  return chunkReader(chunks);
}

/** The bytes of data that is all in memory; `undefined` for a Blob, a stream or an iterable. */
export function bytesInMemory(data: OutputData): Uint8Array | undefined {
  // By what they are, not by their class: a test runner's buffers are no instances of this module's ArrayBuffer.
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return isAnyArrayBuffer(data) ? new Uint8Array(data) : undefined;
}

/** How long the data is, where it says so by itself; a stream does not. */
export function readKnownSize(data: OutputData): number | undefined {
  return data instanceof Blob ? data.size : bytesInMemory(data)?.byteLength;
}

function chunkReader(chunks: ByteChunks): ByteReader {
  const encoder = new ChunkEncoder();
  let rest: Uint8Array = new Uint8Array();
  /** False at the end of the source. */
  const nextRest = async (): Promise<boolean> => {
    const chunk = await chunks.next();
    if (chunk === undefined) encoder.end();
    else rest = encoder.encode(chunk);
    return chunk !== undefined;
  };
  return {
    async fill(target) {
      let filled = 0;
      while (filled < target.length) {
        if (rest.length === 0) {
          if (await nextRest()) continue;
          break;
        }
        const part = rest.subarray(0, target.length - filled);
        // A copy: many producers use their buffer again for the next chunk.
        target.set(part, filled);
        rest = rest.subarray(part.length);
        filled += part.length;
      }
      return filled;
    },
    close: () => chunks.close(),
  };
}

function nameOf(data: unknown): string {
  if (typeof data === "string") return "a string (use saveText)";
  return data === null ? "null" : typeof data;
}
