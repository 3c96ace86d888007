/** Requests to reject with an error of the service. */
export interface RefuseRequestsOptions {
  /** The error code. `ServerBusy` (503) by default; `InternalError` and `OperationTimedOut` have status 500. */
  readonly code?: "ServerBusy" | "InternalError" | "OperationTimedOut";
  /** The number of requests to reject; 1 by default. */
  readonly count?: number;
  /** Rejects only requests with this method. */
  readonly method?: string;
  /** Rejects only requests whose path begins with this prefix, such as `/jobs/film/tasks`. */
  readonly pathPrefix?: string;
  /** The value of a `Retry-After` header; none by default. */
  readonly retryAfterInSeconds?: number;
}

/** The quotas of the account. Absent properties are unlimited. */
export interface LocalBatchQuotas {
  /** The maximum number of pools. Further ones are rejected with `PoolQuotaReached`. */
  readonly pools?: number;
  /** The maximum number of uncompleted jobs and schedules. Further ones are rejected with `ActiveJobAndScheduleQuotaReached`. */
  readonly activeJobsAndSchedules?: number;
  /** The maximum number of nodes in all pools. A pool that needs more has the resize error `AccountCoreQuotaReached`. */
  readonly dedicatedNodes?: number;
  /** Same as `dedicatedNodes`, with `AccountLowPriorityCoreQuotaReached`. */
  readonly lowPriorityNodes?: number;
}

/** A refusal to simulate. */
export interface RequestedRefusal {
  readonly code: NonNullable<RefuseRequestsOptions["code"]>;
  readonly retryAfterInSeconds?: number;
}

/** The faults that a local Batch service simulates, as requested by a test. */
export class Faults {
  #refusals: { readonly options: RefuseRequestsOptions; left: number }[] = [];
  readonly #unschedulable = new Map<string, string>();
  #nodeStartDelayInMs = 0;
  #resizeDelayInMs = 0;
  #quotas: LocalBatchQuotas = {};
  readonly #listeners = new Set<() => void>();

  get nodeStartDelayInMs(): number {
    return this.#nodeStartDelayInMs;
  }

  get resizeDelayInMs(): number {
    return this.#resizeDelayInMs;
  }

  get quotas(): LocalBatchQuotas {
    return this.#quotas;
  }

  refuseRequests(options: RefuseRequestsOptions): void {
    this.#refusals.push({ options, left: options.count ?? 1 });
  }

  delayNodeStarts(durationInMs: number): void {
    this.#nodeStartDelayInMs = durationInMs;
  }

  delayResizes(durationInMs: number): void {
    this.#resizeDelayInMs = durationInMs;
    this.#notify();
  }

  setQuotas(quotas: LocalBatchQuotas): void {
    this.#quotas = quotas;
  }

  failScheduling(
    jobId: string,
    taskId: string,
    reason = "The task could not be scheduled: a simulated fault",
  ): void {
    this.#unschedulable.set(getTaskKey(jobId, taskId), reason);
  }

  clear(): void {
    this.#refusals = [];
    this.#unschedulable.clear();
    this.#nodeStartDelayInMs = 0;
    this.#resizeDelayInMs = 0;
    this.#quotas = {};
    this.#notify();
  }

  /** Calls `listener` when pools may get nodes that they had to wait for. Returns a function that removes it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #notify(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  /** Returns the refusal for a request, if there is one, and counts it. */
  takeRefusal(method: string, path: string): RequestedRefusal | undefined {
    const found = this.#refusals.find(
      ({ options: { method: only, pathPrefix = "" } }) =>
        (only === undefined || only.toUpperCase() === method) && path.startsWith(pathPrefix),
    );
    if (!found) return undefined;
    found.left--;
    if (found.left <= 0) this.#refusals = this.#refusals.filter((one) => one !== found);
    const { code = "ServerBusy", retryAfterInSeconds } = found.options;
    return { code, ...(retryAfterInSeconds !== undefined && { retryAfterInSeconds }) };
  }

  /** Returns the reason why a task cannot be scheduled, if there is one. It applies only once. */
  takeSchedulingFailure(jobId: string, taskId: string): string | undefined {
    const key = getTaskKey(jobId, taskId);
    const reason = this.#unschedulable.get(key);
    this.#unschedulable.delete(key);
    return reason;
  }
}

function getTaskKey(jobId: string, taskId: string): string {
  return `${jobId}/${taskId}`.toLowerCase();
}
