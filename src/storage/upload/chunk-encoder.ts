import { isAnyArrayBuffer } from "node:util/types";

/**
 * Converts chunks of a source to bytes. Text becomes UTF-8, also if a surrogate pair is split between two chunks.
 * Throws a TypeError that names `data` for anything but text and bytes.
 */
export class ChunkEncoder {
  /** The first half of a surrogate pair, until the second half arrives. */
  #half = "";

  encode(chunk: unknown): Uint8Array {
    if (typeof chunk === "string") return this.#encodeText(this.#half + chunk);
    this.end();
    if (chunk instanceof Uint8Array) return chunk;
    if (ArrayBuffer.isView(chunk)) return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (isAnyArrayBuffer(chunk)) return new Uint8Array(chunk);
    throw new TypeError(
      `data returned a chunk that is neither text nor bytes: ${chunk === null ? "null" : typeof chunk}`,
    );
  }

  /** To be called after the last chunk. */
  end(): void {
    if (this.#half !== "") throw createUnpairedError();
  }

  #encodeText(text: string): Uint8Array {
    const isParted = /[\ud800-\udbff]$/.test(text);
    this.#half = isParted ? text.slice(-1) : "";
    const whole = isParted ? text.slice(0, -1) : text;
    if (/\p{Surrogate}/u.test(whole)) throw createUnpairedError();
    return Buffer.from(whole, "utf8");
  }
}

function createUnpairedError(): RangeError {
  return new RangeError(
    "data returned text with half of a surrogate pair, which UTF-8 cannot represent; use bytes instead",
  );
}
