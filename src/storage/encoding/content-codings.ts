import { BatchOutputsError } from "../../core/index.js";

/** Values that programs store by mistake: the bytes are the content. */
const unencoded =
  /^(|identity|none|binary|utf-?\d+(le|be)?|(us-)?ascii|iso-8859-\d+|windows-\d+|latin-?1|aws-chunked)$/;

/**
 * Splits the value of a `Content-Encoding` into the names of its codings, in the order in which they are removed: in lower case,
 * without `identity` and without names of character sets.
 */
export function splitContentEncoding(contentEncoding: string | undefined): readonly string[] {
  return (contentEncoding ?? "")
    .slice(0, 1000)
    .toLowerCase()
    .split(",")
    .map((name) => name.trim().replace(/^x-(?=gzip$)/, ""))
    .filter((name) => !unencoded.test(name))
    .reverse();
}

/** The content stays readable as it is stored, which the message says. */
export function createNotDecodedError(problem: string, cause?: unknown): BatchOutputsError {
  const reason = `The content of the output cannot be decoded. ${problem} A download has the bytes as they are stored.`;
  return new BatchOutputsError("ContentNotDecoded", reason, cause === undefined ? {} : { cause });
}
