import { linkAbort, type OperationOptions } from "../../core/index.js";
import type { ListPage, PageStart } from "../../storage/index.js";

/** Fetches one page. */
export type FetchPage<T> = (start: PageStart, options: OperationOptions) => Promise<ListPage<T>>;

interface PageAhead<T> {
  readonly page: Promise<ListPage<T>>;
  abandon(): void;
}

/** Fetches the pages of one listing; on request, the next one while the present one is read, and never more than that. */
export class PagesAhead<T> {
  readonly #fetchPage: FetchPage<T>;
  readonly #options: OperationOptions;
  #ahead: PageAhead<T> | undefined;

  constructor(fetchPage: FetchPage<T>, options: OperationOptions) {
    this.#fetchPage = fetchPage;
    this.#options = options;
  }

  /** The page that begins there. What went wrong with one that was asked for ahead is thrown here. */
  async take(start: PageStart): Promise<ListPage<T>> {
    const ahead = this.#ahead;
    this.#ahead = undefined;
    if (ahead === undefined) return await this.#fetchPage(start, this.#options);
    // Now there is somebody who waits for it.
    const keepAlive = setInterval(() => undefined, 2 ** 30);
    try {
      return await ahead.page;
    } finally {
      clearInterval(keepAlive);
    }
  }

  /** Asks for the page that begins there, so that it is there when it is taken. */
  ask(start: PageStart): void {
    const abort = linkAbort(this.#options.abortSignal);
    const fetched = this.#fetchPage(
      { ...start, isAhead: true },
      { ...this.#options, abortSignal: abort.signal },
    );
    const page = fetched.finally(() => {
      abort[Symbol.dispose]();
    });
    // It may never be taken; who takes it is told.
    page.catch(() => undefined);
    this.#ahead = {
      page,
      abandon: () => {
        abort.abort();
      },
    };
  }

  /** Gives up the page that was asked for ahead, if there is one: it is fetched again should somebody take it after all. */
  abandon(): void {
    this.#ahead?.abandon();
    this.#ahead = undefined;
  }
}
