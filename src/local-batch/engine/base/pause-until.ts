import { setTimeout } from "node:timers/promises";
import { getClock } from "../../state/clock.js";

/** The maximum delay of a timer in Node.js. */
const maxTimerInMs = 2 ** 31 - 1;

/** Waits until a time of the clock in milliseconds (`Infinity` for no time), or until the signal fires. */
export async function pauseUntil(time: number, signal: AbortSignal): Promise<void> {
  const clock = getClock();
  for (let left = time - clock.now(); left > 0 && !signal.aborted; left = time - clock.now()) {
    const pause = new AbortController();
    const end = (): void => {
      pause.abort();
    };
    const stopListening = clock.onAdvance(end);
    signal.addEventListener("abort", end);
    await setTimeout(Math.min(left, maxTimerInMs), undefined, { signal: pause.signal }).catch(
      () => undefined,
    );
    signal.removeEventListener("abort", end);
    stopListening();
  }
}
