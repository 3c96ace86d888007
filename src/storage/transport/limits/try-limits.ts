import { requireInteger } from "../../../core/index.js";

/** How long one try of a request may take. */
export interface TryLimits {
  /** Without a byte sent or received; then the try counts as unanswered. */
  readonly progressTimeoutInMs: number;
  /** In all; unlimited by default. */
  readonly tryTimeoutInMs?: number | undefined;
}

/** What a client's options say of the limits. */
export interface ProgressOptions {
  /**
   * How long one try of a request may go without a byte sent or received, in milliseconds; 10,000 by default, at least
   * 100. A try that reaches the limit counts as unanswered and is repeated, as `retryOptions` says; each further try of
   * the same request may take twice as long, up to a minute. `retryOptions.tryTimeoutInMs` limits the whole try as well.
   */
  progressTimeoutInMs?: number | undefined;
}

const defaultProgressTimeoutInMs = 10_000;
/** The limits of clients that say nothing of them. */
export const defaultTryLimits: TryLimits = { progressTimeoutInMs: defaultProgressTimeoutInMs };
const minProgressTimeoutInMs = 100;
/** The longest time that a timer of Node.js can wait. */
const maxProgressTimeoutInMs = 2 ** 31 - 1;
const maxGrownTimeoutInMs = 60_000;

/** Throws naming the option. */
export function parseTryLimits(
  options: ProgressOptions & { readonly retryOptions?: { readonly tryTimeoutInMs?: number } | undefined },
): TryLimits {
  const { progressTimeoutInMs = defaultProgressTimeoutInMs, retryOptions } = options;
  requireInteger(progressTimeoutInMs, "options.progressTimeoutInMs", {
    min: minProgressTimeoutInMs,
    max: maxProgressTimeoutInMs,
  });
  return { progressTimeoutInMs, tryTimeoutInMs: retryOptions?.tryTimeoutInMs };
}

/** What the system may hold of a body that it has taken and not sent yet, and how fast a slow network takes it. */
const maxBufferedBytes = 4 * 1024 * 1024;
const minBytesPerMs = 512;

/**
 * The progress limit of a try, by the length of its body and by how many tries of the request got no answer before: a slow
 * store or network is given more time.
 */
export function progressTimeout(
  { progressTimeoutInMs }: TryLimits,
  bodyBytes: number,
  unansweredTries: number,
): number {
  const first = progressTimeoutInMs + Math.min(bodyBytes, maxBufferedBytes) / minBytesPerMs;
  return Math.max(first, Math.min(first * 2 ** unansweredTries, maxGrownTimeoutInMs));
}
