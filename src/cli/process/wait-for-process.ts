import { readFile } from "node:fs/promises";
import { pauseUntil } from "../logs/pause-until.js";

/**
 * Resolves when the process has ended or does not exist, or the signal fires. A later process with the same id is a
 * different one.
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
 * Returns the process's start time, if the system shows it; `undefined` when it has ended, even if its status has not
 * been read.
 */
export async function readProcessStart(processId: number): Promise<string | undefined> {
  if (!isThere(processId)) return undefined;
  try {
    const stat = await readFile(`/proc/${processId}/stat`, "latin1");
    // The fields after the name, which is in parentheses and may contain anything: the state is the first, the start
    // time the 20th.
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
