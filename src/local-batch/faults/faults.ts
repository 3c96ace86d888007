/** Requests to refuse as the service does when something is wrong with it. */
export interface RefuseRequestsOptions {
  /** `ServerBusy` (503) by default; `InternalError` and `OperationTimedOut` are 500. */
  readonly code?: "ServerBusy" | "InternalError" | "OperationTimedOut";
  /** How many requests; 1 by default. */
  readonly count?: number;
  /** Only requests by this method. */
  readonly method?: string;
  /** Only requests whose path begins with this: `/jobs/film/tasks`. */
  readonly pathPrefix?: string;
  /** In a `Retry-After` header; none by default. */
  readonly retryAfterInSeconds?: number;
}

/** Limits of the account; what is absent is not limited. */
export interface LocalBatchQuotas {
  /** `PoolQuotaReached` for any further pool. */
  readonly pools?: number;
  /** `ActiveJobAndScheduleQuotaReached` for any further job or schedule while so many are not completed. */
  readonly activeJobsAndSchedules?: number;
  /** Nodes of all pools: a pool gets no more, and says `AccountCoreQuotaReached` among its resize errors. */
  readonly dedicatedNodes?: number;
  /** As `dedicatedNodes`, with `AccountLowPriorityCoreQuotaReached`. */
  readonly lowPriorityNodes?: number;
}

/** A refusal that was asked for. */
export interface RequestedRefusal {
  readonly code: NonNullable<RefuseRequestsOptions["code"]>;
  readonly retryAfterInSeconds?: number;
}

/** What is to go wrong in a local Batch service, as a test has asked for. */
export class Faults {
  #refusals: { readonly options: RefuseRequestsOptions; left: number }[] = [];
  readonly #unschedulable = new Map<string, string>();
  #nodeStartDelayInMs = 0;
  #quotas: LocalBatchQuotas = {};

  get nodeStartDelayInMs(): number {
    return this.#nodeStartDelayInMs;
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

  setQuotas(quotas: LocalBatchQuotas): void {
    this.#quotas = quotas;
  }

  failScheduling(
    jobId: string,
    taskId: string,
    reason = "The task could not be scheduled, as was asked for",
  ): void {
    this.#unschedulable.set(keyOf(jobId, taskId), reason);
  }

  clear(): void {
    this.#refusals = [];
    this.#unschedulable.clear();
    this.#nodeStartDelayInMs = 0;
    this.#quotas = {};
  }

  /** Takes the refusal that a request is to get, if it is to get one: it counts. */
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

  /** Takes the reason for which a task cannot be scheduled, if there is to be one: its next run is as any other. */
  takeSchedulingFailure(jobId: string, taskId: string): string | undefined {
    const key = keyOf(jobId, taskId);
    const reason = this.#unschedulable.get(key);
    this.#unschedulable.delete(key);
    return reason;
  }
}

function keyOf(jobId: string, taskId: string): string {
  return `${jobId}/${taskId}`.toLowerCase();
}
