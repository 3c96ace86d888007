import type { BlobDownloadResponseParsed } from "@azure/storage-blob";

/** The properties of the blob in the answer to a range request. */
export type RangeAnswer = Pick<
  BlobDownloadResponseParsed,
  | "blobCommittedBlockCount"
  | "blobContentMD5"
  | "blobType"
  | "contentEncoding"
  | "contentLength"
  | "contentMD5"
  | "contentRange"
  | "createdOn"
  | "etag"
  | "lastModified"
  | "metadata"
>;

/** Returns the blob's total length, from the answer to a request for the blob or a range of it. */
export function readTotalBytes(answer: Pick<RangeAnswer, "contentLength" | "contentRange">): number {
  const total = /\/(\d+)$/.exec(answer.contentRange ?? "")?.[1];
  return total === undefined ? (answer.contentLength ?? 0) : Number(total);
}

/** Whether an answer contains exactly the requested range, up to the end of the blob. */
export function isRequestedRange(
  answer: Pick<RangeAnswer, "contentRange">,
  offset: number,
  count: number | undefined,
  bytes: number | undefined,
): boolean {
  // Azurite answers "bytes 0--1/0" to a request for the first byte of an empty blob.
  const [first, last, total] = (/^bytes (\d+)-(-1|\d+)\/(\d+)$/.exec(answer.contentRange ?? "") ?? [])
    .slice(1)
    .map(Number);
  if (first === undefined || last === undefined || total === undefined) return false;
  const end = count === undefined ? total : Math.min(total, offset + count);
  return first === offset && last + 1 === end && bytes === end - offset;
}
