import { hasCode } from "../../../core/index.js";
import { decodeContent, type OutputFileReference, splitContentEncoding } from "../../../outputs/index.js";
import { unpackedLimitBytes } from "../../protocol/index.js";

export interface SearchedBytes {
  /** The bytes from an offset on. */
  readonly read: (offset: number, abortSignal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>;
  /** The size of the text; for unpacked content its maximum. */
  readonly totalBytes: number;
  /** The content encoding of a saved output. */
  readonly contentEncoding?: string | undefined;
}

/** Opens one version of an output for searching. */
export async function openStoredBytes(
  output: OutputFileReference,
  abortSignal: AbortSignal,
): Promise<SearchedBytes> {
  const known = await output.getProperties({ abortSignal });
  const { size: totalBytes, version: expectedVersion, contentEncoding } = known;
  const read = async (offset: number, readSignal: AbortSignal): Promise<AsyncIterable<Uint8Array>> =>
    await output.openRead({ offset, count: totalBytes - offset, abortSignal: readSignal, expectedVersion });
  return { read, totalBytes, contentEncoding };
}

/** The encodings to remove: those that are stored with the output, or that of a gzip file. */
export type Unpacking = "stored" | "gzip";

/** Returns the content of encoded bytes. It is decoded from its start for any offset, up to a limit. */
export function unpackBytes({ read, contentEncoding }: SearchedBytes, unpacking: Unpacking): SearchedBytes {
  const codings = unpacking === "gzip" ? ["gzip"] : splitContentEncoding(contentEncoding);
  return {
    read: async (offset, abortSignal) => takeFrom(decodeContent(await read(0, abortSignal), codings), offset),
    totalBytes: unpackedLimitBytes,
  };
}

/** Ends without an error where the packed data is damaged or cut: the page reports that it shows only a part. */
async function* takeFrom(
  chunks: AsyncIterable<Uint8Array>,
  offset: number,
): AsyncGenerator<Uint8Array, undefined> {
  let position = 0;
  try {
    for await (const chunk of chunks) {
      const skipped = Math.max(0, offset - position);
      if (skipped < chunk.length) yield chunk.subarray(skipped);
      position += chunk.length;
      if (position >= unpackedLimitBytes) return undefined;
    }
  } catch (error) {
    if (!hasCode(error, "ContentNotDecoded")) throw error;
  }
  return undefined;
}
