import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { hasCode } from "../errors/has-code.js";

/**
 * Creates a folder, and those above it, if they are missing. On a read-only file system Node.js reports that a folder does not exist
 * (ENOENT); this reports why it cannot be created.
 */
export async function createFolders(path: string, options: { readonly mode?: number } = {}): Promise<void> {
  try {
    await mkdir(path, { ...options, recursive: true });
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
    await createTopmostMissing(path, options);
    await mkdir(path, { ...options, recursive: true });
  }
}

async function createTopmostMissing(path: string, options: { readonly mode?: number }): Promise<void> {
  try {
    await mkdir(path, options);
  } catch (error) {
    if (hasCode(error, "EEXIST")) return;
    if (!hasCode(error, "ENOENT") || dirname(path) === path) throw error;
    await createTopmostMissing(dirname(path), options);
  }
}
