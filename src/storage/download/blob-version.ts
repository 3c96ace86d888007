import { BatchOutputsError } from "../../core/index.js";
import { isBlobMissing, serviceErrorStatus } from "../errors/service-error.js";
import { type RangeAnswer, readTotalBytes } from "../transport/index.js";

/** What of an answer tells which version it is of. */
export type VersionedAnswer = Pick<
  RangeAnswer,
  "blobCommittedBlockCount" | "blobType" | "contentLength" | "contentRange" | "createdOn" | "etag"
>;

/** What tells one version of a blob from another. */
export interface BlobVersion {
  /** The ETag that a request may ask for; an append blob has a new one with every append. */
  readonly ifMatch?: string | undefined;
  readonly isSame: (answer: VersionedAnswer) => boolean;
}

/**
 * The version that an answer came from. What an append blob holds stays when it grows: it is the same as long as it was
 * not created anew, as far as its time of creation, length and number of blocks show.
 */
export function readVersion(answer: VersionedAnswer): BlobVersion {
  if (answer.blobType !== "AppendBlob")
    return { ifMatch: answer.etag, isSame: (other) => other.etag === answer.etag };
  return {
    isSame: (other) =>
      other.blobType === answer.blobType &&
      other.createdOn?.getTime() === answer.createdOn?.getTime() &&
      (other.blobCommittedBlockCount ?? 0) >= (answer.blobCommittedBlockCount ?? 0) &&
      readTotalBytes(other) >= readTotalBytes(answer),
  };
}

/** Makes a request for a part of a version: `OutputChanged` when the store has another one, or none. */
export async function requireVersion<T extends { readonly answer: VersionedAnswer }>(
  version: BlobVersion,
  request: Promise<T>,
  discard: (found: T) => void = () => undefined,
): Promise<T> {
  let found: T;
  try {
    found = await request;
  } catch (error) {
    const status = serviceErrorStatus(error);
    const isGone = status === 412 || status === 416 || isBlobMissing(error);
    throw isGone ? createOutputChangedError(error) : error;
  }
  if (version.isSame(found.answer)) return found;
  discard(found);
  throw createOutputChangedError();
}

/** For a blob that is no longer what it was when its reading began. */
export function createOutputChangedError(cause?: unknown): BatchOutputsError {
  return new BatchOutputsError(
    "OutputChanged",
    "The output was overwritten or deleted while it was being read.",
    { hint: { action: "try-again" }, ...(cause !== undefined && { cause }) },
  );
}
