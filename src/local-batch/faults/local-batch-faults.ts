import { argumentRangeError } from "../../core/index.js";
import type { Faults, LocalBatchQuotas, RefuseRequestsOptions } from "./faults.js";

/**
 * Simulates faults of a local Batch service, for tests of how a program handles them. For the loss of a node, see
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
   * Rejects the next requests with an error of the service, without executing them.
   * @throws RangeError for an invalid count.
   */
  refuseRequests(options: RefuseRequestsOptions = {}): void {
    const { count = 1, retryAfterInSeconds = 0 } = options;
    if (!Number.isInteger(count) || count < 1)
      throw argumentRangeError("options.count", "must be an integer, 1 or more");
    requireNumber("options.retryAfterInSeconds", retryAfterInSeconds);
    this.#faults.refuseRequests(options);
  }

  /**
   * Keeps nodes that start from now on in state `starting` for a duration, by the service's clock.
   * @throws RangeError for an invalid duration.
   */
  delayNodeStarts(durationInMs: number): void {
    requireNumber("durationInMs", durationInMs);
    this.#faults.delayNodeStarts(durationInMs);
  }

  /**
   * Lets pools get the nodes of a resize, or of their creation, only after a duration, by the service's clock. Until then they
   * are `resizing`, so that a resize can be stopped.
   * @throws RangeError for an invalid duration.
   */
  delayResizes(durationInMs: number): void {
    requireNumber("durationInMs", durationInMs);
    this.#faults.delayResizes(durationInMs);
  }

  /**
   * Sets the quotas of the account, and replaces the previous ones. Existing pools, jobs and nodes are not affected.
   * @throws RangeError for an invalid number.
   */
  setQuotas(quotas: LocalBatchQuotas): void {
    for (const [name, value] of Object.entries(quotas) as readonly (readonly [string, number])[])
      requireNumber(`quotas.${name}`, value);
    this.#faults.setQuotas(quotas);
  }

  /**
   * Makes the next run of a task fail before it starts, like a task that the service cannot schedule. The task is
   * completed.
   */
  failScheduling(jobId: string, taskId: string, reason?: string): void {
    this.#faults.failScheduling(jobId, taskId, reason);
  }

  /** Removes all faults. The effects of those that have occurred remain. */
  clear(): void {
    this.#faults.clear();
  }
}

function requireNumber(argument: string, value: number): void {
  if (!(Number.isFinite(value) && value >= 0))
    throw argumentRangeError(argument, "must be a number, 0 or more");
}
