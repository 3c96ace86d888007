import { createGunzip } from "node:zlib";
import type { OperationOptions } from "../../core/index.js";
import type { OutputFileReference } from "../../outputs/index.js";
import { decodeLog } from "../lines/decode-log.js";

/** The number of bytes read from the end of a log. */
export const logEndBytes = 64 * 1024;
/** The maximum size of a compressed log, which is read completely. */
const maxCompressedBytes = 4 * 1024 * 1024;
/** The maximum unpacked size that is read. */
const maxUnpackedBytes = 256 * 1024 * 1024;

/** Reads the last part of a log as text. A small compressed log is unpacked. */
export async function readLogEnd(output: OutputFileReference, options: OperationOptions): Promise<string> {
  const { size = 0, filePath } = output;
  if (size === 0) return "";
  if (filePath.endsWith(".gz") && size <= maxCompressedBytes) {
    const packed = await output.downloadToBuffer(options);
    return decodeLog(await unpackEnd(packed));
  }
  const offset = Math.max(0, size - logEndBytes);
  const chunks: Uint8Array[] = [];
  for await (const chunk of await output.openRead({ ...options, offset, count: size - offset }))
    chunks.push(chunk as Uint8Array);
  return decodeLog(Buffer.concat(chunks));
}

/**
 * Unpacks a log, and keeps only its end, because the content of a small file may be larger than the memory. Content
 * that is not compressed, despite its name, is returned unchanged.
 */
async function unpackEnd(bytes: Buffer): Promise<Buffer> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes.subarray(-logEndBytes);
  const gunzip = createGunzip();
  gunzip.end(bytes);
  const parts: Buffer[] = [];
  let heldBytes = 0;
  let unpackedBytes = 0;
  for await (const part of gunzip as AsyncIterable<Buffer>) {
    parts.push(part);
    heldBytes += part.length;
    unpackedBytes += part.length;
    while (heldBytes - (parts[0]?.length ?? 0) >= logEndBytes) heldBytes -= parts.shift()?.length ?? 0;
    if (unpackedBytes >= maxUnpackedBytes) break;
  }
  return Buffer.concat(parts).subarray(-logEndBytes);
}
