import { addresses, type OutputItem } from "../../protocol/index.js";
import { getJson, type RequestOptions } from "../api/client.js";
import { RequestError } from "../api/failure.js";
import { PartsSource } from "../bytes/parts-source.js";
import { readContent } from "../bytes/read-content.js";
import { detectEncoding } from "../rows/encoding.js";
import type { TextBytes } from "../rows/show-lines.js";

/** The maximum size of a log that is compared from its start. Of a larger log, the end is compared. */
export const comparedBytes = 4 * 1024 * 1024;

/** The number of bytes at the start of a log that determine its encoding. */
const headBytes = 4096;

/** The bytes of a log, or of its end if it is larger than {@link comparedBytes}. */
export interface LogBytes extends TextBytes {
  /** Of a packed log, only the beginning was unpacked: it is too long, or damaged. */
  readonly isPart: boolean;
}

/** Reads the bytes of a log that are compared, unpacked. The encoding is that of its start. */
export async function readLogBytes(listed: OutputItem, options: RequestOptions): Promise<LogBytes> {
  const { container, blobName, size, etag } = listed;
  const stored = new PartsSource([{ address: addresses.content(container, blobName), size, etag }]);
  const head = await stored.read({ start: 0, end: Math.min(size, headBytes) }, options);
  // A listing does not contain the content encoding.
  const output =
    detectEncoding(head) === undefined
      ? await getJson<OutputItem>(addresses.properties(container, blobName), options)
      : listed;
  const content = await readContent(stored, head, output, options);
  if (content === undefined) return { ...(await readEnd(stored, head, options)), isPart: false };
  if ("failure" in content) throw new RequestError(content.failure);
  const { bytes, isPart } = content;
  const decoded = new PartsSource([{ bytes, size: bytes.byteLength }]);
  return { ...(await readEnd(decoded, bytes.subarray(0, headBytes), options)), isPart };
}

async function readEnd(source: PartsSource, head: Uint8Array, options: RequestOptions): Promise<TextBytes> {
  const { size } = source;
  const isCut = size > comparedBytes;
  // An even position, at which a code unit of UTF-16 begins.
  const start = isCut ? 2 * Math.ceil((size - comparedBytes) / 2) : 0;
  const bytes = size === head.byteLength ? head : await source.read({ start, end: size }, options);
  return { bytes, encoding: detectEncoding(head) ?? "utf-8", isCut };
}
