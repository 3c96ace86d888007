/** Options of {@link flushOnExit}. */
export interface FlushOnExitOptions {
  /** The maximum time for which the last flush delays a signal, in milliseconds: 10,000 by default. */
  graceInMs?: number | undefined;
  /** The signals: SIGTERM and SIGINT by default. SIGKILL cannot be handled. */
  signals?: readonly NodeJS.Signals[] | undefined;
}

/** Something to close before the process ends: a tracked file. */
export interface Closable {
  /** Stores the rest, and ends the tracking. */
  close(): Promise<void>;
}

/**
 * Closes tracked files when the process gets a signal to end, or has nothing left to do.
 *
 * A signal is delayed until everything is stored, or `graceInMs` have passed. Then it has its normal effect, unless the
 * program also listens for it. A second signal takes effect immediately. If a file could not be stored,
 * `process.emitWarning` is called.
 *
 * @param trackedFiles - Iterated when the process ends, so files can be added to a set later.
 * @returns Removes the handlers when disposed of: `using _ = flushOnExit(files)`.
 *
 * @example
 * ```ts
 * const logs: TrackedFile[] = [];
 * using _ = flushOnExit(logs, { graceInMs: 5_000 });
 * logs.push(await outputs.saveTracked(TaskOutputKind.TaskLog, "progress.log"));
 * ```
 */
export function flushOnExit(trackedFiles: Iterable<Closable>, options: FlushOnExitOptions = {}): Disposable {
  const { graceInMs = 10_000, signals = ["SIGTERM", "SIGINT"] } = options;
  let isUnderWay = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    const isOnlyListener = process.listenerCount(signal) === 1;
    const takeEffect = (): void => {
      remove();
      if (isOnlyListener) process.kill(process.pid, signal);
    };
    if (isUnderWay) {
      takeEffect();
      return;
    }
    isUnderWay = true;
    closeAll(trackedFiles, graceInMs).then(takeEffect, takeEffect);
  };
  const onBeforeExit = (): void => {
    process.off("beforeExit", onBeforeExit);
    closeAll(trackedFiles, undefined).catch(warn);
  };
  const remove = (): void => {
    for (const signal of signals) process.off(signal, onSignal);
    process.off("beforeExit", onBeforeExit);
  };
  for (const signal of signals) process.on(signal, onSignal);
  process.on("beforeExit", onBeforeExit);
  return { [Symbol.dispose]: remove };
}

async function closeAll(trackedFiles: Iterable<Closable>, graceInMs: number | undefined): Promise<void> {
  const closing = Promise.all(Array.from(trackedFiles, closeOrWarn));
  if (graceInMs === undefined) {
    await closing;
    return;
  }
  let timer: NodeJS.Timeout | undefined;
  const grace = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      process.emitWarning(`Tracked files were not stored within ${graceInMs} ms of the signal to end.`);
      resolve();
    }, graceInMs);
  });
  await Promise.race([closing, grace]);
  clearTimeout(timer);
}

async function closeOrWarn(trackedFile: Closable): Promise<void> {
  await trackedFile.close().catch(warn);
}

function warn(error: unknown): void {
  const why = error instanceof Error ? error.message : "for an unknown reason";
  process.emitWarning(`A tracked file was not stored to its end: ${why}`);
}
