import { Semaphore } from "../../../core/index.js";
import { type Match, PatternSearch } from "./pattern-search.js";
import type { SearchPattern } from "./search-query.js";

/** Threads of one search of many logs. */
const threads = 2;
/** The limit of the computing time of each thread: a job may have many logs. */
const budgetInMs = 10 * 60_000;

/** Searches many texts for one pattern, in several threads. */
export class PatternSearches implements Disposable {
  readonly #abortSignal: AbortSignal;
  readonly #all: readonly PatternSearch[];
  readonly #free: PatternSearch[];
  readonly #turns = new Semaphore(threads);

  constructor(pattern: SearchPattern, abortSignal: AbortSignal) {
    this.#abortSignal = abortSignal;
    this.#all = Array.from({ length: threads }, () => new PatternSearch(pattern, abortSignal, budgetInMs));
    this.#free = [...this.#all];
  }

  /** See {@link PatternSearch.find}. */
  async find(text: string, maxMatches: number): Promise<readonly Match[]> {
    return await this.#turns.run(async () => {
      const search = this.#free.pop();
      if (search === undefined) throw new TypeError("More searches run than there are threads");
      try {
        return await search.find(text, maxMatches);
      } finally {
        this.#free.push(search);
      }
    }, this.#abortSignal);
  }

  [Symbol.dispose](): void {
    for (const search of this.#all) search[Symbol.dispose]();
  }
}
