import { isRestError, type PipelineRequest } from "@azure/core-rest-pipeline";

const triesByRequest = new WeakMap<PipelineRequest, number>();

/** The number of tries of the request that got no answer. */
export function unansweredTries(request: PipelineRequest): number {
  return triesByRequest.get(request) ?? 0;
}

/** Records a try of the request that got no answer. */
export function noteUnansweredTry(request: PipelineRequest): void {
  triesByRequest.set(request, unansweredTries(request) + 1);
}

/**
 * Whether an earlier try of the failed request got no answer: it may have been carried out, and that may be why the
 * service refused the last one.
 */
export function hadUnansweredTry(error: unknown): boolean {
  return isRestError(error) && error.request !== undefined && unansweredTries(error.request) > 0;
}
