import { isRestErrorLike } from "../../../core/index.js";

const triesByRequest = new WeakMap<object, number>();

/** The number of tries of each request that got no answer. */
export function getUnansweredTries(request: object): number {
  return triesByRequest.get(request) ?? 0;
}

/** Counts a try of the request that got no answer. */
export function noteUnansweredTry(request: object): void {
  triesByRequest.set(request, getUnansweredTries(request) + 1);
}

/**
 * Whether an earlier try of the failed request got no answer: it may have been carried out, and that may be why the
 * service refused the last one.
 */
export function hadUnansweredTry(error: unknown): boolean {
  return isRestErrorLike(error) && error.request !== undefined && getUnansweredTries(error.request) > 0;
}
