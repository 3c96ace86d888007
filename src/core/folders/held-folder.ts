import { constants, readlinkSync } from "node:fs";
import { type FileHandle, lstat, mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { hasCode } from "../errors/has-code.js";
import { getDescriptorPath } from "./descriptor-path.js";

/** Why a folder cannot be entered. */
export type EntryProblem = "symbolic link" | "not a folder";

/**
 * A folder that is held open while files are written into it. On Linux, changes of names on the way to it cannot redirect a file.
 * Node.js offers no such paths on other systems: there `isInPlace` detects a replaced folder afterwards.
 */
export class HeldFolder {
  /** The folder's path when it was opened, for messages. */
  readonly shownPath: string;
  /** The path to access the folder with while it is held. */
  readonly path: string;
  readonly #handle: FileHandle | undefined;
  readonly #identity: string;
  #nextCheck: Promise<boolean> | undefined;

  private constructor(shownPath: string, handle: FileHandle | undefined, identity: string) {
    this.shownPath = shownPath;
    this.path = (handle && getDescriptorPath(handle.fd)) ?? shownPath;
    this.#handle = handle;
    this.#identity = identity;
  }

  /** Opens a folder. The last segment of its path must not be a link. */
  static async open(shownPath: string, path = shownPath): Promise<HeldFolder | EntryProblem> {
    const problem = await findProblem(path);
    if (problem !== undefined) return problem;
    if (getDescriptorPath(0) === undefined)
      return new HeldFolder(shownPath, undefined, formatIdentity(await lstat(path)));
    try {
      const flags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
      const handle = await open(path, flags);
      return new HeldFolder(shownPath, handle, formatIdentity(await handle.stat()));
    } catch (error) {
      // It was replaced after the check.
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
    return (this.#nextCheck ??= this.#checkAfterThisTurn());
  }

  /**
   * Whether Linux still reports this path for the open folder. Needs no access to the disk. Another path does not prove that the
   * folder was replaced: a file system may spell names differently.
   */
  #hasItsPath(): boolean {
    if (this.#handle === undefined) return false;
    try {
      return readlinkSync(this.path) === this.shownPath;
    } catch {
      return false;
    }
  }

  /** Checks once for all calls within a turn of the event loop: small files often end together. */
  async #checkAfterThisTurn(): Promise<boolean> {
    await new Promise(setImmediate);
    this.#nextCheck = undefined;
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
