import type { ByteRange } from "./byte-store.js";
import { request, type RequestOptions } from "../api/client.js";
import { reading } from "../text/reading.js";
import { RequestError } from "../api/failure.js";
import { readBody } from "../api/fetch-answer.js";

/** Bytes with random access: of one blob, or of several in a row. */
export interface ByteSource {
  /** The size as far as it is known. */
  readonly size: number;
  read(range: ByteRange, options?: RequestOptions): Promise<Uint8Array>;
}

export interface RangeAnswer {
  readonly bytes: Uint8Array;
  /** The current total size. */
  readonly totalBytes: number;
}

export interface ReadRangeOptions extends RequestOptions {
  /** Fails with `Changed` if the content has another ETag. */
  readonly etag?: string | undefined;
}

/**
 * Reads a range of the content of an address. A longer answer is cut to the range.
 *
 * @throws RequestError `Changed` if the ETag is no longer `etag`.
 */
export async function readRange(
  address: string,
  { start, end }: ByteRange,
  options: ReadRangeOptions = {},
): Promise<RangeAnswer> {
  if (end <= start) return { bytes: new Uint8Array(), totalBytes: start };
  const headers = new Headers({ range: `bytes=${start}-${end - 1}` });
  if (options.etag !== undefined) headers.set("if-range", options.etag);
  const response = await request(address, { headers, signal: options.abortSignal ?? null });
  if (response.status === 200 && (start > 0 || options.etag !== undefined)) {
    await response.body?.cancel();
    throw new RequestError({ code: "Changed", reason: reading.changed });
  }
  const bytes = await readAtMost(response, end - start);
  return { bytes, totalBytes: parseTotalBytes(response) ?? start + bytes.byteLength };
}

function parseTotalBytes(response: Response): number | undefined {
  const [, total] = /\/(\d+)$/.exec(response.headers.get("content-range") ?? "") ?? [];
  const length = response.status === 200 ? response.headers.get("content-length") : null;
  return total === undefined ? (length === null ? undefined : Number(length)) : Number(total);
}

async function readAtMost(response: Response, count: number): Promise<Uint8Array> {
  if (response.status === 206) return (await readBody(response)).subarray(0, count);
  const bytes = new Uint8Array(Math.min(count, parseTotalBytes(response) ?? count));
  let length = 0;
  const reader = response.body?.getReader();
  while (reader !== undefined && length < bytes.byteLength) {
    const { done, value } = await reader.read();
    if (done) break;
    const part = value.subarray(0, bytes.byteLength - length);
    bytes.set(part, length);
    length += part.byteLength;
  }
  await reader?.cancel();
  return bytes.subarray(0, length);
}
