import { createWriteStream } from "node:fs";
import { chmod } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createFolders } from "../../../core/index.js";
import { type Entry, open, type ZipFile } from "yauzl";

/**
 * Unpacks a zip file into a folder, one file at a time, as streams. File modes in the archive are kept; names that lead out of
 * the folder are rejected, and links are written as regular files.
 *
 * @throws RangeError if it unpacks to more than `maxBytes`.
 */
export async function unzip(path: string, folder: string, maxBytes = maxUnpackedBytes): Promise<void> {
  const zip = await openZip(path);
  const budget = new UnpackBudget(maxBytes);
  try {
    for await (const entry of readEntries(zip)) {
      const target = join(folder, entry.fileName);
      if (entry.fileName.endsWith("/")) {
        await createFolders(target);
        continue;
      }
      await createFolders(dirname(target));
      await pipeline(await openEntry(zip, entry), budget.count(), createWriteStream(target));
      const mode = (entry.externalFileAttributes >>> 16) & 0o777;
      if (mode !== 0) await chmod(target, mode);
    }
  } finally {
    zip.close();
  }
}

/** The limit of unpacked bytes: a package of a few kilobytes could fill a disk. */
const maxUnpackedBytes = 4 * 2 ** 30;

/** Counts the unpacked bytes, because the sizes in the archive may be wrong. */
class UnpackBudget {
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Passes on the bytes of one file. */
  count(): (source: AsyncIterable<Buffer>) => AsyncGenerator<Buffer> {
    return async function* (this: UnpackBudget, source: AsyncIterable<Buffer>) {
      for await (const chunk of source) {
        this.#bytes += chunk.byteLength;
        if (this.#bytes > this.#maxBytes)
          throw new RangeError(`The archive unpacks to more than ${this.#maxBytes} bytes`);
        yield chunk;
      }
    }.bind(this);
  }
}

async function openZip(path: string): Promise<ZipFile> {
  return await new Promise((opened, failed) => {
    open(path, { lazyEntries: true, autoClose: false }, (error, zip) => {
      if (error) failed(error);
      else opened(zip);
    });
  });
}

async function* readEntries(zip: ZipFile): AsyncGenerator<Entry> {
  for (;;) {
    const entry = await new Promise<Entry | undefined>((found, failed) => {
      zip.removeAllListeners();
      zip.once("entry", found);
      zip.once("end", () => {
        found(undefined);
      });
      zip.once("error", failed);
      zip.readEntry();
    });
    if (!entry) return;
    yield entry;
  }
}

async function openEntry(zip: ZipFile, entry: Entry): Promise<Readable> {
  return await new Promise((opened, failed) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error) failed(error);
      else opened(stream);
    });
  });
}
