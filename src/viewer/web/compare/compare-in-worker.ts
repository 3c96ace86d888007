import type { Comparison } from "./compare-lines.js";
import type { CompareRequest } from "./compare-worker.js";

/** Aligns the lines of two logs in a worker, which ends with the signal. */
export async function compareInWorker(
  request: CompareRequest,
  abortSignal: AbortSignal,
): Promise<Comparison> {
  const worker = new Worker(new URL("./compare-worker.ts", import.meta.url), { type: "module" });
  try {
    return await new Promise<Comparison>((resolve, reject) => {
      worker.addEventListener("message", ({ data }: MessageEvent<Comparison>) => {
        resolve(data);
      });
      worker.addEventListener("error", ({ message }) => {
        reject(new Error(message));
      });
      abortSignal.addEventListener("abort", () => {
        reject(abortSignal.reason as Error);
      });
      worker.postMessage(request);
    });
  } finally {
    worker.terminate();
  }
}
