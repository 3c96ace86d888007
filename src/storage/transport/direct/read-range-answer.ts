import type { BlobProperties } from "../contract/blob-transport.js";
import type { RangeAnswer } from "../contract/range-answer.js";
import { omitUndefined } from "../../../core/index.js";
import type { HttpAnswer } from "./http-answer.js";

/** Reads the properties of the blob from the headers of the answer to a range request. */
export function readRangeAnswer(answer: HttpAnswer): RangeAnswer {
  const found: RangeAnswer = { metadata: answer.headersBeginningWith("x-ms-meta-") };
  return Object.assign(found, {
    etag: answer.header("etag"),
    lastModified: answer.date("last-modified"),
    createdOn: answer.date("x-ms-creation-time"),
    contentRange: answer.header("content-range"),
    blobContentMD5: parseDigest(answer.header("x-ms-blob-content-md5")),
    blobType: answer.header("x-ms-blob-type"),
    blobCommittedBlockCount: parseNumber(answer.header("x-ms-blob-committed-block-count")),
    contentEncoding: answer.header("content-encoding"),
    contentLength: parseNumber(answer.header("content-length")),
  });
}

/** Reads the properties of the blob from the headers of an answer. */
export function readBlobProperties(answer: HttpAnswer): BlobProperties {
  return {
    ...readRangeAnswer(answer),
    ...omitUndefined({
      contentMD5: parseDigest(answer.header("content-md5")),
      contentType: answer.header("content-type"),
      accessTier: answer.header("x-ms-access-tier"),
      archiveStatus: answer.header("x-ms-archive-status"),
    }),
  };
}

function parseDigest(text: string | undefined): Uint8Array | undefined {
  return text === undefined ? undefined : Buffer.from(text, "base64");
}

function parseNumber(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}
