import { BatchOutputsError } from "../../core/index.js";
import { isBlobMissing, getServiceErrorStatus } from "../errors/service-error.js";
import { type RangeAnswer, readTotalBytes } from "../transport/index.js";

/** The properties of an answer that show the version of the blob. */
export type VersionedAnswer = Pick<
  RangeAnswer,
  "blobCommittedBlockCount" | "blobType" | "contentLength" | "contentRange" | "createdOn" | "etag"
>;

/** Distinguishes the versions of a blob. */
export interface BlobVersion {
  /** The ETag for the condition of a request. `undefined` for an append blob, whose ETag changes with every append. */
  readonly ifMatch?: string | undefined;
  readonly isSame: (answer: VersionedAnswer) => boolean;
}

/**
 * The version that an answer came from. Appending does not change the earlier content of an append blob: it counts as
 * the same version unless it was created again, which its creation time, length and number of blocks show.
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

/** Makes a request for a part of a version; throws `OutputChanged` if the store has another version, or none. */
export async function requireVersion<T extends { readonly answer: VersionedAnswer }>(
  version: BlobVersion,
  request: Promise<T>,
  discard: (found: T) => void = () => undefined,
): Promise<T> {
  let found: T;
  try {
    found = await request;
  } catch (error) {
    const status = getServiceErrorStatus(error);
    const isGone = status === 412 || status === 416 || isBlobMissing(error);
    throw isGone ? createOutputChangedError(error) : error;
  }
  if (version.isSame(found.answer)) return found;
  discard(found);
  throw createOutputChangedError();
}

/** Creates the error for a blob that changed while it was read. */
export function createOutputChangedError(cause?: unknown): BatchOutputsError {
  return new BatchOutputsError(
    "OutputChanged",
    "The output was overwritten or deleted while it was being read.",
    { hint: { action: "try-again" }, ...(cause !== undefined && { cause }) },
  );
}
