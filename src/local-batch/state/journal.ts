import { createReadStream } from "node:fs";
import { type FileHandle, open, rename, rm, truncate, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { BatchOutputsError, hasCode } from "../../core/index.js";

const header = `${JSON.stringify({ format: "azure-batch-outputs local Batch state", version: 1 })}\n`;

/** A change of a record: one line of JSON. */
export interface JournalEntry {
  readonly collection: string;
  readonly ids?: readonly string[];
  readonly record?: unknown;
}

export interface JournalOptions {
  /** Returns the entries of all current records, which a compacted journal consists of. */
  readonly live: () => Iterable<JournalEntry>;
  /** Returns the number of current records. */
  readonly liveCount: () => number;
  /** Whether each write is synced to the disk. */
  readonly isSynced: boolean;
}

/**
 * Appends changes to a file as lines of JSON, in order, many with one write. When most of its lines are outdated, a compacted
 * journal is written to a new file, which replaces it.
 *
 * With `isSynced`, changes that `waitUntilWritten` has confirmed survive a power failure; changes that are made during a sync share
 * the next one. Without it, they survive the end of the process, even by SIGKILL.
 */
export class Journal {
  readonly #path: string;
  readonly #options: JournalOptions;
  #file: FileHandle;
  #pending: string[] = [];
  /** The number of appended entries, and of those that are written. */
  #appendedCount = 0;
  #writtenCount = 0;
  #lineCount: number;
  /** The pending writes. */
  #writing: Promise<void> | undefined;
  /** The current write. */
  #write: Promise<void> | undefined;
  #failure: Error | undefined;

  private constructor(path: string, file: FileHandle, lineCount: number, options: JournalOptions) {
    this.#path = path;
    this.#file = file;
    this.#lineCount = lineCount;
    this.#options = options;
  }

  /** Reads a journal and calls `restore` with each entry. An incomplete last line is discarded. */
  static async open(
    path: string,
    restore: (entry: JournalEntry) => void,
    options: JournalOptions,
  ): Promise<Journal> {
    const { lineCount, length } = await readJournal(path, restore);
    if (length === 0) {
      await replaceFile(path, [header]);
      if (options.isSynced) await syncFolder(dirname(path));
    } else await truncate(path, length);
    return new Journal(path, await open(path, "a"), lineCount, options);
  }

  append(entry: JournalEntry): void {
    if (this.#failure) return;
    this.#pending.push(`${JSON.stringify(entry)}\n`);
    this.#appendedCount++;
    this.#writing ??= this.#writePending();
  }

  /** Resolves when all entries so far are written. After a failed write, rejects permanently. */
  async waitUntilWritten(): Promise<void> {
    const wanted = this.#appendedCount;
    while (this.#writtenCount < wanted && !this.#failure) await (this.#write ?? Promise.resolve());
    if (this.#failure) throw this.#failure;
  }

  async close(): Promise<void> {
    try {
      await this.waitUntilWritten();
    } finally {
      await this.#writing;
      await this.#file.close();
    }
  }

  /** Never rejects: `waitUntilWritten` throws the error. */
  async #writePending(): Promise<void> {
    // Waits for all changes of this turn of the event loop, and writes them together.
    await Promise.resolve();
    while (this.#pending.length > 0 && !this.#failure) {
      const lines = this.#pending;
      this.#pending = [];
      this.#write = this.#writeLines(lines);
      await this.#write;
    }
    this.#write = undefined;
    this.#writing = undefined;
  }

  async #writeLines(lines: readonly string[]): Promise<void> {
    try {
      await this.#file.appendFile(lines.join(""));
      if (this.#options.isSynced) await this.#file.datasync();
      this.#writtenCount += lines.length;
      this.#lineCount += lines.length;
      if (this.#lineCount > 2 * this.#options.liveCount() + 5_000) await this.#compact();
    } catch (error) {
      this.#failure = new Error(
        `The local Batch service cannot write its state to ${this.#path}: changes from now on are lost when it ends. Free space or correct the permissions, and start it again.`,
        { cause: error },
      );
    }
  }

  /**
   * Writes the current state to a new file. Records may change meanwhile; these changes are pending, and are appended
   * afterwards.
   */
  async #compact(): Promise<void> {
    const chunks = joinIntoChunks(header, this.#options.live());
    const lineCount = await replaceFile(this.#path, chunks);
    if (this.#options.isSynced) await syncFolder(dirname(this.#path));
    const outdated = this.#file;
    this.#file = await open(this.#path, "a");
    this.#lineCount = lineCount;
    await outdated.close();
  }
}

async function readJournal(
  path: string,
  restore: (entry: JournalEntry) => void,
): Promise<{ lineCount: number; length: number }> {
  let [lineCount, length, rest] = [0, 0, Buffer.alloc(0)];
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      rest = Buffer.concat([rest, chunk]);
      for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
        lineCount++;
        const entry = parseLine(rest.toString("utf8", 0, end), path, lineCount);
        if (lineCount > 1) restore(entry);
        rest = rest.subarray(end + 1);
        length += end + 1;
      }
    }
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  }
  return { lineCount, length };
}

function parseLine(line: string, path: string, number: number): JournalEntry {
  if (number === 1 && `${line}\n` !== header)
    throw createUnreadableError(path, "was not written by this version: its first line is different");
  try {
    return JSON.parse(line) as JournalEntry;
  } catch (error) {
    throw createUnreadableError(path, `is damaged in line ${number}`, error);
  }
}

function createUnreadableError(path: string, why: string, cause?: unknown): BatchOutputsError {
  return new BatchOutputsError(
    "StateUnreadable",
    `The state of the local Batch service in ${path} ${why}. Move its folder away to start with an empty service, or use another folder.`,
    cause === undefined ? { path } : { path, cause },
  );
}

/** Syncs the folder of a renamed file: the new name survives a power failure only after that. */
async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, "r");
  await folder.sync();
}

function* joinIntoChunks(first: string, entries: Iterable<JournalEntry>): Generator<string> {
  let chunk = first;
  for (const entry of entries) {
    chunk += `${JSON.stringify(entry)}\n`;
    if (chunk.length < 1 << 20) continue;
    yield chunk;
    chunk = "";
  }
  yield chunk;
}

/** Replaces a file atomically. Returns the number of lines. */
async function replaceFile(path: string, chunks: Iterable<string>): Promise<number> {
  const fresh = `${path}.new`;
  let lineCount = 0;
  try {
    await rm(fresh, { force: true });
    const file = await open(fresh, "wx", 0o600);
    try {
      for (const chunk of chunks) {
        await writeFile(file, chunk);
        for (const character of chunk) if (character === "\n") lineCount++;
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(fresh, path);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
  return lineCount;
}
