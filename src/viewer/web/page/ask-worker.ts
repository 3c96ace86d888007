/** Why a worker gave no answer. */
export type WorkerFailure = "failed" | "tooLong";

export interface AskWorkerOptions {
  readonly limitInMs: number;
  readonly abortSignal: AbortSignal;
  readonly createError: (failure: WorkerFailure) => Error;
}

/** Sends a request to a new worker and returns its answer. The worker ends then, after the limit, or with the signal. */
export async function askWorker<Answer>(
  worker: Worker,
  request: unknown,
  { limitInMs, abortSignal, createError }: AskWorkerOptions,
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const limit = setTimeout(() => {
    reject(createError("tooLong"));
  }, limitInMs);
  worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => {
    resolve(data);
  });
  worker.addEventListener("error", () => {
    reject(createError("failed"));
  });
  const leave = () => {
    reject(abortSignal.reason as Error);
  };
  abortSignal.addEventListener("abort", leave);
  try {
    abortSignal.throwIfAborted();
    worker.postMessage(request);
    return await promise;
  } finally {
    clearTimeout(limit);
    abortSignal.removeEventListener("abort", leave);
    worker.terminate();
  }
}
