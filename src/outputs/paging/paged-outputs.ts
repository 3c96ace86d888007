import type { PagedAsyncIterableIterator, PageSettings } from "@azure/core-paging";
import {
  argumentRangeError,
  type OperationOptions,
  requireOperationOptions,
  requireString,
} from "../../core/index.js";
import { type FetchPage, PagesAhead } from "./pages-ahead.js";

/** A page of a listing: its items, and the token for requesting the next page, also from another process. */
export type OutputPage<T> = T[] & { continuationToken?: string };

/** A listing that is read item by item, or page by page with `byPage`. Requests are made as it is read. */
export type PagedOutputs<T> = PagedAsyncIterableIterator<T, OutputPage<T>>;

interface Page<T> {
  readonly items: Iterable<T>;
  readonly continuationToken: string | undefined;
}

/**
 * Creates a lazy listing from a function that reads one page. Pages may be empty, if all their items were skipped. From
 * the second page on, the next page is read ahead while the current one is iterated.
 */
export function createPagedOutputs<T>(options: OperationOptions, fetchPage: FetchPage<T>): PagedOutputs<T> {
  requireOperationOptions(options);
  return new PagedItems(fetchPage, options);
}

/** An iterator that awaits pages, not each of their items: there may be a million. */
class PagedItems<T> implements PagedOutputs<T> {
  readonly #fetchPage: FetchPage<T>;
  readonly #options: OperationOptions;
  readonly #ahead: PagesAhead<T>;
  readonly #pages: AsyncGenerator<Page<T>, undefined>;
  #items: Iterator<T> | undefined;
  /** The number of calls waiting for a page; they are served in order. */
  #waiting = 0;
  #lastTurn: Promise<unknown> = Promise.resolve();

  constructor(fetchPage: FetchPage<T>, options: OperationOptions) {
    this.#fetchPage = fetchPage;
    this.#options = options;
    this.#ahead = new PagesAhead(fetchPage, options);
    this.#pages = readPages(this.#ahead, {});
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  byPage(settings: PageSettings = {}): AsyncGenerator<OutputPage<T>, undefined> {
    return readArrays(this.#fetchPage, this.#options, requirePageSettings(settings));
  }

  next(): Promise<IteratorResult<T, undefined>> {
    const item = this.#waiting === 0 ? this.#items?.next() : undefined;
    if (item !== undefined && item.done !== true) return Promise.resolve(item);
    this.#waiting += 1;
    const turn = this.#lastTurn.then(() => this.#readNextItem());
    this.#lastTurn = turn.then(
      () => (this.#waiting -= 1),
      () => (this.#waiting -= 1),
    );
    return turn;
  }

  /** Stops reading ahead. Iteration can continue later, as with the listings of the storage SDK. */
  return(): Promise<IteratorResult<T, undefined>> {
    this.#ahead.cancel();
    return Promise.resolve({ done: true, value: undefined });
  }

  async #readNextItem(): Promise<IteratorResult<T, undefined>> {
    for (;;) {
      const item = this.#items?.next();
      if (item !== undefined && item.done !== true) return item;
      this.#items = undefined;
      const page = await this.#pages.next();
      if (page.done === true) return { done: true, value: undefined };
      this.#items = page.value.items[Symbol.iterator]();
    }
  }
}

async function* readArrays<T>(
  fetchPage: FetchPage<T>,
  options: OperationOptions,
  settings: PageSettings,
): AsyncGenerator<OutputPage<T>, undefined> {
  for await (const { items, continuationToken } of readPages(new PagesAhead(fetchPage, options), settings))
    yield Object.assign([...items], continuationToken === undefined ? {} : { continuationToken });
  return undefined;
}

async function* readPages<T>(
  pages: PagesAhead<T>,
  { continuationToken, maxPageSize }: PageSettings,
): AsyncGenerator<Page<T>, undefined> {
  let next = { continuationToken, maxPageSize };
  try {
    for (let isLaterPage = false; ; isLaterPage = true) {
      const page = await pages.take(next);
      next = { ...next, continuationToken: page.continuationToken };
      if (page.continuationToken === undefined) {
        yield page;
        return undefined;
      }
      // Most listings have one page, and many readers need only the first one.
      if (isLaterPage) pages.startReading(next);
      yield page;
    }
  } finally {
    pages.cancel();
  }
}

function requirePageSettings(settings: PageSettings): PageSettings {
  const { maxPageSize, continuationToken } = settings;
  if (continuationToken !== undefined) requireString(continuationToken, "continuationToken");
  if (
    maxPageSize !== undefined &&
    (!Number.isInteger(maxPageSize) || maxPageSize < 1 || maxPageSize > 5000)
  ) {
    throw argumentRangeError("maxPageSize", `must be a whole number from 1 to 5000, but is ${maxPageSize}`);
  }
  return settings;
}
