import { once } from "node:events";
import { Readable } from "node:stream";
import { type Entry, fromRandomAccessReader, RandomAccessReader, type ZipFile } from "yauzl";
import type { ArchiveEntry } from "../../protocol/index.js";
import { type ByteReader, createArchiveError } from "./byte-reader.js";

/** An entry, and access to its content. */
export interface ZipEntry {
  readonly entry: ArchiveEntry;
  /** Opens its content, unpacked. */
  readonly open: () => Promise<Readable>;
}

/**
 * Finds the entries of a zip file by its directory, which is at its end. Names are as they are stored: nothing is written.
 * Returns false: the list is complete.
 */
export async function* findZipEntries(bytes: ByteReader, size: number): AsyncGenerator<ZipEntry, boolean> {
  const adapter = new ReaderAdapter(bytes);
  const zip = await open(adapter, size);
  try {
    for (;;) {
      const entry = await readEntry(zip, adapter);
      if (entry === undefined) return false;
      yield { entry: createEntry(entry), open: async () => await openEntry(zip, entry, adapter) };
    }
  } finally {
    zip.close();
  }
}

class ReaderAdapter extends RandomAccessReader {
  /** The error of the store, to distinguish it from errors of the archive. */
  failure: { readonly error: Error } | undefined;

  constructor(private readonly bytes: ByteReader) {
    super();
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.#read(start, end));
  }

  async *#read(start: number, end: number): AsyncGenerator<Uint8Array, undefined> {
    try {
      yield* this.bytes.stream(start, end - start);
    } catch (error) {
      this.failure = { error: error instanceof Error ? error : new Error(String(error)) };
      throw error;
    }
    return undefined;
  }
}

async function open(adapter: ReaderAdapter, size: number): Promise<ZipFile> {
  return await new Promise((resolve, reject) => {
    // Names are not validated: those that lead out of a folder are listed too.
    const options = { lazyEntries: true, autoClose: false, decodeStrings: false };
    fromRandomAccessReader(adapter, size, options, (error, zip) => {
      if (error === null) resolve(zip);
      else reject(createReadError(error, adapter));
    });
  });
}

async function openEntry(zip: ZipFile, entry: Entry, adapter: ReaderAdapter): Promise<Readable> {
  return await new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, content) => {
      if (error === null) resolve(content);
      else reject(createReadError(error, adapter));
    });
  });
}

/** Returns `undefined` after the last entry. */
async function readEntry(zip: ZipFile, adapter: ReaderAdapter): Promise<Entry | undefined> {
  const listening = new AbortController();
  const { signal } = listening;
  try {
    const found = once(zip, "entry", { signal }) as Promise<[Entry]>;
    const ended = once(zip, "end", { signal });
    zip.readEntry();
    const [entry] = (await Promise.race([found, ended])) as [Entry | undefined];
    return entry;
  } catch (error) {
    throw createReadError(error, adapter);
  } finally {
    listening.abort();
  }
}

function createReadError(error: unknown, { failure }: ReaderAdapter): Error {
  if (failure !== undefined) return failure.error;
  return createArchiveError(error instanceof Error ? error.message : String(error));
}

function createEntry(entry: Entry): ArchiveEntry {
  const { uncompressedSize, compressedSize } = entry;
  const path = decodeName(entry.fileName as unknown as Buffer);
  return {
    path,
    isFolder: path.endsWith("/"),
    size: uncompressedSize,
    packedSize: compressedSize,
    modified: entry.getLastModDate().toISOString(),
  };
}

/** Decodes a name as UTF-8, or otherwise as Latin-1, because other code pages are not recorded. */
function decodeName(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return new TextDecoder("windows-1252").decode(bytes);
  }
}
