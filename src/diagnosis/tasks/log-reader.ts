import {
  ByteBudget,
  decodeContent,
  type OutputFileReference,
  splitContentEncoding,
} from "../../outputs/index.js";
import { findEncoding } from "../lines/decode-log.js";

/** The memory of all logs that are read concurrently. Chunks have at most 8 MiB. */
const memoryBytes = 64 * 1024 * 1024;

/**
 * Reads logs as UTF-8: content encodings and gzip files are decoded, and UTF-16 is converted. Logs that are read concurrently share its
 * memory.
 */
export class LogReader {
  readonly #budget = new ByteBudget(memoryBytes);

  /**
   * Yields the log up to its listed size, or another one. The bytes are overwritten as soon as the next ones are requested.
   *
   * @throws `OutputChanged` if the log is replaced meanwhile; appending to it changes nothing. `ContentNotDecoded`.
   */
  async *read(
    output: OutputFileReference,
    abortSignal: AbortSignal,
    maxBytes: number = output.size ?? 0,
  ): AsyncGenerator<Uint8Array> {
    if (maxBytes === 0) return;
    let contentEncoding: string | undefined;
    const onStart = (started: { readonly contentEncoding: string | undefined }): void => {
      ({ contentEncoding } = started);
    };
    const stored = output.readChunks({ maxBytes, budget: this.#budget, abortSignal, onStart });
    yield* convertToUtf8(stored, () => splitContentEncoding(contentEncoding));
  }
}

/**
 * @param stored - The bytes, without the content encodings that were removed already.
 * @param getCodings - Returns the content encodings; called when the first bytes are there.
 */
async function* convertToUtf8(
  stored: AsyncGenerator<Uint8Array>,
  getCodings: () => readonly string[],
): AsyncGenerator<Uint8Array> {
  try {
    const first = await stored.next();
    if (first.done === true) return;
    const all = concatenate(first.value, stored);
    const codings = getCodings();
    // Some programs set the encoding gzip for content that is not encoded.
    const isEncoded = codings.length > 1 || (codings.length === 1 && codings[0] !== "gzip");
    if (isEncoded) yield* convertToUtf8(decodeContent(all, codings), () => []);
    else if (first.value[0] === 0x1f && first.value[1] === 0x8b) yield* decodeContent(all, ["gzip"]);
    else yield* toUtf8(all, findEncoding(first.value));
  } finally {
    await stored.return(undefined);
  }
}

async function* concatenate(first: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  yield* rest;
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
