import { constants, existsSync, readlinkSync } from "node:fs";
import { type FileHandle, lstat, mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { hasCode } from "./errors/has-code.js";

/**
 * Linux gives every open folder a path of its own. A name below that path leads into the folder that was opened, also
 * when the folder has been moved and its former name leads elsewhere.
 */
const descriptorFolder = "/proc/self/fd";
const hasDescriptorPaths = process.platform === "linux" && existsSync(descriptorFolder);

/** Why a folder cannot be entered. */
export type EntryProblem = "symbolic link" | "not a folder";

/**
 * A folder that is held open while files are written into it. On Linux nothing that happens to the names on the way to it
 * leads a file elsewhere. Other systems have no such paths for Node.js: there a folder that was replaced is noticed
 * afterwards, by `isInPlace`.
 */
export class HeldFolder {
  /** Where the folder was when it was opened: for messages. */
  readonly shownPath: string;
  /** The path to reach the folder by, as long as it is held. */
  readonly path: string;
  readonly #handle: FileHandle | undefined;
  readonly #identity: string;
  #nextLook: Promise<boolean> | undefined;

  private constructor(shownPath: string, handle: FileHandle | undefined, identity: string) {
    this.shownPath = shownPath;
    this.path = handle === undefined ? shownPath : `${descriptorFolder}/${handle.fd}`;
    this.#handle = handle;
    this.#identity = identity;
  }

  /** Opens a folder. The last name of its path must not be a link. */
  static async open(shownPath: string, path = shownPath): Promise<HeldFolder | EntryProblem> {
    const problem = await findProblem(path);
    if (problem !== undefined) return problem;
    if (!hasDescriptorPaths) return new HeldFolder(shownPath, undefined, formatIdentity(await lstat(path)));
    try {
      const flags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
      const handle = await open(path, flags);
      return new HeldFolder(shownPath, handle, formatIdentity(await handle.stat()));
    } catch (error) {
      // It was replaced since it was looked at.
      const found = hasCode(error, "ENOTDIR", "ELOOP") ? await findProblem(path) : undefined;
      if (found === undefined) throw error;
      return found;
    }
  }

  /** Opens a folder in this one; creates it if it is missing. */
  async openChild(name: string): Promise<HeldFolder | EntryProblem> {
    const path = join(this.path, name);
    await mkdir(path).catch((error: unknown) => {
      if (!hasCode(error, "EEXIST")) throw error;
    });
    return await HeldFolder.open(join(this.shownPath, name), path);
  }

  /** Whether the folder is still where it was opened. */
  isInPlace(): Promise<boolean> {
    return (this.#nextLook ??= this.#lookAfterThisTurn());
  }

  /**
   * Whether Linux still knows the open folder by its path. It takes no access to the disk, and no thread. Another path does
   * not prove that the folder was replaced: a file system may spell names in another way.
   */
  #hasItsPath(): boolean {
    if (this.#handle === undefined) return false;
    try {
      return readlinkSync(this.path) === this.shownPath;
    } catch {
      return false;
    }
  }

  /** Looks once for all calls within a turn of the event loop, because small files often end together. */
  async #lookAfterThisTurn(): Promise<boolean> {
    await new Promise(setImmediate);
    this.#nextLook = undefined;
    if (this.#hasItsPath()) return true;
    try {
      return formatIdentity(await lstat(this.shownPath)) === this.#identity;
    } catch (error) {
      if (hasCode(error, "ENOENT", "ENOTDIR")) return false;
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#handle?.close();
  }
}

async function findProblem(path: string): Promise<EntryProblem | undefined> {
  const found = await lstat(path);
  if (found.isSymbolicLink()) return "symbolic link";
  return found.isDirectory() ? undefined : "not a folder";
}

function formatIdentity({ dev, ino }: { dev: number; ino: number }): string {
  return `${dev} ${ino}`;
}
