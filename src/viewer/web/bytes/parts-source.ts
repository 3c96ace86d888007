import type { RequestOptions } from "../api/client.js";
import { type ByteSource, readRange } from "./byte-source.js";
import type { ByteRange } from "./byte-store.js";

/** Bytes that are here, between others that are not. */
export interface LoadedPart {
  readonly bytes: Uint8Array;
  readonly size: number;
}

export interface FetchedPart {
  /** An address of the protocol that answers ranges. */
  readonly address: string;
  readonly size: number;
  /** Given for what is written whole: a part that changes then fails the read. A log grows, and its ETag changes each time. */
  readonly etag?: string | undefined;
}

export type SourcePart = FetchedPart | LoadedPart;

/** Several blobs in a row, read as one. */
export class PartsSource implements ByteSource {
  #parts: readonly SourcePart[];

  constructor(parts: readonly SourcePart[]) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#parts.reduce((sum, { size }) => sum + size, 0);
  }

  /** The log has grown: its last part is longer, or there are more. */
  update(parts: readonly SourcePart[]): void {
    this.#parts = parts;
  }

  async read({ start, end }: ByteRange, options: RequestOptions = {}): Promise<Uint8Array> {
    const found: Uint8Array[] = [];
    let base = 0;
    for (const part of this.#parts) {
      const range = { start: Math.max(start - base, 0), end: Math.min(end - base, part.size) };
      base += part.size;
      if (range.start >= range.end) continue;
      const bytes = await readPart(part, range, options);
      found.push(bytes);
      if (bytes.byteLength < range.end - range.start) break;
    }
    const [only] = found;
    return found.length === 1 && only !== undefined ? only : joinBytes(found);
  }
}

async function readPart(part: SourcePart, range: ByteRange, options: RequestOptions): Promise<Uint8Array> {
  if ("bytes" in part) return part.bytes.subarray(range.start, range.end);
  return (await readRange(part.address, range, { ...options, etag: part.etag })).bytes;
}

function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}
