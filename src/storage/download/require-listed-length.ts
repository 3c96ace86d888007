import { createOutputChangedError } from "./blob-version.js";
import { createWrongLengthError } from "./read-range.js";

/** What a listing showed of a blob. It may be outdated. */
export interface ListedLength {
  readonly expectedBytes?: number | undefined;
  /** The ETag, with or without quotes. */
  readonly expectedETag?: string | undefined;
}

/** What an answer to a later request shows of it. */
export interface FoundLength {
  readonly sizeBytes: number;
  readonly etag?: string | undefined;
  readonly blobType?: string | undefined;
}

/**
 * Requires that the length in an answer does not contradict the listing, because a proxy may change or invent an answer. A version
 * always has the listed length, and an append blob does not become shorter.
 *
 * @throws `DigestMismatch` or `OutputChanged`.
 */
export function requireListedLength(found: FoundLength, listed: ListedLength): void {
  const { expectedBytes, expectedETag } = listed;
  if (expectedBytes === undefined || found.sizeBytes === expectedBytes) return;
  if (expectedETag !== undefined && removeQuotes(found.etag) === removeQuotes(expectedETag))
    throw createWrongLengthError(expectedBytes, found.sizeBytes);
  if (found.blobType === "AppendBlob" && found.sizeBytes < expectedBytes) throw createOutputChangedError();
}

/** A listing gives an ETag without quotes. */
function removeQuotes(etag: string | undefined): string | undefined {
  return etag?.replace(/^"|"$/g, "");
}
