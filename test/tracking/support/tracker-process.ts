import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

export type TrackerOrder =
  | {
      readonly kind: "track";
      readonly containerUrl: string;
      readonly logs: readonly { readonly blobName: string; readonly path: string }[];
      readonly flushIntervalInMs: number;
      readonly blockLimit: number;
    }
  | { readonly kind: "finish" };

export interface Loss {
  readonly blobName: string;
  readonly knownBytes: number;
  readonly position: number;
}

interface Answer {
  readonly loaded?: true;
  readonly tracking?: unknown;
  readonly finished?: number;
  readonly failed?: string;
  readonly lost?: Loss;
}

/** The program, or a bundle of it, which starts faster. */
const program = process.env["TRACKING_TORTURE_TRACKER"] ?? join(import.meta.dirname, "tracker-program.mjs");

/** A process that tracks a file, to be killed at any moment. */
export class TrackerProcess {
  readonly #child: ChildProcess;
  readonly #answers: Answer[] = [];
  readonly #ended: Promise<void>;
  #hasEnded = false;

  constructor() {
    this.#child = fork(program, { stdio: ["ignore", "ignore", "inherit", "ipc"], execArgv: [] });
    this.#child.on("message", (answer) => {
      this.#answers.push(answer as Answer);
      this.#child.emit("answer");
    });
    // What is still to be said to a process that was killed does not arrive, which is no error here.
    this.#child.on("error", () => undefined);
    // Its last message may come after its end.
    this.#ended = Promise.all([once(this.#child, "exit"), once(this.#child, "disconnect")]).then(() => {
      this.#hasEnded = true;
    });
  }

  async waitUntilLoaded(): Promise<void> {
    await this.#until(({ loaded }) => loaded);
  }

  /** Rejects when it could not begin. */
  async waitUntilTracking(): Promise<void> {
    await this.#until(({ tracking, failed }) => tracking ?? failed);
    if (this.failure !== undefined) throw new Error(this.failure);
  }

  order(order: TrackerOrder): void {
    if (this.#child.connected) this.#child.send(order, () => undefined);
  }

  /** Rejects with the program's own error when it could not. */
  async waitUntilFinished(): Promise<void> {
    this.order({ kind: "finish" });
    await this.#until(({ finished, failed }) => finished ?? failed);
    const failure = this.#answers.find(({ failed }) => failed !== undefined);
    await this.#ended;
    if (failure) throw new Error(`the tracker failed: ${failure.failed ?? ""}`);
  }

  get failure(): string | undefined {
    return this.#answers.find(({ failed }) => failed !== undefined)?.failed;
  }

  /** The reports of the tracker about bytes that it could not read. */
  get losses(): readonly Loss[] {
    return this.#answers.flatMap(({ lost }) => (lost === undefined ? [] : [lost]));
  }

  /** Resolves when it has ended by itself, or was killed. */
  async untilEnded(): Promise<void> {
    await this.#ended;
  }

  /** Kills it without waiting. */
  dismiss(): void {
    this.#child.kill("SIGKILL");
  }

  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#ended;
  }

  async #until(found: (answer: Answer) => unknown): Promise<void> {
    while (!this.#answers.some((answer) => found(answer) !== undefined)) {
      if (this.#hasEnded) throw new Error(`the tracker ended: ${this.failure ?? "silently"}`);
      await Promise.race([once(this.#child, "answer"), this.#ended]);
    }
  }
}
