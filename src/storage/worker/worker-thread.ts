import type { Worker } from "node:worker_threads";
import { type WorkerTasks, workerTasksSource } from "./worker-tasks.js";

/**
 * The program of the thread: it executes lists of calls and sends their results. Calls are sent in lists, because a
 * message for each call would cost as much as a small file. The lists are short, so that results arrive early.
 */
const program = `
const work = (${workerTasksSource})({
  fs: require("node:fs"), crypto: require("node:crypto"),
});
const { parentPort } = require("node:worker_threads");
const carryOut = ([method, ...parameters]) => {
  const start = performance.now();
  try {
    return { value: work[method](...parameters), ms: performance.now() - start };
  } catch (error) {
    const { message, code, errno, syscall, path, dest } = error;
    return { failure: { message, code, errno, syscall, path, dest }, ms: performance.now() - start };
  }
};
parentPort.on("message", (calls) => {
  for (let at = 0; at < calls.length; at += 4) parentPort.postMessage(calls.slice(at, at + 4).map(carryOut));
});`;

type Call = readonly [method: keyof WorkerTasks, ...parameters: unknown[]];

/** The outcome of a call, a value or a file system error, and its duration. */
export type Outcome = { readonly ms: number } & (
  { readonly value: unknown } | { readonly failure: { readonly message: string } }
);

interface Waiting {
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: Error) => void;
}

/** A thread that processes files and digests in parallel. It keeps the process alive only while a call is pending. */
export class WorkerThread {
  readonly #worker: Worker;
  /** In the order of the calls, which is also the order of the answers. */
  readonly #waiting: Waiting[] = [];
  #calls: Call[] = [];
  #failure: Error | undefined;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.unref();
    worker.on("message", (outcomes: readonly Outcome[]) => {
      for (const outcome of outcomes) this.#waiting.shift()?.resolve(outcome);
      if (this.#waiting.length === 0) worker.unref();
    });
    worker.on("error", (error) => {
      this.#fail(error);
    });
    worker.on("exit", () => {
      this.#fail(new Error("The worker thread for files has ended. Try again."));
    });
  }

  /** Returns `undefined` if threads are not permitted. */
  static start(): WorkerThread | undefined {
    try {
      // Loaded here: most programs save too little to need a thread.
      const { Worker } = process.getBuiltinModule("node:worker_threads");
      // The options of the process are not passed on: its hooks and loaders are not needed.
      return new WorkerThread(new Worker(program, { eval: true, execArgv: [], env: {} }));
    } catch {
      // For example because of Node's permission model. The results without a thread are the same, but slower.
      return undefined;
    }
  }

  get isUsable(): boolean {
    return this.#failure === undefined;
  }

  /** Calls a task. Rejects if the thread has ended. */
  ask<M extends keyof WorkerTasks>(method: M, ...parameters: Parameters<WorkerTasks[M]>): Promise<Outcome> {
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) this.#worker.ref();
      this.#waiting.push({ resolve, reject });
      // All calls of one turn of the event loop are sent together, because a message costs as much as a small file.
      if (this.#calls.push([method, ...parameters]) === 1) setImmediate(this.#send);
    });
  }

  readonly #send = (): void => {
    const calls = this.#calls;
    this.#calls = [];
    this.#worker.postMessage(calls);
  };

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
  }
}

/** Returns the value of an outcome, or throws its error. */
export function requireValue<M extends keyof WorkerTasks>(outcome: Outcome): ReturnType<WorkerTasks[M]> {
  if ("failure" in outcome) throw Object.assign(new Error(outcome.failure.message), outcome.failure);
  return outcome.value as ReturnType<WorkerTasks[M]>;
}
