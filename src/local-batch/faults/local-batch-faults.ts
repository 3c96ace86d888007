import { argumentRangeError } from "../../core/index.js";
import type { Faults, LocalBatchQuotas, RefuseRequestsOptions } from "./faults.js";

/**
 * What is to go wrong in a local Batch service, so that a program's handling of it can be tested. A node that is lost is
 * `LocalBatch.preemptNode`.
 *
 * @example
 * ```ts
 * service.faults.refuseRequests({ code: "ServerBusy", count: 2, pathPrefix: "/jobs" });
 * service.faults.setQuotas({ dedicatedNodes: 4 });
 * ```
 */
export class LocalBatchFaults {
  readonly #faults: Faults;

  /** @internal */
  constructor(faults: Faults) {
    this.#faults = faults;
  }

  /**
   * Answers the next requests with an error of the service, and does nothing of what they ask for.
   * @throws RangeError for a count that is none.
   */
  refuseRequests(options: RefuseRequestsOptions = {}): void {
    const { count = 1, retryAfterInSeconds = 0 } = options;
    if (!Number.isInteger(count) || count < 1)
      throw argumentRangeError("options.count", "must be a whole number from 1 on");
    requireNumber("options.retryAfterInSeconds", retryAfterInSeconds);
    this.#faults.refuseRequests(options);
  }

  /**
   * Keeps nodes that are started from now on in state `starting` for a time of the service's clock.
   * @throws RangeError for a number that is no duration.
   */
  delayNodeStarts(durationInMs: number): void {
    requireNumber("durationInMs", durationInMs);
    this.#faults.delayNodeStarts(durationInMs);
  }

  /**
   * Lets the account have so much and no more; replaces what was set before. What there is already stays.
   * @throws RangeError for a number that is no count.
   */
  setQuotas(quotas: LocalBatchQuotas): void {
    for (const [name, value] of Object.entries(quotas) as readonly (readonly [string, number])[])
      requireNumber(`quotas.${name}`, value);
    this.#faults.setQuotas(quotas);
  }

  /** Lets the next run of a task fail before it begins, as one that the service cannot schedule: it completes with a failure. */
  failScheduling(jobId: string, taskId: string, reason?: string): void {
    this.#faults.failScheduling(jobId, taskId, reason);
  }

  /** Everything goes well again, but for what has gone wrong already. */
  clear(): void {
    this.#faults.clear();
  }
}

function requireNumber(argument: string, value: number): void {
  if (!(Number.isFinite(value) && value >= 0))
    throw argumentRangeError(argument, "must be a number from 0 on");
}
