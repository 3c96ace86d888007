/** The SDK waits no longer between two tries either. */
const maxRetryAfterMs = 120_000;

/** What an answer says, as far as it has to be understood here. */
export interface Answer {
  readonly status: number;
  /** The value of a header, by its name in lower case. */
  header(name: string): string | undefined;
}

/**
 * Whether the store says that it was asked for too much. 503 is what the service answers ("ServerBusy"), 429 what gateways
 * do; a request that timed out within the service was one too many as well.
 */
export function isThrottled(answer: Answer): boolean {
  const { status } = answer;
  if (status < 429) return false;
  return (
    status === 503 ||
    status === 429 ||
    (status === 500 && answer.header("x-ms-error-code") === "OperationTimedOut")
  );
}

/** For how long the store wants to be left alone: `Retry-After`, in seconds or as a date; 0 where it does not say. */
export function retryAfterMs(answer: Answer): number {
  const text = answer.header("retry-after") ?? "";
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(0, ms), maxRetryAfterMs);
}
