import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** How a file is rotated. What would be removed before it is stored is waited for. */
export const manners = [
  "none",
  "rename",
  "numbered",
  "dated",
  "copytruncate",
  "delete",
  "truncate",
  "replace",
] as const;

export type Manner = (typeof manners)[number];

/** What a writer writes, and how its file is rotated. */
export interface WriterPlan {
  readonly path: string;
  /** The file that everything is written to as well. */
  readonly ledger: string;
  readonly seed: number;
  /** One of them is chosen for each rotation. */
  readonly manners: readonly Manner[];
  readonly lineCount: number;
  /** The maximum pause between two writes. */
  readonly pauseInMs: number;
  /** The first line of each generation; may be empty. */
  readonly banner: string;
}

const program = join(import.meta.dirname, "writer-program.mjs");

/** A process that writes a file, and rotates it. */
export class WriterProcess {
  /** Resolves when everything is written. */
  readonly done: Promise<void>;
  readonly #child: ChildProcess;
  #isDone = false;

  /** @param untilRemovable - Resolves when what is written may be removed. */
  constructor(plan: WriterPlan, untilRemovable: () => Promise<void>) {
    this.#child = fork(program, [JSON.stringify(plan)], {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      execArgv: [],
    });
    this.done = this.#follow(untilRemovable);
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  /** Kills it without waiting. */
  dismiss(): void {
    this.#child.kill("SIGKILL");
  }

  async #follow(untilRemovable: () => Promise<void>): Promise<void> {
    const child = this.#child;
    const removals: Promise<void>[] = [];
    child.on("message", (message) => {
      if (typeof message !== "object" || !("mayRemove" in message)) return;
      removals.push(
        untilRemovable().then(() => {
          child.send({ remove: true });
        }),
      );
    });
    const [status] = (await once(child, "exit")) as [number | null];
    await Promise.all(removals);
    this.#isDone = true;
    if (status !== 0) throw new Error(`the writer ended with status ${String(status)}`);
  }
}
