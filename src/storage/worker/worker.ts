import * as crypto from "node:crypto";
import * as fs from "node:fs";
import { availableParallelism } from "node:os";
import { WorkerThread } from "./worker-thread.js";
import { createWorkerTasks } from "./worker-tasks.js";

/** The tasks, executed synchronously in this thread. */
export const mainThreadTasks = createWorkerTasks({ fs, crypto });

let thread: WorkerThread | undefined;
let isThreadUsed = availableParallelism() > 1;

/**
 * Returns the worker thread, started by the first call. `undefined` if there is only one processor, threads are not
 * permitted, or the thread has ended.
 */
export function getWorkerThread(): WorkerThread | undefined {
  if (!isThreadUsed) return undefined;
  thread ??= WorkerThread.start();
  isThreadUsed = thread?.isUsable === true;
  return isThreadUsed ? thread : undefined;
}
