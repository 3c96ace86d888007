import { readFile } from "node:fs/promises";
import { hasCode } from "../../core/index.js";

/**
 * When a process started, as the system counts it: it tells a process from a later one with the same id. `undefined` where
 * there is no such process any more, or where the system has no `/proc` to say so.
 */
export async function processStartedAt(processId: number): Promise<string | undefined> {
  try {
    const status = await readFile(`/proc/${processId}/stat`, "latin1");
    // The program's name stands in parentheses and may hold anything; the 22nd field is the 20th behind it.
    const fields = status.slice(status.lastIndexOf(")") + 2).split(" ");
    // One that has ended and that nobody has asked how runs no more.
    return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
  } catch (error) {
    if (hasCode(error, "ENOENT", "ESRCH")) return undefined;
    throw error;
  }
}
