import {
  getClockStepNs,
  getFileIdentity,
  type FileStat,
  isBirthRecorded,
  isSameFile,
  isSameInode,
} from "./file-stat.js";
import type { OpenFiles } from "./open-files.js";
import { findBeside } from "./siblings.js";
import type { SourceFiles, SourceHandle } from "./source-files.js";

/** The file system, and the files held open. */
export interface FileAccess {
  readonly files: SourceFiles;
  readonly openFiles: OpenFiles;
  /** Notes each file when it is opened for the first time. */
  readonly opened?: { add(file: SourceFile): void } | undefined;
}

class FileGone extends Error {}

/** A file, even if it is renamed. It is held open from its first use, unless the limit of open files is reached. */
export class SourceFile {
  /** The state of the file when it was opened for the first time. */
  readonly first: FileStat;
  readonly identity: string;
  /** Whether the file had content when it was last looked at, with which it is compared when it is opened again. */
  isContentKnown = false;
  /** Whether it was found under another name, or another file, or none, was seen under the tracked path after it. */
  hasLeft: boolean;
  readonly #access: FileAccess;
  readonly #trackedPath: string;
  #path: string;
  /** When it was last closed. Its inode number was not reused before. */
  #heldUntilNs = 0n;
  #isCertain = true;

  private constructor(access: FileAccess, trackedPath: string, path: string, first: FileStat) {
    this.#access = access;
    this.#trackedPath = trackedPath;
    this.#path = path;
    this.hasLeft = path !== trackedPath;
    this.first = first;
    this.identity = getFileIdentity(first);
  }

  /** Opens the file at the path. `undefined` if there is none, or it is no regular file. */
  static async open(
    access: FileAccess,
    trackedPath: string,
    path = trackedPath,
  ): Promise<SourceFile | undefined> {
    const handle = await access.files.open(path);
    if (handle === undefined) return undefined;
    const stat = await statOrClose(handle);
    if (!stat.isFile) {
      await handle.close();
      return undefined;
    }
    const file = new SourceFile(access, trackedPath, path, stat);
    access.opened?.add(file);
    await access.openFiles.use(
      file,
      () => Promise.resolve(file.#hold(handle)),
      () => Promise.resolve(),
    );
    return file;
  }

  /**
   * Whether it is proved to be the file that was opened first. If not, it has the same number, and where births are not
   * recorded any later file may have that.
   */
  get isCertain(): boolean {
    return this.#isCertain;
  }

  /** Whether this is the file with that state. */
  is(stat: FileStat): boolean {
    return this.isHeld ? isSameInode(stat, this.first) : isSameFile(stat, this.first);
  }

  /**
   * Whether the state, found under another path than the tracked one, is that of this file. The inode number alone does
   * not prove that, because it can be reused: within one step of the clock, or without recorded birth times, by a file
   * with the same identity. Returns true if no later file can have the same identity, or if there is content to
   * compare.
   */
  isMovedTo(stat: FileStat): boolean {
    return this.is(stat) && (this.isHeld || this.isContentKnown || this.#isUnique());
  }

  /** Whether this is the file with that state, under the tracked path. */
  isUnderPath(stat: FileStat): boolean {
    return this.hasLeft ? this.isMovedTo(stat) : this.is(stat);
  }

  /** Whether this file is under the tracked path now. */
  async isUnderPathNow(): Promise<boolean> {
    const stat = await this.#access.files.stat(this.#trackedPath);
    return stat !== undefined && this.isUnderPath(stat);
  }

  /** Whether it is held open now: then its inode number is not reused. */
  get isHeld(): boolean {
    return this.#access.openFiles.holds(this);
  }

  /** Calls `read` with the open file; returns `undefined` if the file is gone. */
  async use<T>(read: (handle: SourceHandle) => Promise<T>): Promise<T | undefined> {
    try {
      return await this.#access.openFiles.use(this, () => this.#open(), read);
    } catch (error) {
      if (error instanceof FileGone) return undefined;
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#access.openFiles.close(this);
  }

  async #open(): Promise<SourceHandle> {
    const { files } = this.#access;
    const here = await this.#openAt(this.#path);
    if (here !== undefined) return here;
    const moved = await findBeside(files, this.#trackedPath, (stat) => this.isMovedTo(stat));
    const there = moved === undefined ? undefined : await this.#openAt(moved);
    if (there === undefined) throw new FileGone();
    return there;
  }

  async #openAt(path: string): Promise<SourceHandle | undefined> {
    const handle = await this.#access.files.open(path);
    if (handle === undefined) return undefined;
    const stat = await statOrClose(handle);
    if (path === this.#trackedPath ? this.isUnderPath(stat) : this.isMovedTo(stat)) {
      const hasMoved = this.hasLeft || path !== this.#trackedPath;
      if (hasMoved && !isBirthRecorded(this.identity)) this.#isCertain = false;
      this.#path = path;
      return this.#hold(handle);
    }
    await handle.close();
    return undefined;
  }

  /** Whether no file that was created after this one was closed can have its identity. */
  #isUnique(): boolean {
    const { bornNs } = this.first;
    return bornNs !== 0n && this.#heldUntilNs > bornNs + getClockStepNs(bornNs);
  }

  /** Records when the handle is closed. */
  #hold(handle: SourceHandle): SourceHandle {
    return {
      stat: () => handle.stat(),
      read: (buffer, start, count, position) => handle.read(buffer, start, count, position),
      close: async () => {
        this.#heldUntilNs = this.#access.files.nowNs();
        await handle.close();
      },
    };
  }
}

async function statOrClose(handle: SourceHandle): Promise<FileStat> {
  try {
    return await handle.stat();
  } catch (error) {
    await handle.close();
    throw error;
  }
}
