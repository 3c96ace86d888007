import { setTimeout } from "node:timers/promises";

/** The longest that a timer of Node.js can wait. */
const maxTimerInMs = 2 ** 31 - 1;

/** Waits for a time of the clock in milliseconds, `Infinity` for none, or for the signal, whichever is first. */
export async function pauseUntil(time: number, signal: AbortSignal): Promise<void> {
  for (let left = time - Date.now(); left > 0 && !signal.aborted; left = time - Date.now()) {
    const aborted = setTimeout(Math.min(left, maxTimerInMs), undefined, { signal });
    await aborted.catch(() => undefined);
  }
}
