/** Options of {@link flushOnExit}. */
export interface FlushOnExitOptions {
  /** How long a signal may be held up by the last flush, in milliseconds: 10,000 by default. */
  graceInMs?: number | undefined;
  /** Which signals: SIGTERM and SIGINT by default. Nothing can be done about SIGKILL. */
  signals?: readonly NodeJS.Signals[] | undefined;
}

/** What can be closed with the process: a tracked file. */
export interface Closable {
  close(): Promise<void>;
}

/**
 * Closes tracked files when the process is told to end, or has nothing left to do.
 *
 * A signal is held up until everything is stored, or `graceInMs` have gone by; then it takes its effect, unless the program
 * listens to it as well: then the program decides. The second signal takes effect at once. What could not be stored is
 * told with `process.emitWarning`.
 *
 * @param trackedFiles - Looked at when the time has come: files may be added to a set later.
 * @returns What takes it back: `using _ = flushOnExit(files)`.
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
