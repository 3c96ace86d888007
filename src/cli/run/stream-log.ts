import type { Readable, Writable } from "node:stream";
import { explain } from "../errors/explain.js";
import { formatBytes } from "../terminal/formats.js";
import { say } from "../terminal/terminal.js";
import type { StreamLogPlan } from "../spool/former-spools.js";
import { LogUpload } from "../logs/log-upload.js";
import type { RetryDeadline } from "../logs/retry-deadline.js";
import type { SpoolFile } from "../spool/spool-file.js";
import { type Tee, tee } from "./tee.js";

/** One of the command's streams: passed on to ours, and kept live as a log. */
export class StreamLog {
  readonly #source: Readable;
  readonly #spool: SpoolFile | undefined;
  readonly #log: LogUpload | undefined;
  readonly #tee: Tee;
  #isStored = true;

  /** Without a plan it is passed on only; without a spool file there is nowhere to keep it until it is stored. The log is opened when `former` settles. */
  constructor(
    source: Readable,
    output: Writable,
    spool: SpoolFile | undefined,
    plan: StreamLogPlan | undefined,
    former: Promise<void>,
  ) {
    this.#source = source;
    this.#spool = spool;
    this.#log = spool && plan && new LogUpload({ ...plan, sourcePath: spool.path, after: former });
    this.#tee = tee(source, spool, output);
  }

  /** Settles when the command's side has ended and all of it is on disk. */
  get spooled(): Promise<void> {
    return this.#tee.spooled;
  }

  get passed(): Promise<void> {
    return this.#tee.passed;
  }

  /** Reads nothing more: whoever still holds the other end has been waited for. */
  letGo(): void {
    this.#source.destroy();
  }

  flush(): void {
    this.#log?.flush();
  }

  /** Stores the rest. False, and told, when not all of it is stored. */
  async finish(patience: RetryDeadline): Promise<boolean> {
    if (!this.#log || !this.#spool) return true;
    const { position, error } = await this.#log.finish(patience);
    const { kind, path } = this.#log.plan;
    const { path: copy, size, failure } = this.#spool;
    if (error !== undefined) {
      this.#isStored = false;
      const stored =
        position === 0 ? "nothing of it is" : `${formatBytes(position)} of ${formatBytes(size)} are`;
      warnNotStored(
        `${kind} "${path}" is not stored to its end: ${stored}. ${explain(error)}\n` +
          `All of it stays in ${copy}; to store it: batch-outputs track --once ${copy} --kind ${kind} --destination ${path}`,
      );
    }
    if (failure)
      warnNotStored(
        `${kind} "${path}" ends after ${size} bytes: the rest could not be kept. ${failure.message}`,
      );
    return error === undefined && failure === undefined;
  }

  /** Whether all that is in the spool file is in the store, once it is finished: then the file is of no more use. */
  get isStored(): boolean {
    return this.#isStored;
  }

  /** When all is passed on and nothing is read from it any more. */
  async close(): Promise<void> {
    await this.#spool?.close();
  }
}

/** For what must not be overlooked in a log of many lines. */
export function warnNotStored(text: string): void {
  say(text, { text: "batch-outputs run: NOT STORED:", style: "red" });
}
