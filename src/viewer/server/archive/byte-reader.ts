import { buffer } from "node:stream/consumers";
import { linkAbort } from "../../../core/index.js";
import type { OutputFileReference } from "../../../outputs/index.js";
import { ViewerError } from "../http/viewer-error.js";

/** Reads bytes at a position. */
export interface ByteReader {
  /** Returns fewer bytes than requested only at the end. */
  readonly read: (position: number, length: number) => Promise<Buffer>;
  /** Reads a part of any length, piece by piece. */
  readonly stream: (position: number, length: number) => AsyncIterable<Uint8Array>;
}

/** Reads ranges of one version of an output, and caches the last range. */
export class RangeReader implements ByteReader {
  #start = 0;
  #bytes: Buffer = Buffer.alloc(0);
  #requests = 0;

  constructor(
    private readonly output: OutputFileReference,
    private readonly known: { readonly size: number; readonly version?: string | undefined },
    private readonly abortSignal: AbortSignal,
    /** The number of bytes to request at once. */
    private readonly windowBytes: number,
  ) {}

  get requestCount(): number {
    return this.#requests;
  }

  readonly read = async (position: number, length: number): Promise<Buffer> => {
    const { size } = this.known;
    const end = Math.min(size, position + length);
    if (position >= end) return Buffer.alloc(0);
    if (position < this.#start || end > this.#start + this.#bytes.length) {
      this.#bytes = await this.#request(
        position,
        Math.min(size - position, Math.max(length, this.windowBytes)),
      );
      this.#start = position;
    }
    return this.#bytes.subarray(position - this.#start, end - this.#start);
  };

  readonly stream = (position: number, length: number): AsyncIterable<Uint8Array> =>
    length <= this.windowBytes ? this.#readOnce(position, length) : this.#open(position, length);

  async *#readOnce(position: number, length: number): AsyncGenerator<Uint8Array, undefined> {
    yield await this.read(position, length);
    return undefined;
  }

  async *#open(offset: number, length: number): AsyncGenerator<Uint8Array, undefined> {
    const count = Math.min(length, this.known.size - offset);
    if (count <= 0) return undefined;
    this.#requests += 1;
    // Each request has its own signal, so that the listeners of many requests do not accumulate on that of the archive.
    using abort = linkAbort(this.abortSignal);
    yield* await this.output.openRead({
      offset,
      count,
      abortSignal: abort.signal,
      expectedVersion: this.known.version,
    });
    return undefined;
  }

  async #request(offset: number, count: number): Promise<Buffer> {
    return await buffer(this.#open(offset, count));
  }
}

const pieceBytes = 64 * 1024;

/** Reads a stream at positions that only increase. */
export class StreamReader implements ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #start = 0;
  #bytes: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  readonly read = async (position: number, length: number): Promise<Buffer> => {
    for (;;) {
      const end = this.#start + this.#bytes.length;
      if (end >= position + length) break;
      const next = await this.#chunks.next();
      if (next.done === true) break;
      const needed = this.#bytes.subarray(Math.max(0, position - this.#start));
      this.#start = end - needed.length;
      this.#bytes = Buffer.concat([needed, next.value]);
    }
    const from = position - this.#start;
    return this.#bytes.subarray(from, from + length);
  };

  readonly stream = (position: number, length: number): AsyncIterable<Uint8Array> =>
    this.#readPieces(position, position + length);

  async *#readPieces(start: number, end: number): AsyncGenerator<Uint8Array, undefined> {
    for (let at = start; at < end;) {
      const bytes = await this.read(at, Math.min(pieceBytes, end - at));
      if (bytes.length === 0) return undefined;
      yield bytes;
      at += bytes.length;
    }
    return undefined;
  }

  /** Ends the stream. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}

/** 422, for a file that is not an archive of its type, or is damaged. */
export function createArchiveError(problem: string): ViewerError {
  return new ViewerError(422, "NotAnArchive", `The archive could not be read. ${problem}.`, {
    hint: { action: "download" },
  });
}
