import { setTimeout as sleep } from "node:timers/promises";

/** Waits for this time, or until the signal fires. */
export async function pauseUntil(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
