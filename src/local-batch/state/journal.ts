import { createReadStream } from "node:fs";
import { type FileHandle, open, rename, rm, truncate, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { BatchOutputsError, hasCode } from "../../core/index.js";

const header = `${JSON.stringify({ format: "azure-batch-outputs local Batch state", version: 1 })}\n`;

/** What was true of a record, one line of JSON each. */
export interface JournalEntry {
  readonly collection: string;
  readonly ids?: readonly string[];
  readonly record?: unknown;
}

export interface JournalOptions {
  /** Every entry that says all there is to say now: what a compacted journal holds. */
  readonly live: () => Iterable<JournalEntry>;
  /** How many those are. */
  readonly liveCount: () => number;
  /** Whether each write is forced onto the disk. */
  readonly isSynced: boolean;
}

/**
 * Changes as lines of JSON in a file, appended in the order in which they came, many with one write. When most of its
 * lines are outdated it is written anew beside itself and takes its own place.
 *
 * With `isSynced`, what `settled()` has confirmed is on the disk and outlives a power cut; changes that come while one write
 * is being synced share the next one. Without it, it outlives the process, by whatever signal that ends.
 */
export class Journal {
  readonly #path: string;
  readonly #options: JournalOptions;
  #file: FileHandle;
  #pending: string[] = [];
  /** How many entries came, and how many of them are written. */
  #appendedCount = 0;
  #writtenCount = 0;
  #lineCount: number;
  /** The writes from the first pending entry to the last. */
  #writing: Promise<void> | undefined;
  /** The write that is under way. */
  #write: Promise<void> | undefined;
  #failure: Error | undefined;

  private constructor(path: string, file: FileHandle, lineCount: number, options: JournalOptions) {
    this.#path = path;
    this.#file = file;
    this.#lineCount = lineCount;
    this.#options = options;
  }

  /** Reads the journal, each entry into `restore`; a last line that was cut off is dropped. */
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

  /** Resolves once everything appended so far is in the file, whatever comes after it; rejects for good when that failed. */
  async settled(): Promise<void> {
    const wanted = this.#appendedCount;
    while (this.#writtenCount < wanted && !this.#failure) await (this.#write ?? Promise.resolve());
    if (this.#failure) throw this.#failure;
  }

  async close(): Promise<void> {
    try {
      await this.settled();
    } finally {
      await this.#writing;
      await this.#file.close();
    }
  }

  /** Never rejects: `settled` reports what went wrong. */
  async #writePending(): Promise<void> {
    // Changes of this turn of the event loop go with one write.
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
        `The local Batch service cannot write its state to ${this.#path}: changes since then are lost when it ends. Free space or correct the permissions, and start it again.`,
        { cause: error },
      );
    }
  }

  /**
   * Records go on changing while this writes. That does no harm: what changes meanwhile is pending, and comes behind
   * whatever state of it was written here.
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
    throw unreadable(path, "is none of this version's: its first line is another one");
  try {
    return JSON.parse(line) as JournalEntry;
  } catch (error) {
    throw unreadable(path, `is damaged in line ${number}`, error);
  }
}

function unreadable(path: string, why: string, cause?: unknown): BatchOutputsError {
  return new BatchOutputsError(
    "StateUnreadable",
    `The state of the local Batch service in ${path} ${why}. Move its folder away to start with an empty service, or name another folder.`,
    cause === undefined ? { path } : { path, cause },
  );
}

/** A file that was renamed has its new name after a power cut only when its folder is on the disk. */
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

/** Whole or not at all; the number of lines. */
async function replaceFile(path: string, chunks: Iterable<string>): Promise<number> {
  const fresh = `${path}.new`;
  let lineCount = 0;
  try {
    const file = await open(fresh, "w", 0o600);
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
