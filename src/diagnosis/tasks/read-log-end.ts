import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { OperationOptions } from "../../core/index.js";
import type { OutputFileReference } from "../../outputs/index.js";
import { decodeLog } from "../lines/decode-log.js";

/** The number of bytes read from the end of a log. */
export const logEndBytes = 64 * 1024;
/** The maximum size of a compressed log, which is read completely. */
const maxCompressedBytes = 4 * 1024 * 1024;
const maxUnpackedBytes = 64 * 1024 * 1024;

/** Reads the last part of a log as text. A small compressed log is unpacked. */
export async function readLogEnd(output: OutputFileReference, options: OperationOptions): Promise<string> {
  const { size = 0, filePath } = output;
  if (size === 0) return "";
  if (filePath.endsWith(".gz") && size <= maxCompressedBytes) {
    const packed = await output.downloadToBuffer(options);
    return decodeLog((await unpack(packed)).subarray(-logEndBytes));
  }
  const offset = Math.max(0, size - logEndBytes);
  const chunks: Uint8Array[] = [];
  for await (const chunk of await output.openRead({ ...options, offset, count: size - offset }))
    chunks.push(chunk as Uint8Array);
  return decodeLog(Buffer.concat(chunks));
}

/** Bytes that are not compressed, whatever the name, are returned unchanged. */
async function unpack(bytes: Buffer): Promise<Buffer> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  return await promisify(gunzip)(bytes, { maxOutputLength: maxUnpackedBytes });
}
