import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { hasCode } from "../errors/has-code.js";
import { rewordError } from "../errors/reword-error.js";

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
      if (!(await isFolder(path))) throw explainObstacle(error, path);
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
    if (!(await isFolder(path))) throw explainObstacle(error, path);
  }
}

/** Node.js says only that a file "already exists" where a folder was to be created. */
function explainObstacle(error: unknown, path: string): unknown {
  if (!(error instanceof Error)) return error;
  if (hasCode(error, "EEXIST")) return rewordError(error, `'${path}' exists, and is not a folder`);
  if (hasCode(error, "ENOTDIR"))
    return rewordError(error, `'${path}' is below something that is not a folder`);
  return error;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    // The error of the creation says what is wrong.
    return false;
  }
}
