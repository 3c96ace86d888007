import { readFile } from "node:fs/promises";
import { parseProcessStart } from "../../core/index.js";
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
    return parseProcessStart(await readFile(`/proc/${processId}/stat`, "latin1"));
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
