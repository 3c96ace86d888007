import type { AbortSignalLike } from "@azure/abort-controller";
import { throwIfAborted } from "./abort.js";

/** Waits, or throws the SDK's `AbortError` as soon as the signal fires. */
export async function pause(delayMs: number, abortSignal: AbortSignalLike | undefined): Promise<void> {
  throwIfAborted(abortSignal);
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      abortSignal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, delayMs);
    abortSignal?.addEventListener("abort", done);
  });
  throwIfAborted(abortSignal);
}
