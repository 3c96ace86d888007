import { randomBytes } from "node:crypto";
import { renameSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { briskly, isBrisk, mostBriskBytes } from "./brisk-files.js";
import { downloadInParts, type DownloadInPartsOptions } from "./download-in-parts.js";
import type { BlobSource } from "./fetch-range.js";
import { FileBeingWritten } from "./file-being-written.js";

/**
 * Fetches a blob into a file, all or nothing: into a temporary file beside it, which takes the file's name when every
 * byte is there and the digest is right. Until then, and after any failure, what was there before stays. Missing
 * folders are made.
 */
export async function downloadToFile(
  client: BlobSource,
  path: string,
  options: DownloadInPartsOptions,
): Promise<void> {
  await writeAside(path, async (temporary) => {
    await using file = new FileBeingWritten(temporary);
    if (options.expectedBytes === undefined || options.expectedBytes > mostBriskBytes) await file.begin();
    await downloadInParts(client, (bytes) => file.write(bytes), options);
    await file.end();
  });
}

/** Counts up from where no other process does. */
let nextName = randomBytes(6).readUIntBE(0, 6);

function uniqueName(): string {
  nextName = (nextName + 1) % 2 ** 48;
  return nextName.toString(16).padStart(12, "0");
}

/** Lets `write` make a file under a temporary name beside the real one, and moves it there when it has not failed. */
async function writeAside(path: string, write: (temporary: string) => Promise<void>): Promise<void> {
  // Short whatever the name is: a name may fill all the bytes that the file system gives it.
  const temporary = join(dirname(path), `.${basename(path).slice(0, 20)}.${uniqueName()}.partial`);
  let isMoved = false;
  try {
    await write(temporary);
    if (isBrisk()) {
      briskly(() => {
        renameSync(temporary, path);
      });
    } else await rename(temporary, path);
    isMoved = true;
  } finally {
    if (!isMoved) await rm(temporary, { force: true });
  }
}
