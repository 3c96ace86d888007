import * as crypto from "node:crypto";
import * as fs from "node:fs";
import { availableParallelism } from "node:os";
import * as path from "node:path";
import { HelperThread } from "./worker-thread.js";
import { helperWork } from "./worker-tasks.js";

/** The work, done here: everything else waits. */
export const workHere = helperWork({ fs, crypto, path });

let thread: HelperThread | undefined;
let isThreadUsed = availableParallelism() > 1;

/**
 * The thread that does the work, beside everything else; it is started by the first call. `undefined` where there is one
 * processor only, or threads are not allowed, or it has ended.
 */
export function helperThread(): HelperThread | undefined {
  if (!isThreadUsed) return undefined;
  thread ??= HelperThread.start();
  isThreadUsed = thread?.isUsable === true;
  return isThreadUsed ? thread : undefined;
}
