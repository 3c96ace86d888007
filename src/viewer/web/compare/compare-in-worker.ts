import { RequestError } from "../api/failure.js";
import { reading } from "../text/reading.js";
import type { CompareAnswer, CompareRequest } from "./compare-worker.js";

/** The maximum time of the worker. Aligning has a limit of its own, which is shorter. */
const limitInMs = 60_000;

/**
 * Compares two logs in a worker, which ends with the signal.
 *
 * @throws RequestError `NotCompared` if the worker fails or takes too long.
 */
export async function compareInWorker(
  request: CompareRequest,
  abortSignal: AbortSignal,
): Promise<CompareAnswer> {
  const worker = new Worker(new URL("./compare-worker.ts", import.meta.url), { type: "module" });
  const { promise, resolve, reject } = Promise.withResolvers<CompareAnswer>();
  const fail = () => {
    reject(new RequestError({ code: "NotCompared", reason: reading.log.compare.failed }));
  };
  const limit = setTimeout(fail, limitInMs);
  worker.addEventListener("message", ({ data }: MessageEvent<CompareAnswer>) => {
    resolve(data);
  });
  worker.addEventListener("error", fail);
  const leave = () => {
    reject(abortSignal.reason as Error);
  };
  abortSignal.addEventListener("abort", leave);
  try {
    worker.postMessage(request);
    return await promise;
  } finally {
    clearTimeout(limit);
    abortSignal.removeEventListener("abort", leave);
    worker.terminate();
  }
}
