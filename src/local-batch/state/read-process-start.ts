import { readFile } from "node:fs/promises";
import { hasCode } from "../../core/index.js";

/**
 * Reads the start time of a process, in the system's units, which distinguishes it from a later process with the same
 * id. Returns `undefined` if the process has ended, or if the system has no `/proc`.
 */
export async function readProcessStart(processId: number): Promise<string | undefined> {
  try {
    const status = await readFile(`/proc/${processId}/stat`, "latin1");
    // The program's name is in parentheses and may contain any character. The 22nd field is the 20th after it.
    const fields = status.slice(status.lastIndexOf(")") + 2).split(" ");
    // A zombie does not run any more.
    return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
  } catch (error) {
    if (hasCode(error, "ENOENT", "ESRCH")) return undefined;
    throw error;
  }
}
