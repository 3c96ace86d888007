import { Worker } from "node:worker_threads";
import { type WorkerTasks, workerTasksSource } from "./worker-tasks.js";

/**
 * What the thread runs: the work, and answers to lists of calls. A few at a time: what is read is to be sent while the next
 * is read, and a message for each would cost as much as a small file.
 */
const program = `
const work = (${workerTasksSource})({
  fs: require("node:fs"), crypto: require("node:crypto"), path: require("node:path"),
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

/** What became of a call: a value, or what an error of the file system says; and how long it took. */
export type Outcome = { readonly ms: number } & (
  { readonly value: unknown } | { readonly failure: { readonly message: string } }
);

interface Waiting {
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: Error) => void;
}

/** A thread that works on files and digests while everything else goes on. It keeps the process alive only while asked. */
export class WorkerThread {
  readonly #worker: Worker;
  /** It answers in the order in which it was asked. */
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
      this.#fail(new Error("The thread that helps with files has ended. Try again."));
    });
  }

  /** `undefined` where threads are not allowed. */
  static start(): WorkerThread | undefined {
    try {
      // Nothing of what the process was started with: hooks and loaders would be loaded again, for nothing.
      return new WorkerThread(new Worker(program, { eval: true, execArgv: [], env: {} }));
    } catch {
      // Node's permission model, say. Without a thread everything is as right, and slower.
      return undefined;
    }
  }

  get isUsable(): boolean {
    return this.#failure === undefined;
  }

  /** Has one piece of the work done. Rejects when the thread has ended. */
  ask<M extends keyof WorkerTasks>(method: M, ...parameters: Parameters<WorkerTasks[M]>): Promise<Outcome> {
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) this.#worker.ref();
      this.#waiting.push({ resolve, reject });
      // What is asked for in one turn of the event loop goes over at once: a message costs as much as a small file.
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

/** The value of an outcome, as if the call had been made here. Throws what failed. */
export function valueOf<M extends keyof WorkerTasks>(outcome: Outcome): ReturnType<WorkerTasks[M]> {
  if ("failure" in outcome) throw Object.assign(new Error(outcome.failure.message), outcome.failure);
  return outcome.value as ReturnType<WorkerTasks[M]>;
}
