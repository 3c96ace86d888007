import { requireValue } from "./worker-thread.js";
import { getWorkerThread, mainThreadTasks } from "./worker.js";
import type { WorkerTasks } from "./worker-tasks.js";

/** Files up to this size are read and written with one synchronous call. */
export const maxSmallFileBytes = 256 * 1024;

/** The number of files processed in the main thread before a worker thread is started. */
const filesBeforeThread = 200;

/**
 * A local disk rarely takes this long for a small file; a network file system usually does. A few such calls prove
 * nothing, because a busy machine delays every process sometimes.
 */
const slowMs = 1;
const maxMoreSlowThanFast = 16;
const restMs = 10_000;

let files = 0;
let moreSlowThanFast = 0;
let restUntil = 0;

/**
 * Whether to read and write small files synchronously, one after the other. On a local disk that takes a fraction of
 * the time of asynchronous calls; a network file system handles several at a time faster, so synchronous access is
 * suspended for a while as soon as calls turn out slow.
 */
export function isSyncFileAccessFast(): boolean {
  return restUntil === 0 || performance.now() >= restUntil;
}

type FileWork = "readSmallFile" | "writeSmallFile";

/** Processes a small file: the first ones in this thread, the others in the worker thread. */
export async function runFileTask<M extends FileWork>(
  method: M,
  ...parameters: Parameters<WorkerTasks[M]>
): Promise<ReturnType<WorkerTasks[M]>> {
  files += 1;
  const thread = files > filesBeforeThread ? getWorkerThread() : undefined;
  if (thread === undefined) return runOnMainThread(method, parameters);
  const outcome = await thread.ask(method, ...parameters);
  note(outcome.ms);
  return requireValue<M>(outcome);
}

function runOnMainThread<M extends FileWork>(
  method: M,
  parameters: Parameters<WorkerTasks[M]>,
): ReturnType<WorkerTasks[M]> {
  const work = mainThreadTasks[method] as (...of: Parameters<WorkerTasks[M]>) => ReturnType<WorkerTasks[M]>;
  const start = performance.now();
  try {
    return work(...parameters);
  } finally {
    note(performance.now() - start);
  }
}

function note(ms: number): void {
  moreSlowThanFast = Math.max(0, moreSlowThanFast + (ms > slowMs ? 1 : -1));
  if (moreSlowThanFast <= maxMoreSlowThanFast) return;
  moreSlowThanFast = 0;
  restUntil = performance.now() + restMs;
}
