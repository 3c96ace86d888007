import { lstat, mkdir, realpath } from "node:fs/promises";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { BatchOutputsError } from "./errors/batch-outputs-error.js";
import { hasCode } from "./errors/has-code.js";

/** A folder for files whose names come from a store: no name leads outside of it. */
export class SafeFolder {
  /** The real path of the folder. */
  readonly root: string;
  /** The sub-folder that was checked last: files of one folder come one after the other. */
  #checkedFolder = "";

  private constructor(root: string) {
    this.root = root;
  }

  /** Opens the folder; creates it if it is missing. The folder itself may be a symbolic link. */
  static async open(directory: string): Promise<SafeFolder> {
    const root = resolve(directory);
    await mkdir(root, { recursive: true });
    return new SafeFolder(await realpath(root));
  }

  /**
   * Returns the absolute path of a file and creates its folders. Throws for a path that leaves the folder or passes a symbolic
   * link.
   */
  async pathFor(relativePath: string): Promise<string> {
    const target = join(this.root, ...relativePath.split("/"));
    const below = relative(this.root, target);
    if (below === "" || isAbsolute(below) || below.split(sep)[0] === "..")
      throw createUnsafePathError(relativePath, "it leads outside of the folder");
    const folders = below.split(sep).slice(0, -1);
    const folder = folders.join(sep);
    if (folder !== this.#checkedFolder) {
      await this.#createFolders(folders, relativePath);
      this.#checkedFolder = folder;
    }
    return target;
  }

  async #createFolders(folders: readonly string[], relativePath: string): Promise<void> {
    let path = this.root;
    for (const folder of folders) {
      path = join(path, folder);
      await mkdir(path).catch((error: unknown) => {
        if (!hasCode(error, "EEXIST")) throw error;
      });
      const found = await lstat(path);
      if (found.isSymbolicLink()) throw createUnsafePathError(relativePath, `${path} is a symbolic link`);
      if (!found.isDirectory()) throw createUnsafePathError(relativePath, `${path} is a file, not a folder`);
    }
  }
}

function createUnsafePathError(path: string, why: string): BatchOutputsError {
  return new BatchOutputsError("UnsafePath", `The output "${path}" was not written: ${why}.`, { path });
}
