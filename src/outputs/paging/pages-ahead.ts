import { linkAbort, type OperationOptions } from "../../core/index.js";
import type { ListPage, PageStart } from "../../storage/index.js";

/** Fetches one page. */
export type FetchPage<T> = (start: PageStart, options: OperationOptions) => Promise<ListPage<T>>;

interface PageAhead<T> {
  readonly page: Promise<ListPage<T>>;
  cancel(): void;
}

/** Reads the pages of one listing; on request reads ahead one page, never more. */
export class PagesAhead<T> {
  readonly #fetchPage: FetchPage<T>;
  readonly #options: OperationOptions;
  #ahead: PageAhead<T> | undefined;

  constructor(fetchPage: FetchPage<T>, options: OperationOptions) {
    this.#fetchPage = fetchPage;
    this.#options = options;
  }

  /** Returns the page that begins there. Throws the error of a page that was read ahead. */
  async take(start: PageStart): Promise<ListPage<T>> {
    const ahead = this.#ahead;
    this.#ahead = undefined;
    if (ahead === undefined) return await this.#fetchPage(start, this.#options);
    // The page is needed now, so the request must keep the process alive.
    const keepAlive = setInterval(() => undefined, 2 ** 30);
    try {
      return await ahead.page;
    } finally {
      clearInterval(keepAlive);
    }
  }

  /** Starts to read the page that begins there. */
  startReading(start: PageStart): void {
    const abort = linkAbort(this.#options.abortSignal);
    const fetched = this.#fetchPage(
      { ...start, isPrefetch: true },
      { ...this.#options, abortSignal: abort.signal },
    );
    const page = fetched.finally(() => {
      abort[Symbol.dispose]();
    });
    // The page may never be taken. If it is, `take` throws its error.
    page.catch(() => undefined);
    this.#ahead = {
      page,
      cancel: () => {
        abort.abort();
      },
    };
  }

  /** Cancels the page that is being read ahead, if there is one: `take` reads it again. */
  cancel(): void {
    this.#ahead?.cancel();
    this.#ahead = undefined;
  }
}
