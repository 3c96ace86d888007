import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { createGunzip } from "node:zlib";
import type { OutputFileReference } from "../../outputs/index.js";
import { findEncoding } from "../lines/decode-log.js";

/** Logs of this size and larger are read in several concurrent ranges. */
const largeBytes = 32 * 1024 * 1024;
const rangeBytes = 8 * 1024 * 1024;
const rangesAhead = 4;
/** Logs up to this size are read into memory: that takes one request, and less time than a stream. */
const smallBytes = 1024 * 1024;

/** Whether the log is read in ranges. That takes memory, so only few such logs should be read concurrently. */
export function isLargeLog({ size = 0 }: Pick<OutputFileReference, "size">): boolean {
  return size >= largeBytes;
}

/** Reads a log as UTF-8: gzip is decompressed, and UTF-16 is converted. Ends at the listed size. */
export async function* logBytes(
  output: OutputFileReference,
  abortSignal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { size = 0 } = output;
  if (size === 0) return;
  yield* convertToUtf8(await openLog(output, size, abortSignal));
}

async function openLog(
  output: OutputFileReference,
  size: number,
  abortSignal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  if (isLargeLog(output)) return readRangesInOrder(output, size, abortSignal);
  if (size > smallBytes) return await openRange(output, 0, size, abortSignal);
  const bytes = await output.downloadToBuffer({ abortSignal });
  return Readable.from([bytes.subarray(0, size)]);
}

async function openRange(
  output: OutputFileReference,
  offset: number,
  count: number,
  abortSignal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  return (await output.openRead({ offset, count, abortSignal })) as AsyncIterable<Uint8Array>;
}

async function* readRangesInOrder(
  output: OutputFileReference,
  size: number,
  abortSignal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const stop = new AbortController();
  const signal = AbortSignal.any([abortSignal, stop.signal]);
  const read = async (offset: number): Promise<Buffer> => {
    return await buffer(await openRange(output, offset, Math.min(rangeBytes, size - offset), signal));
  };
  const underWay: Promise<Buffer>[] = [];
  try {
    for (let offset = 0; offset < size || underWay.length > 0;) {
      while (offset < size && underWay.length < rangesAhead) {
        const range = read(offset);
        // The error is thrown later, when this range is read.
        range.catch(() => undefined);
        underWay.push(range);
        offset += rangeBytes;
      }
      const next = underWay.shift();
      if (next !== undefined) yield await next;
    }
  } finally {
    stop.abort();
  }
}

async function* convertToUtf8(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = bytes[Symbol.asyncIterator]();
  try {
    const first = await source.next();
    if (first.done === true) return;
    const all = concatenate(first.value, source);
    if (first.value[0] === 0x1f && first.value[1] === 0x8b) yield* unpack(all);
    else yield* toUtf8(all, findEncoding(first.value));
  } finally {
    await source.return?.();
  }
}

async function* concatenate(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

async function* unpack(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = Readable.from(packed, { objectMode: false });
  const gunzip = createGunzip();
  source.on("error", (error) => gunzip.destroy(error));
  try {
    for await (const part of source.pipe(gunzip)) yield part as Uint8Array;
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}

async function* toUtf8(
  bytes: AsyncIterable<Uint8Array>,
  encoding: "utf-8" | "utf-16le" | "utf-16be",
): AsyncGenerator<Uint8Array> {
  if (encoding === "utf-8") {
    yield* bytes;
    return;
  }
  const decoder = new TextDecoder(encoding);
  for await (const part of bytes) yield Buffer.from(decoder.decode(part, { stream: true }), "utf8");
  yield Buffer.from(decoder.decode(), "utf8");
}
