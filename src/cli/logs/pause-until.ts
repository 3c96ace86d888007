import { setTimeout as sleep } from "node:timers/promises";

/** Waits so long, or until the signal fires; both are an end. */
export async function pauseUntil(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
