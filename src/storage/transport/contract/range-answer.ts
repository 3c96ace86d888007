import type { BlobDownloadResponseParsed } from "@azure/storage-blob";

/** What an answer to a request for a range says of the blob. */
export type RangeAnswer = Pick<
  BlobDownloadResponseParsed,
  | "blobCommittedBlockCount"
  | "blobContentMD5"
  | "blobType"
  | "contentLength"
  | "contentMD5"
  | "contentRange"
  | "createdOn"
  | "etag"
  | "lastModified"
  | "metadata"
>;

/** The blob's whole length, from the answer to a request for all of it or for a part. */
export function readTotalBytes(answer: Pick<RangeAnswer, "contentLength" | "contentRange">): number {
  const total = /\/(\d+)$/.exec(answer.contentRange ?? "")?.[1];
  return total === undefined ? (answer.contentLength ?? 0) : Number(total);
}

/** Whether an answer holds this range, or what the blob has of it: neither another one nor less. */
export function isRequestedRange(
  answer: Pick<RangeAnswer, "contentRange">,
  offset: number,
  count: number | undefined,
  bytes: number | undefined,
): boolean {
  // Azurite answers "bytes 0--1/0" when the first byte of an empty blob is asked for.
  const [first, last, total] = (/^bytes (\d+)-(-1|\d+)\/(\d+)$/.exec(answer.contentRange ?? "") ?? [])
    .slice(1)
    .map(Number);
  if (first === undefined || last === undefined || total === undefined) return false;
  const end = count === undefined ? total : Math.min(total, offset + count);
  return first === offset && last + 1 === end && bytes === end - offset;
}
