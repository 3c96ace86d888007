import { Worker } from "node:worker_threads";
import type { RunningMD5 } from "./md5.js";

/**
 * What the thread runs. A text, since a program may be in one file, or in one with Node.js itself, and no module of its own is
 * then there to be found. Takes `[id, bytes]` for each part, and `[id]` at the end.
 */
const program = `
const { createHash } = require("node:crypto");
const { parentPort } = require("node:worker_threads");
const hashes = new Map();
const nothing = new Uint8Array();
parentPort.on("message", ([id, bytes]) => {
  const hash = hashes.get(id) ?? createHash("md5");
  if (bytes !== undefined) hashes.set(id, hash.update(bytes));
  else hashes.delete(id);
  parentPort.postMessage(bytes === undefined ? hash.digest() : nothing);
});`;

interface Waiting {
  readonly resolve: (answer: Uint8Array) => void;
  readonly reject: (error: Error) => void;
}

/** A thread that hashes while everything else goes on. It does not keep the process alive. */
export class HashThread {
  readonly #worker: Worker;
  /** It answers in the order in which it was asked. */
  readonly #waiting: Waiting[] = [];
  #lastId = 0;
  #failure: Error | undefined;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.unref();
    worker.on("message", (answer: Uint8Array) => {
      this.#waiting.shift()?.resolve(answer);
      if (this.#waiting.length === 0) worker.unref();
    });
    worker.on("error", (error) => {
      this.#fail(error);
    });
    worker.on("exit", () => {
      this.#fail(new Error("The thread that hashes has ended."));
    });
  }

  /** `undefined` where threads are not allowed. */
  static start(): HashThread | undefined {
    try {
      // Nothing of what the process was started with: hooks and loaders would be loaded again, to hash.
      return new HashThread(new Worker(program, { eval: true, execArgv: [], env: {} }));
    } catch {
      // Node's permission model, say. Hashing here is as right, and slower.
      return undefined;
    }
  }

  /** A new digest; `undefined` when the thread has failed. */
  md5(): RunningMD5 | undefined {
    if (this.#failure) return undefined;
    this.#lastId += 1;
    const id = this.#lastId;
    let isOpen = false;
    return {
      update: async (bytes) => {
        isOpen = true;
        await this.#ask([id, bytes]);
      },
      digest: async () => {
        isOpen = false;
        return await this.#ask([id]);
      },
      [Symbol.dispose]: () => {
        // Its failure is told to whoever waits for an answer; nobody waits for this one.
        if (isOpen) this.#ask([id]).catch(() => undefined);
      },
    };
  }

  #ask(question: [id: number, bytes?: Uint8Array]): Promise<Uint8Array> {
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.ref();
      this.#worker.postMessage(question);
    });
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
  }
}
