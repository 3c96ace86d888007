import { createHash } from "node:crypto";
import { type WorkerThread, valueOf } from "./worker-thread.js";
import { workerThread } from "./worker.js";

/** The MD5 of content that comes in parts. To be disposed of, since it may not come to its end. */
export interface RunningMD5 extends Disposable {
  /** Takes the next bytes, which must stay as they are until this resolves. */
  update(bytes: Uint8Array): Promise<void>;
  /** The digest of all of them; nothing is taken after that. */
  digest(): Promise<Uint8Array>;
}

/** What is to be hashed here before a thread is worth its start, which takes as long as some tens of MiB, beside this one. */
const bytesBeforeThread = 8 * 1024 * 1024;

/** Of all digests so far: of what is not told beforehand, when it comes. */
let bytesSoFar = 0;
let lastId = 0;

/** Begins a digest: in the helper thread, beside the transfer, where there is much to hash. */
export function startMD5(expectedBytes: number | undefined): RunningMD5 {
  bytesSoFar += expectedBytes ?? 0;
  const thread = bytesSoFar > bytesBeforeThread ? workerThread() : undefined;
  return thread === undefined ? createMainThreadMD5(expectedBytes === undefined) : createWorkerMD5(thread);
}

function createMainThreadMD5(isUntold: boolean): RunningMD5 {
  const hash = createHash("md5");
  return {
    async update(bytes) {
      if (isUntold) bytesSoFar += bytes.length;
      hash.update(bytes);
    },
    async digest() {
      return hash.digest();
    },
    [Symbol.dispose]() {
      // It is collected.
    },
  };
}

function createWorkerMD5(thread: WorkerThread): RunningMD5 {
  lastId += 1;
  const id = lastId;
  let isOpen = false;
  return {
    async update(bytes) {
      isOpen = true;
      valueOf<"updateMD5">(await thread.ask("updateMD5", id, bytes));
    },
    async digest() {
      isOpen = false;
      return valueOf<"digestMD5">(await thread.ask("digestMD5", id));
    },
    [Symbol.dispose]() {
      // Nobody waits for this answer, and the thread's end is told to those who wait for one.
      if (isOpen) thread.ask("digestMD5", id).catch(() => undefined);
    },
  };
}
