import { raceWithAbort } from "../../../core/index.js";

/** The number of searches that compute at the same time: the server's main thread needs the rest of the machine. */
const maxTurns = 2;

let taken = 0;
const waiting: (() => void)[] = [];

/** Waits until one of the concurrent searches has ended; disposing of the result lets the next one begin. */
export async function searchTurn(abortSignal: AbortSignal): Promise<Disposable> {
  abortSignal.throwIfAborted();
  if (taken < maxTurns) {
    taken += 1;
  } else {
    let enter = (): void => undefined;
    const entered = new Promise<void>((resolve) => {
      enter = resolve;
    });
    waiting.push(enter);
    try {
      await raceWithAbort(entered, abortSignal);
    } catch (error) {
      const place = waiting.indexOf(enter);
      // The turn was assigned before the abort, and is passed on.
      if (place === -1) passOn();
      else waiting.splice(place, 1);
      throw error;
    }
  }
  return { [Symbol.dispose]: passOn };
}

function passOn(): void {
  const next = waiting.shift();
  if (next === undefined) taken -= 1;
  else next();
}
