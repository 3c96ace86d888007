import { Worker } from "node:worker_threads";
import { raceWithAbort } from "../../../core/index.js";
import { ViewerError } from "../http/viewer-error.js";
import type { SearchPattern } from "./search-query.js";
import { searchTurn } from "./search-turns.js";
import { searchProgram } from "./search-program.js";

/** The start and end of a match in the text, in UTF-16 units. */
export interface Match {
  readonly start: number;
  readonly end: number;
}

/** The time limit for one part of a text (256 KiB). A usual pattern takes a few milliseconds. */
const partTimeoutInMs = 2000;
/** The limit of the computing time of a search of one log. */
const searchBudgetInMs = 60_000;

/**
 * Searches for a pattern in a separate thread, so that a pattern with excessive backtracking delays nothing else. It is
 * stopped when its time is over, and immediately when its reader disconnects.
 */
export class PatternSearch implements Disposable {
  readonly #worker: Worker;
  readonly #abortSignal: AbortSignal;
  readonly #budgetInMs: number;
  #spentInMs = 0;

  /** @param budgetInMs - The limit of the computing time of all parts together. */
  constructor(pattern: SearchPattern, abortSignal: AbortSignal, budgetInMs = searchBudgetInMs) {
    this.#abortSignal = abortSignal;
    this.#budgetInMs = budgetInMs;
    this.#worker = new Worker(searchProgram, { eval: true, execArgv: [], env: {}, workerData: pattern });
  }

  /**
   * Finds the first match of each line of the text, up to a maximum number.
   *
   * @throws ViewerError `PatternTooSlow`; the signal's reason if the reader has disconnected.
   */
  async find(text: string, maxMatches: number): Promise<readonly Match[]> {
    using _turn = await searchTurn(this.#abortSignal);
    const start = performance.now();
    try {
      return await this.#ask(text, maxMatches);
    } finally {
      this.#spentInMs += performance.now() - start;
    }
  }

  [Symbol.dispose](): void {
    this.#terminate();
  }

  /** Does not wait for the end of the thread, because a thread that compiles a hostile pattern ends only afterwards. */
  #terminate(): void {
    this.#worker.terminate().catch(() => undefined);
  }

  async #ask(text: string, maxMatches: number): Promise<readonly Match[]> {
    const timeout = AbortSignal.timeout(
      Math.max(1, Math.min(partTimeoutInMs, Math.ceil(this.#budgetInMs - this.#spentInMs))),
    );
    const answer = new Promise<readonly Match[]>((resolve, reject) => {
      this.#worker.once("message", resolve).once("error", reject);
    });
    this.#worker.postMessage({ text, maxMatches });
    try {
      return await raceWithAbort(answer, AbortSignal.any([this.#abortSignal, timeout]));
    } catch (error) {
      this.#terminate();
      throw timeout.aborted && !this.#abortSignal.aborted ? createTooSlowError() : error;
    } finally {
      this.#worker.removeAllListeners("message").removeAllListeners("error");
    }
  }
}

function createTooSlowError(): ViewerError {
  return new ViewerError(422, "PatternTooSlow", "The regular expression takes too long on this text.", {
    hint: { action: "simplify-pattern" },
  });
}
