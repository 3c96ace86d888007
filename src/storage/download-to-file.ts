import { randomBytes } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { BlobClient } from "@azure/storage-blob";
import { downloadInParts, type DownloadInPartsOptions } from "./download-in-parts.js";

/**
 * Fetches a blob into a file, all or nothing: into a temporary file beside it, which takes the file's name when every
 * byte is there and the digest is right. Until then, and after any failure, what was there before stays. Missing
 * folders are made.
 */
export async function downloadToFile(
  client: BlobClient,
  path: string,
  options: DownloadInPartsOptions,
): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  await writeAside(path, async (temporary) => {
    const file = await open(temporary, "wx");
    try {
      let position = 0;
      await downloadInParts(
        client,
        async (bytes) => {
          for (let written = 0; written < bytes.length;) {
            written += (await file.write(bytes, written, bytes.length - written, position + written))
              .bytesWritten;
          }
          position += bytes.length;
        },
        options,
      );
    } finally {
      await file.close();
    }
  });
}

/** Lets `write` make a file under a temporary name beside the real one, and moves it there when it has not failed. */
async function writeAside(path: string, write: (temporary: string) => Promise<void>): Promise<void> {
  // Short whatever the name is: a name may fill all the bytes that the file system gives it.
  const temporary = join(
    dirname(path),
    `.${basename(path).slice(0, 20)}.${randomBytes(6).toString("hex")}.partial`,
  );
  let isMoved = false;
  try {
    await write(temporary);
    await rename(temporary, path);
    isMoved = true;
  } finally {
    if (!isMoved) await rm(temporary, { force: true });
  }
}
