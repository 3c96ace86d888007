import { growTryTimeout, requireInteger } from "../../../core/index.js";

/** Time limits of one try of a request. */
export interface TryLimits {
  /** Maximum time without a byte sent or received; then the try counts as unanswered. */
  readonly progressTimeoutInMs: number;
  /** Maximum total time; unlimited by default. */
  readonly tryTimeoutInMs?: number | undefined;
}

/** The options of a client that set the limits. */
export interface ProgressOptions {
  /**
   * Maximum time that one try of a request may take without a byte sent or received, in milliseconds; 10,000 by
   * default, 100 at the minimum. A try that reaches the limit counts as unanswered and is repeated according to
   * `retryOptions`; each further try of the same request may take twice as long, up to a minute.
   * `retryOptions.tryTimeoutInMs` limits the whole try as well.
   */
  progressTimeoutInMs?: number | undefined;
}

const defaultProgressTimeoutInMs = 10_000;
/** The default limits. */
export const defaultTryLimits: TryLimits = { progressTimeoutInMs: defaultProgressTimeoutInMs };
const minProgressTimeoutInMs = 100;
/** The maximum delay of a timer in Node.js. */
const maxProgressTimeoutInMs = 2 ** 31 - 1;

/** Reads the limits from the options. Throws an argument error that names the option. */
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

/** The bytes of a body that the system may have accepted but not sent, and the speed of a slow network. */
const maxBufferedBytes = 4 * 1024 * 1024;
const minBytesPerMs = 512;

/**
 * The progress limit of a try. It grows with the length of the body and the number of earlier tries without an answer,
 * to give a slow store or network more time.
 */
export function getProgressTimeout(
  { progressTimeoutInMs }: TryLimits,
  bodyBytes: number,
  unansweredTries: number,
): number {
  const first = progressTimeoutInMs + Math.min(bodyBytes, maxBufferedBytes) / minBytesPerMs;
  return growTryTimeout(first, unansweredTries);
}
