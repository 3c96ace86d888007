import { RequestError } from "../api/failure.js";
import { askWorker } from "../page/ask-worker.js";
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
  return await askWorker<CompareAnswer>(worker, request, {
    limitInMs,
    abortSignal,
    createError: () => new RequestError({ code: "NotCompared", reason: reading.log.compare.failed }),
  });
}
