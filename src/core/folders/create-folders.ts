import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { hasCode } from "../errors/has-code.js";

/**
 * Creates a folder, and those above it, if they are missing. Node.js's own recursive `mkdir` does not end below folders in which
 * nothing can be created, such as `/proc`, and reports those of a read-only file system as missing (ENOENT).
 */
export async function createFolders(path: string, options: { readonly mode?: number } = {}): Promise<void> {
  try {
    await mkdir(path, options);
  } catch (error) {
    const parent = dirname(path);
    if (!hasCode(error, "ENOENT") || parent === path) {
      if (!(await isFolder(path))) throw error;
      return;
    }
    await createFolders(parent, options);
    await createUnlessPresent(path, options);
  }
}

/** Another process may create it at the same time. */
async function createUnlessPresent(path: string, options: { readonly mode?: number }): Promise<void> {
  try {
    await mkdir(path, options);
  } catch (error) {
    if (!(await isFolder(path))) throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    // The error of the creation says what is wrong.
    return false;
  }
}
