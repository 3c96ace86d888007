import { createHash } from "node:crypto";
import { type WorkerThread, requireValue } from "./worker-thread.js";
import { getWorkerThread } from "./worker.js";

/** The MD5 of content that arrives in parts. Must be disposed of, because the content may never be complete. */
export interface RunningMD5 extends Disposable {
  /** Adds bytes, which must not change until this resolves. */
  update(bytes: Uint8Array): Promise<void>;
  /** Returns the digest of all bytes; nothing can be added after that. */
  digest(): Promise<Uint8Array>;
}

/**
 * The number of bytes hashed in the main thread before a worker thread is started: starting it takes as long as hashing
 * some tens of MiB.
 */
const bytesBeforeThread = 8 * 1024 * 1024;

/** The total of all digests so far, for content of unknown length. */
let bytesSoFar = 0;
let lastId = 0;

/** Starts a digest. For large content it is computed in the worker thread, in parallel with the transfer. */
export function startMD5(expectedBytes: number | undefined): RunningMD5 {
  bytesSoFar += expectedBytes ?? 0;
  const thread = bytesSoFar > bytesBeforeThread ? getWorkerThread() : undefined;
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
      // There is nothing to release: the hash is garbage-collected.
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
      requireValue<"updateMD5">(await thread.ask("updateMD5", id, bytes));
    },
    async digest() {
      isOpen = false;
      return requireValue<"digestMD5">(await thread.ask("digestMD5", id));
    },
    [Symbol.dispose]() {
      // Nothing waits for this call. If the thread ends, the calls that are awaited are rejected.
      if (isOpen) thread.ask("digestMD5", id).catch(() => undefined);
    },
  };
}
