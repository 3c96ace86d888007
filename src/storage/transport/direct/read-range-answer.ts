import type { BlobProperties } from "../contract/blob-transport.js";
import type { RangeAnswer } from "../contract/range-answer.js";
import { omitUndefined } from "../../../core/index.js";
import type { HttpAnswer } from "./http-answer.js";

/** Reads the properties of the blob from the headers of the answer to a range request. */
export function readRangeAnswer(answer: HttpAnswer): RangeAnswer {
  const found: RangeAnswer = { metadata: answer.getHeadersWithPrefix("x-ms-meta-") };
  return Object.assign(found, {
    etag: answer.getHeader("etag"),
    lastModified: answer.getDate("last-modified"),
    createdOn: answer.getDate("x-ms-creation-time"),
    contentRange: answer.getHeader("content-range"),
    blobContentMD5: parseDigest(answer.getHeader("x-ms-blob-content-md5")),
    blobType: answer.getHeader("x-ms-blob-type"),
    blobCommittedBlockCount: parseNumber(answer.getHeader("x-ms-blob-committed-block-count")),
    contentEncoding: answer.getHeader("content-encoding"),
    contentLength: parseNumber(answer.getHeader("content-length")),
  });
}

/** Reads the properties of the blob from the headers of an answer. */
export function readBlobProperties(answer: HttpAnswer): BlobProperties {
  return {
    ...readRangeAnswer(answer),
    ...omitUndefined({
      contentMD5: parseDigest(answer.getHeader("content-md5")),
      contentType: answer.getHeader("content-type"),
      accessTier: answer.getHeader("x-ms-access-tier"),
      archiveStatus: answer.getHeader("x-ms-archive-status"),
    }),
  };
}

function parseDigest(text: string | undefined): Uint8Array | undefined {
  return text === undefined ? undefined : Buffer.from(text, "base64");
}

function parseNumber(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}
