import { setMaxListeners } from "node:events";
import { AbortError, type AbortSignalLike } from "@azure/abort-controller";

/** An abort of one's own that also follows the caller's signal. */
export interface LinkedAbort extends Disposable {
  readonly signal: AbortSignal;
  abort(): void;
}

/** One for all: to make a new one takes longer than the rest of what ends a small transfer. */
const aborted = new AbortError("The operation was aborted.");

/**
 * Stops the parts of one call together: when one of the callers' signals says so, or when one part has failed. However many
 * parts there are, a caller's signal is listened to once: Node.js warns of a leak from the 11th listener on.
 */
export function linkAbort(...parents: readonly (AbortSignalLike | undefined)[]): LinkedAbort {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  const abort = (): void => {
    controller.abort(aborted);
  };
  for (const parent of parents) {
    if (parent?.aborted) abort();
    else parent?.addEventListener("abort", abort);
  }
  return {
    signal: controller.signal,
    abort,
    [Symbol.dispose]: () => {
      for (const parent of parents) parent?.removeEventListener("abort", abort);
    },
  };
}

/** Throws the SDK's `AbortError` when the signal has fired. */
export function throwIfAborted(signal: AbortSignalLike | undefined): void {
  if (signal?.aborted) throw new AbortError("The operation was aborted.");
}

/** Waits for the promise, but no longer than until the signal fires: then throws the SDK's `AbortError`. */
export async function untilAborted<T>(promise: Promise<T>, signal: AbortSignalLike): Promise<T> {
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => {
      reject(new AbortError("The operation was aborted."));
    };
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (stop) signal.removeEventListener("abort", stop);
  }
}
