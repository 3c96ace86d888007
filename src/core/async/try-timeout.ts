const maxGrownTimeoutInMs = 60_000;

/**
 * The time limit of a further try of a request: twice that of the try before, up to a minute, so that a slow service or network is
 * not cut off again and again.
 */
export function growTryTimeout(firstInMs: number, unansweredTries: number): number {
  return Math.max(firstInMs, Math.min(firstInMs * 2 ** unansweredTries, maxGrownTimeoutInMs));
}
