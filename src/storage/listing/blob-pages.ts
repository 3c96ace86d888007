import type { OperationOptions } from "../../core/index.js";
import {
  type BlobPages,
  type ListedBlob,
  type ListedPage,
  openTransport,
  type PageQuery,
  type StoreContainer,
} from "../transport/index.js";

/** A page of what a listing found, and where the next one begins. */
export interface ListPage<T> {
  /** Can be gone through once. */
  readonly items: Iterable<T>;
  readonly continuationToken: string | undefined;
}

/** A page of blobs. */
export interface BlobPage extends ListPage<ListedBlob> {
  /** Those of the items that have metadata. */
  readonly described: readonly ListedBlob[];
}

/** Where a listing starts and how much of it comes at a time. */
export type PageStart = Omit<PageQuery, "delimiter">;

/** The blobs whose names begin with a prefix. */
export class BlobListing {
  readonly #pages: BlobPages;

  constructor(container: StoreContainer, prefix: string) {
    this.#pages = openTransport(container).openListing(prefix);
  }

  /** One page of the blobs, in the order of their names, with their metadata. */
  async page(start: PageStart, options: OperationOptions): Promise<BlobPage> {
    return await this.#read(start, options);
  }

  /**
   * One page of the different beginnings, up to and with the delimiter, of their names: one item for all the blobs that
   * share it.
   */
  async prefixPage(
    delimiter: string,
    start: PageStart,
    options: OperationOptions,
  ): Promise<ListPage<string>> {
    const { prefixes, continuationToken } = await this.#read({ ...start, delimiter }, options);
    return { items: prefixes, continuationToken };
  }

  async #read(query: PageQuery, options: OperationOptions): Promise<ListedPage> {
    return await this.#pages.page(query, options);
  }
}
