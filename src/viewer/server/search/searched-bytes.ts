import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import type { OutputFileReference } from "../../../outputs/index.js";
import { unpackedLimitBytes } from "../../protocol/index.js";

export interface SearchedBytes {
  /** The bytes from an offset on. */
  readonly read: (offset: number, abortSignal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>;
  /** The size of the text; for unpacked content its maximum. */
  readonly totalBytes: number;
}

/** Opens one version of an output for searching. */
export async function openStoredBytes(
  output: OutputFileReference,
  abortSignal: AbortSignal,
): Promise<SearchedBytes> {
  const { size: totalBytes, version: expectedVersion } = await output.getProperties({ abortSignal });
  const read = async (offset: number, readSignal: AbortSignal): Promise<AsyncIterable<Uint8Array>> =>
    await output.openRead({ offset, count: totalBytes - offset, abortSignal: readSignal, expectedVersion });
  return { read, totalBytes };
}

/** Returns the content of a gzip file. It is unpacked from its start for any offset, up to a limit. */
export function unpackBytes({ read }: SearchedBytes): SearchedBytes {
  return {
    read: async (offset, abortSignal) => {
      const unpacked = createGunzip();
      // The unpacked stream, which is read, has the same error.
      pipeline(await read(0, abortSignal), unpacked, () => undefined);
      return takeFrom(unpacked, offset);
    },
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
    if (!isUnpackError(error)) throw error;
  }
  return undefined;
}

function isUnpackError(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("Z_");
}
