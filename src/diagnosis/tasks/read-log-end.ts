import type { OperationOptions } from "../../core/index.js";
import { decodeContent, type OutputFileReference, splitContentEncoding } from "../../outputs/index.js";
import { decodeLog, findEncoding, isUtf8 } from "../lines/decode-log.js";

/** The number of bytes read from the end of a log. */
export const logEndBytes = 64 * 1024;
/** The maximum size of a compressed log, which is read completely. */
const maxCompressedBytes = 4 * 1024 * 1024;
/** The maximum unpacked size that is read. */
const maxUnpackedBytes = 256 * 1024 * 1024;

/** Reads the last part of a log as text. A small compressed log, by its name or its content encoding, is decoded. */
export async function readLogEnd(output: OutputFileReference, options: OperationOptions): Promise<string> {
  const { size = 0, filePath } = output;
  if (size === 0) return "";
  const isSmall = size <= maxCompressedBytes;
  if (isSmall && filePath.endsWith(".gz")) {
    const stored = await read(output, 0, size, options);
    return decodeLog(await decodeEnd(stored, ["gzip"]));
  }
  const end = await read(output, Math.max(0, size - logEndBytes), size, options);
  // The properties are another request, which most logs do not need.
  if (!isSmall || isPlainText(end)) return decodeLog(end);
  const { contentEncoding } = await output.getProperties(options);
  const codings = splitContentEncoding(contentEncoding);
  return decodeLog(
    codings.length === 0 ? end : await decodeEnd(await read(output, 0, size, options), codings),
  );
}

async function read(
  output: OutputFileReference,
  offset: number,
  end: number,
  options: OperationOptions,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of await output.openRead({ ...options, offset, count: end - offset }))
    chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function isPlainText(bytes: Uint8Array): boolean {
  return findEncoding(bytes) !== "utf-8" || (isUtf8(bytes) && !bytes.includes(0));
}

/** Decodes a log, and keeps only its end, because the content of a small file may be larger than the memory. */
async function decodeEnd(bytes: Buffer, codings: readonly string[]): Promise<Buffer> {
  // Some programs set the encoding gzip for content that is not encoded.
  if (codings[0] === "gzip" && !isGzip(bytes)) return bytes.subarray(-logEndBytes);
  const parts: Uint8Array[] = [];
  let heldBytes = 0;
  let unpackedBytes = 0;
  for await (const part of decodeContent(toChunks(bytes), codings)) {
    parts.push(part);
    heldBytes += part.length;
    unpackedBytes += part.length;
    while (heldBytes - (parts[0]?.length ?? 0) >= logEndBytes) heldBytes -= parts.shift()?.length ?? 0;
    if (unpackedBytes >= maxUnpackedBytes) break;
  }
  return Buffer.concat(parts).subarray(-logEndBytes);
}

async function* toChunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
