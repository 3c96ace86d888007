import { setMaxListeners } from "node:events";
import { AbortError, type AbortSignalLike } from "@azure/abort-controller";

/** An abort signal that can be fired here, and also fires with the signal of the caller. */
export interface LinkedAbort extends Disposable {
  readonly signal: AbortSignal;
  abort(): void;
}

/** Shared: creating an error, with its stack, would be the most expensive part of ending a small transfer. */
const aborted = new AbortError("The operation was aborted.");

/**
 * Creates a signal that stops all parts of one call: when the signal of a caller fires, or when one part fails. It adds one
 * listener to the signal of each caller, however many parts there are: Node.js warns of a leak from the 11th on.
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

/** Throws the `AbortError` of the Azure SDK if the signal has fired. */
export function throwIfAborted(signal: AbortSignalLike | undefined): void {
  if (signal?.aborted) throw new AbortError("The operation was aborted.");
}

/** Waits for the promise until the signal fires, then throws the `AbortError` of the Azure SDK. */
export async function raceWithAbort<T>(promise: Promise<T>, signal: AbortSignalLike): Promise<T> {
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
