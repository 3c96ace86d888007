import type { PagedAsyncIterableIterator, PageSettings } from "@azure/core-paging";
import type { ListPage, PageStart } from "../storage/index.js";
import { requireString } from "./require-string.js";

/** A page of a listing: its items, and the token that the next page can be asked for with, also by another process. */
export type OutputPage<T> = T[] & { continuationToken?: string };

/** A listing that is read item by item, or page by page with `byPage`. Requests are made as it is read. */
export type PagedOutputs<T> = PagedAsyncIterableIterator<T, OutputPage<T>>;

/** Makes a lazy listing of a function that fetches one page. Pages may be empty: what they held was passed over. */
export function paged<T>(fetchPage: (start: PageStart) => Promise<ListPage<T>>): PagedOutputs<T> {
  const items = allItems(fetchPage);
  return {
    next: () => items.next(),
    [Symbol.asyncIterator]() {
      return this;
    },
    byPage: (settings = {}) => allPages(fetchPage, checked(settings)),
  };
}

async function* allItems<T>(
  fetchPage: (start: PageStart) => Promise<ListPage<T>>,
): AsyncGenerator<T, undefined> {
  for await (const page of allPages(fetchPage, {})) yield* page;
  return undefined;
}

async function* allPages<T>(
  fetchPage: (start: PageStart) => Promise<ListPage<T>>,
  settings: PageSettings,
): AsyncGenerator<OutputPage<T>> {
  let continuationToken = settings.continuationToken;
  do {
    const page = await fetchPage({ continuationToken, maxPageSize: settings.maxPageSize });
    continuationToken = page.continuationToken;
    yield continuationToken === undefined ? page.items : Object.assign(page.items, { continuationToken });
  } while (continuationToken !== undefined);
}

function checked(settings: PageSettings): PageSettings {
  const { maxPageSize, continuationToken } = settings;
  if (continuationToken !== undefined) requireString(continuationToken, "continuationToken");
  if (
    maxPageSize !== undefined &&
    (!Number.isInteger(maxPageSize) || maxPageSize < 1 || maxPageSize > 5000)
  ) {
    throw new RangeError(`maxPageSize must be a whole number from 1 to 5000, but is ${maxPageSize}`);
  }
  return settings;
}
