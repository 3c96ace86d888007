import { addresses, type OutputItem, type TextEncoding } from "../../protocol/index.js";
import type { RequestOptions } from "../api/client.js";
import { readRange } from "../bytes/byte-source.js";
import { detectEncoding } from "../rows/encoding.js";

/** The maximum size of a log that is compared from its start. Of a larger log, the end is compared. */
export const comparedBytes = 4 * 1024 * 1024;

/** The number of bytes at the start of a log that determine its encoding. */
const headBytes = 4096;

/** The bytes of a log, or of its end. */
export interface LogBytes {
  readonly bytes: Uint8Array;
  readonly encoding: TextEncoding;
  /** Whether the log is larger than {@link comparedBytes}: the bytes may begin within a line, and within a character. */
  readonly isCut: boolean;
}

/** Reads the bytes of a log that are compared. The encoding is that of its start. */
export async function readLogBytes(
  { container, blobName, size }: OutputItem,
  options: RequestOptions,
): Promise<LogBytes> {
  const read = async (start: number, end: number): Promise<Uint8Array> =>
    (await readRange(addresses.content(container, blobName), { start, end }, options)).bytes;
  const isCut = size > comparedBytes;
  // An even position, at which a code unit of UTF-16 begins.
  const start = isCut ? 2 * Math.ceil((size - comparedBytes) / 2) : 0;
  const [bytes, head] = await Promise.all([read(start, size), isCut ? read(0, headBytes) : undefined]);
  return { bytes, encoding: detectEncoding(head ?? bytes.subarray(0, headBytes)) ?? "utf-8", isCut };
}
