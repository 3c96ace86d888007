import { lstat } from "node:fs/promises";
import { type ArgumentError, argumentRangeError, hasCode } from "../../core/index.js";

/** Throws if the path is a pipe, socket or device, which a download must not replace. */
export async function requireFilePlace(path: string): Promise<void> {
  try {
    const found = await lstat(path);
    if (found.isFile() || found.isDirectory() || found.isSymbolicLink()) return;
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR")) return;
    throw error;
  }
  throw createNoFileError(path);
}

/** Creates the error for a path that exists and is not a file. */
export function createNoFileError(path: string): ArgumentError {
  return argumentRangeError("path", `must not be a pipe, socket or device: ${path}`);
}
