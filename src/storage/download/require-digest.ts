import { BatchOutputsError } from "../../core/index.js";
import { splitContentEncoding } from "../encoding/content-codings.js";
import { createWrongLengthError } from "./read-range.js";

/** The stored properties of a blob's bytes. */
interface StoredBytes {
  readonly sizeBytes: number;
  readonly contentMD5: Uint8Array | undefined;
  readonly contentEncoding: string | undefined;
}

/** Throws if the bytes that were read are not those that were stored. */
export function requireDigest(actual: Uint8Array, loadedBytes: number, blob: StoredBytes): void {
  if (loadedBytes !== blob.sizeBytes) throw createWrongLengthError(blob.sizeBytes, loadedBytes);
  if (blob.contentMD5 === undefined || Buffer.compare(actual, blob.contentMD5) === 0) return;
  throw new BatchOutputsError(
    "DigestMismatch",
    `The received bytes are not the saved ones: their MD5 is ${toHex(actual)}, but ${toHex(blob.contentMD5)} is stored. ${explainMismatch(blob)}`,
  );
}

/** Describes why the stored MD5 may differ from that of the stored bytes. */
function explainMismatch({ contentEncoding }: StoredBytes): string {
  return (
    explainEncoding(contentEncoding) ??
    "Download it again; if the error remains, the blob was damaged or written with a wrong digest."
  );
}

/**
 * Describes that the stored MD5 may be that of the content before it was encoded: programs that compress while they
 * upload compute it from the file. Returns `undefined` for content without an encoding.
 */
export function explainEncoding(contentEncoding: string | undefined): string | undefined {
  if (contentEncoding === undefined || splitContentEncoding(contentEncoding).length === 0) return undefined;
  return `Its content encoding is "${contentEncoding}": if the program that saved it computed the MD5 before it encoded the content, the bytes are intact, and the stored MD5 is wrong. Otherwise the blob was damaged.`;
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
