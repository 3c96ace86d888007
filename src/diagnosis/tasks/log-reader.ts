import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { ByteBudget, type OutputFileReference } from "../../outputs/index.js";
import { findEncoding } from "../lines/decode-log.js";

/** The memory of all logs that are read concurrently. Chunks have at most 8 MiB. */
const memoryBytes = 64 * 1024 * 1024;

/** Reads logs as UTF-8: gzip is decompressed, and UTF-16 is converted. Logs that are read concurrently share its memory. */
export class LogReader {
  readonly #budget = new ByteBudget(memoryBytes);

  /**
   * Yields the log up to its listed size. The bytes are overwritten as soon as the next ones are requested.
   *
   * @throws `OutputChanged` if the log is replaced meanwhile; appending to it changes nothing.
   */
  async *read(output: OutputFileReference, abortSignal: AbortSignal): AsyncGenerator<Uint8Array> {
    const { size: maxBytes = 0 } = output;
    if (maxBytes > 0)
      yield* convertToUtf8(output.readChunks({ maxBytes, budget: this.#budget, abortSignal }));
  }
}

async function* convertToUtf8(bytes: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    const first = await bytes.next();
    if (first.done === true) return;
    const all = concatenate(first.value, bytes);
    if (first.value[0] === 0x1f && first.value[1] === 0x8b) yield* unpack(all);
    else yield* toUtf8(all, findEncoding(first.value));
  } finally {
    await bytes.return(undefined);
  }
}

async function* concatenate(first: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  yield* rest;
}

async function* unpack(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = Readable.from(copyEach(packed), { objectMode: false });
  const gunzip = createGunzip();
  source.on("error", (error) => gunzip.destroy(error));
  try {
    for await (const part of source.pipe(gunzip)) yield part as Uint8Array;
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}

/** A stream requests the next bytes before it has used the last ones. */
async function* copyEach(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) yield Buffer.from(chunk);
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
