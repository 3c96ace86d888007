import { readFile } from "node:fs/promises";
import { pauseUntil } from "../logs/pause-until.js";

/**
 * Resolves when the process has ended or does not exist, or when the signal fires. A later process with the same id is
 * not waited for.
 */
export async function waitForProcess(processId: number, signal: AbortSignal): Promise<void> {
  const first = await readProcessStart(processId);
  let now = first;
  while (now !== undefined && now === first && !signal.aborted) {
    await pauseUntil(200, signal);
    now = await readProcessStart(processId);
  }
}

/**
 * Returns the start time of the process, if the system shows it. `undefined` if the process has ended, even if it is
 * still a zombie.
 */
export async function readProcessStart(processId: number): Promise<string | undefined> {
  if (!isThere(processId)) return undefined;
  try {
    const stat = await readFile(`/proc/${processId}/stat`, "latin1");
    // The name is in parentheses and may contain any character. Of the fields after it, the state is the first, and the
    // start time is the 20th.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? undefined : (fields[19] ?? "");
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return isThere(processId) ? "" : undefined;
  }
}

function isThere(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    return error.code === "EPERM";
  }
}
