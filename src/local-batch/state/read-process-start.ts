import { readFile } from "node:fs/promises";
import { hasCode, parseProcessStart } from "../../core/index.js";

/**
 * Reads the start time of a process, in the system's units, which distinguishes it from a later process with the same
 * id. Returns `undefined` if the process has ended, or if the system has no `/proc`.
 */
export async function readProcessStart(processId: number): Promise<string | undefined> {
  try {
    return parseProcessStart(await readFile(`/proc/${processId}/stat`, "latin1"));
  } catch (error) {
    if (hasCode(error, "ENOENT", "ESRCH")) return undefined;
    throw error;
  }
}
