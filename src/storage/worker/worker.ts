import * as crypto from "node:crypto";
import * as fs from "node:fs";
import { availableParallelism } from "node:os";
import * as path from "node:path";
import { WorkerThread } from "./worker-thread.js";
import { createWorkerTasks } from "./worker-tasks.js";

/** The work, done here: everything else waits. */
export const mainThreadTasks = createWorkerTasks({ fs, crypto, path });

let thread: WorkerThread | undefined;
let isThreadUsed = availableParallelism() > 1;

/**
 * The thread that does the work, beside everything else; it is started by the first call. `undefined` where there is one
 * processor only, or threads are not allowed, or it has ended.
 */
export function workerThread(): WorkerThread | undefined {
  if (!isThreadUsed) return undefined;
  thread ??= WorkerThread.start();
  isThreadUsed = thread?.isUsable === true;
  return isThreadUsed ? thread : undefined;
}
