/** The same as the SDK's maximum delay between two tries. */
const maxRetryAfterMs = 120_000;

/** The parts of an answer that show throttling. */
export interface Answer {
  readonly status: number;
  /** The value of a header, by its name in lower case. */
  getHeader(name: string): string | undefined;
}

/**
 * Whether the answer means that there were too many requests. The service answers 503 ("ServerBusy"), gateways answer
 * 429; a request that timed out within the service counts as well.
 */
export function isThrottled(answer: Answer): boolean {
  const { status } = answer;
  if (status < 429) return false;
  return (
    status === 503 ||
    status === 429 ||
    (status === 500 && answer.getHeader("x-ms-error-code") === "OperationTimedOut")
  );
}

/** Reads the delay that the store asks for: `Retry-After`, in seconds or as a date. 0 if absent. */
export function retryAfterMs(answer: Answer): number {
  const text = answer.getHeader("retry-after") ?? "";
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(0, ms), maxRetryAfterMs);
}
