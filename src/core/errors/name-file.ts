import { rewordError } from "./reword-error.js";

/**
 * Adds the file to an error of the system that does not name it, such as that of a write to an open file: `ENOSPC: no space left on
 * device, write '/data/result.csv'`, as Node.js words it for calls with a path. Returns the same error.
 */
export function nameFile(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !("syscall" in error) || "path" in error || "dest" in error) return error;
  return Object.assign(rewordError(error, `${error.message} '${path}'`), { path });
}
