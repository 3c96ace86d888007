import type { RequestOptions } from "../api/client.js";
import { type ByteSource, readRange } from "./byte-source.js";
import type { ByteRange } from "./byte-store.js";

/** A part that is in memory. */
export interface LoadedPart {
  readonly bytes: Uint8Array;
  readonly size: number;
}

export interface FetchedPart {
  /** An address of the protocol that supports ranges. */
  readonly address: string;
  readonly size: number;
  /** Set for content that is written at once: reading then fails if it changes. The ETag of a log changes with each append. */
  readonly etag?: string | undefined;
}

export type SourcePart = FetchedPart | LoadedPart;

/** Reads several parts as one. */
export class PartsSource implements ByteSource {
  #parts: readonly SourcePart[];

  constructor(parts: readonly SourcePart[]) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#parts.reduce((sum, { size }) => sum + size, 0);
  }

  /** Replaces the parts after the log has grown. */
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
