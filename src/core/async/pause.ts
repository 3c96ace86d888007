import type { AbortSignalLike } from "@azure/abort-controller";
import { throwIfAborted } from "./abort.js";

/** Waits. Throws the `AbortError` of the Azure SDK as soon as the signal fires. */
export async function pause(delayInMs: number, abortSignal: AbortSignalLike | undefined): Promise<void> {
  throwIfAborted(abortSignal);
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      abortSignal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, delayInMs);
    abortSignal?.addEventListener("abort", done);
  });
  throwIfAborted(abortSignal);
}
