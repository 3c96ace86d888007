import { valueOf } from "./worker-thread.js";
import { workerThread, mainThreadTasks } from "./worker.js";
import type { WorkerTasks } from "./worker-tasks.js";

/** Files up to this are read and written in one piece. */
export const maxSmallFileBytes = 256 * 1024;

/** So many are worked on here before a thread is worth its start. */
const filesBeforeThread = 200;

/**
 * What a local disk or its cache hardly ever needs for a small file, and a file system behind a network usually does.
 * A few such calls say nothing: on a busy machine every process is made to wait now and then.
 */
const slowMs = 1;
const maxMoreSlowThanFast = 16;
const restMs = 10_000;

let files = 0;
let moreSlowThanFast = 0;
let restUntil = 0;

/**
 * Whether small files may be read and written one after the other, in one piece. On a local disk that takes a fraction of
 * what it takes to have Node's threads do it step by step; on a file system behind a network they can do several at a time, and
 * it is given up for a while as soon as that shows.
 */
export function isSyncFileAccessFast(): boolean {
  return restUntil === 0 || performance.now() >= restUntil;
}

type FileWork = "readSmallFile" | "writeSmallFile";

/** Works on a small file: the first ones here, the others in the helper thread. */
export async function runFileTask<M extends FileWork>(
  method: M,
  ...parameters: Parameters<WorkerTasks[M]>
): Promise<ReturnType<WorkerTasks[M]>> {
  files += 1;
  const thread = files > filesBeforeThread ? workerThread() : undefined;
  if (thread === undefined) return runOnMainThread(method, parameters);
  const outcome = await thread.ask(method, ...parameters);
  note(outcome.ms);
  return valueOf<M>(outcome);
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
