import { lstat, mkdir, realpath } from "node:fs/promises";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { BatchOutputsError } from "./batch-outputs-error.js";

/** A folder of the caller's, into which names from a store are written, and nowhere else. */
export class SafeFolder {
  /** The folder itself, without links on the way to it. */
  readonly root: string;
  /** The folder that was looked at last: files of one folder come one after the other. */
  #known = "";

  private constructor(root: string) {
    this.root = root;
  }

  /** Makes the folder if it is missing. It may itself be reached through a link: that is the caller's choice. */
  static async open(directory: string): Promise<SafeFolder> {
    const root = resolve(directory);
    await mkdir(root, { recursive: true });
    return new SafeFolder(await realpath(root));
  }

  /**
   * The file's absolute path, its folders made. Refuses a path that leaves the folder or goes through a symbolic link.
   */
  async pathFor(relativePath: string): Promise<string> {
    const target = join(this.root, ...relativePath.split("/"));
    const below = relative(this.root, target);
    if (below === "" || isAbsolute(below) || below.split(sep)[0] === "..")
      throw unsafe(relativePath, "it leads outside of the folder");
    const folders = below.split(sep).slice(0, -1);
    const folder = folders.join(sep);
    if (folder !== this.#known) {
      await this.#makeFolders(folders, relativePath);
      this.#known = folder;
    }
    return target;
  }

  async #makeFolders(folders: readonly string[], relativePath: string): Promise<void> {
    let path = this.root;
    for (const folder of folders) {
      path = join(path, folder);
      await mkdir(path).catch((error: unknown) => {
        if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
      });
      const found = await lstat(path);
      if (found.isSymbolicLink()) throw unsafe(relativePath, `${path} is a symbolic link`);
      if (!found.isDirectory()) throw unsafe(relativePath, `${path} is a file, not a folder`);
    }
  }
}

function unsafe(path: string, why: string): BatchOutputsError {
  return new BatchOutputsError("UnsafePath", `The output "${path}" was not written: ${why}.`, { path });
}
