import type { TaskRunSaved, TaskRunSaveFailures } from "../../outputs/index.js";
import { explain } from "../errors/explain.js";

/** Counts the files that a run saved, and those that it could not save. */
export class SaveCounts {
  #outputs = 0;
  #bytes = 0;
  #failureCount = 0;
  readonly #messages: string[] = [];
  readonly #isTolerant: boolean;

  /** @param isTolerant - Whether a run that could not save everything counts as succeeded. */
  constructor(isTolerant: boolean) {
    this.#isTolerant = isTolerant;
  }

  addSaved(bytes: number): void {
    this.#outputs += 1;
    this.#bytes += bytes;
  }

  addFailure(what: string, error: unknown): void {
    this.#failureCount += 1;
    if (this.#messages.length < 5) this.#messages.push(`${what}: ${explain(error)}`);
  }

  /** Returns the current counts. */
  get result(): TaskRunSaved {
    return { outputs: this.#outputs, bytes: this.#bytes };
  }

  /** The errors; `undefined` if everything was saved. */
  get failures(): TaskRunSaveFailures | undefined {
    if (this.#failureCount === 0) return undefined;
    const failures = { count: this.#failureCount, messages: this.#messages };
    return this.#isTolerant ? { ...failures, isTolerated: true } : failures;
  }
}
