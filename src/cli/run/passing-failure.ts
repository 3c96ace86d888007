import { isBatchOutputsError } from "../../errors.js";
import { serviceErrorStatus } from "../../storage/index.js";

/** Whether the same request may succeed a little later: nothing answered, or the service said that it is busy or broken. */
export function isPassingFailure(error: unknown): boolean {
  if (isBatchOutputsError(error)) return ["StoreUnreachable", "ContainerBeingDeleted"].includes(error.code);
  const status = serviceErrorStatus(error);
  if (status !== undefined) return status >= 500 || status === 408 || status === 429;
  // Of the SDK, without an answer: the connection broke for a reason that has no name.
  return error instanceof Error && error.name === "RestError";
}

/** What to wait before the next try: soon at first, then every half minute. */
export function retryDelayMs(failures: number): number {
  return Math.min(30_000, 500 * 2 ** Math.min(failures, 10));
}
