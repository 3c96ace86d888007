import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type { JobOutputStorage } from "../../../outputs/index.js";

type BlockBlob = ReturnType<JobOutputStorage["containerClient"]["getBlockBlobClient"]>;
type UploadOptions = Pick<
  NonNullable<Parameters<BlockBlob["uploadData"]>[1]>,
  "abortSignal" | "blobHTTPHeaders" | "metadata" | "tier"
>;

const blockBytes = 4 * 2 ** 20;
const maxBlocksInMemory = 2;

/**
 * Uploads a file with the content that it has when it is opened. At most two blocks of 4 MiB are in memory.
 *
 * `uploadFile` of the storage SDK opens the path a second time, and if the file is gone by then, the error cannot be
 * caught.
 * @throws The system's error if the file cannot be opened, and the storage SDK's.
 */
export async function uploadFile(blob: BlockBlob, path: string, options: UploadOptions = {}): Promise<void> {
  // Does not wait if a FIFO has replaced the file.
  await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const { size } = await file.stat();
  if (size <= blockBytes) {
    await blob.uploadData(await readUpTo(file, size), options);
    return;
  }
  const stream = file.createReadStream({ start: 0, end: size - 1, autoClose: false });
  await blob.uploadStream(stream, blockBytes, maxBlocksInMemory, options);
}

async function readUpTo(file: FileHandle, size: number): Promise<Buffer> {
  const buffer = Buffer.alloc(size);
  let filled = 0;
  while (filled < size) {
    const { bytesRead } = await file.read(buffer, filled, size - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
