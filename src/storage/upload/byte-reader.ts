import { isAnyArrayBuffer } from "node:util/types";
import { argumentTypeError } from "../../core/index.js";
import { type ByteChunks, openByteChunks } from "./byte-chunks.js";
import { ChunkEncoder } from "./chunk-encoder.js";

/** The whole content of a source, in memory that nobody else can change. */
export interface WholeContent {
  readonly bytes: Uint8Array;
  readonly contentMD5: Uint8Array;
  /** To be called when the bytes have been sent; not after an error. */
  readonly release: () => void;
}

/** A source of bytes that fills given buffers. */
export interface ByteReader {
  /** Fills the buffer from its start, completely unless the source ends. */
  fill(target: Uint8Array): Promise<number>;
  /** Closes the source, even if it was not read to its end. */
  close(): Promise<void>;
}

/** The types of data that `saveData` accepts. Text from a stream or an async iterable is saved as UTF-8. */
export type OutputData =
  | NodeJS.ArrayBufferView
  | ArrayBuffer
  | Blob
  | ReadableStream<Uint8Array>
  | NodeJS.ReadableStream
  | AsyncIterable<Uint8Array | string>
  | Iterable<Uint8Array>;

/**
 * Creates a reader of bytes, a Blob, a stream or an iterable. Throws a TypeError that names `data` for anything else.
 */
export function createDataReader(data: OutputData): ByteReader {
  const bytes = getBytesInMemory(data);
  const chunks = openByteChunks(bytes ? [bytes] : data);
  if (!chunks)
    throw argumentTypeError(
      "data",
      `must be bytes, a Blob, a Node or web stream, or an iterable of bytes, but is ${describeType(data)}`,
    );
  return chunkReader(chunks);
}

/** The bytes of data that is completely in memory; `undefined` for a Blob, a stream or an iterable. */
export function getBytesInMemory(data: OutputData): Uint8Array | undefined {
  // `instanceof` is not used: buffers from another realm, as in Jest, are not instances of this realm's ArrayBuffer.
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return isAnyArrayBuffer(data) ? new Uint8Array(data) : undefined;
}

/** The length of the data, if known without reading it; a stream has none. */
export function readKnownSize(data: OutputData): number | undefined {
  return data instanceof Blob ? data.size : getBytesInMemory(data)?.byteLength;
}

function chunkReader(chunks: ByteChunks): ByteReader {
  const encoder = new ChunkEncoder();
  let rest: Uint8Array = new Uint8Array();
  /** Returns false at the end of the source. */
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
        // Copied, because many producers reuse their buffer for the next chunk.
        target.set(part, filled);
        rest = rest.subarray(part.length);
        filled += part.length;
      }
      return filled;
    },
    close: () => chunks.close(),
  };
}

function describeType(data: unknown): string {
  if (typeof data === "string") return "a string (use saveText)";
  return data === null ? "null" : typeof data;
}
