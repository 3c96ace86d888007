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

const uncertain = new WeakSet<object>();

/** Notes that a try of the request was answered with a transient error: it may have been carried out. */
export function noteUncertainTry(request: object): void {
  uncertain.add(request);
}

/**
 * Whether an earlier try of the failed request got no answer, or one that does not say whether it was carried out: that may
 * be why the service refused the last one.
 */
export function hadUnansweredTry(error: unknown): boolean {
  if (!isRestErrorLike(error) || error.request === undefined) return false;
  return getUnansweredTries(error.request) > 0 || uncertain.has(error.request);
}
