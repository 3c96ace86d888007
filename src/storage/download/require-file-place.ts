import { lstat } from "node:fs/promises";
import { type ArgumentError, argumentRangeError, hasCode } from "../../core/index.js";

/** Throws for a pipe, socket or device, which a file would replace: a device of the system, perhaps. */
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

/** For a path at which there is something that is no file. */
export function createNoFileError(path: string): ArgumentError {
  return argumentRangeError("path", `must not be a pipe, socket or device: ${path}`);
}
