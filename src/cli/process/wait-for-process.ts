import { readFile } from "node:fs/promises";
import { pauseUntil } from "../logs/pause-until.js";

/** Settles when the process is gone, or was not there, or the signal fires. Whoever takes its number later is another. */
export async function untilProcessEnds(processId: number, signal: AbortSignal): Promise<void> {
  const first = await processStart(processId);
  let now = first;
  while (now !== undefined && now === first && !signal.aborted) {
    await pauseUntil(200, signal);
    now = await processStart(processId);
  }
}

/** When it started, where the system tells; `undefined` when it is gone, also when nobody has asked for its status yet. */
export async function processStart(processId: number): Promise<string | undefined> {
  if (!isThere(processId)) return undefined;
  try {
    const stat = await readFile(`/proc/${processId}/stat`, "latin1");
    // After the name, which is in brackets and may hold anything: the state first, the start time as the 20th.
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
