import type { OperationOptions } from "../../core/index.js";
import {
  type BlobPages,
  type ListedBlob,
  type ListedPage,
  openTransport,
  type PageQuery,
  type StoreContainer,
} from "../transport/index.js";

/** A page of a listing, and the position of the next one. */
export interface ListPage<T> {
  /** Can be iterated once. */
  readonly items: Iterable<T>;
  readonly continuationToken: string | undefined;
}

/** A page of blobs. */
export interface BlobPage extends ListPage<ListedBlob> {
  /** The items that have metadata. */
  readonly described: readonly ListedBlob[];
}

/** A page of blobs and of groups of them. */
export interface GroupedPage extends BlobPage {
  readonly prefixes: readonly string[];
}

/** The position and size of a page. */
export type PageStart = Omit<PageQuery, "delimiter">;

/** The blobs whose names begin with a prefix. */
export class BlobListing {
  readonly #pages: BlobPages;

  constructor(container: StoreContainer, prefix: string) {
    this.#pages = openTransport(container).openListing(prefix);
  }

  /** Reads one page of the blobs, ordered by name, with their metadata. */
  async readPage(start: PageStart, options: OperationOptions): Promise<BlobPage> {
    return await this.#read(start, options);
  }

  /**
   * Reads one page in which blobs whose names are the same up to and including the delimiter are grouped into one
   * prefix. The items are the blobs whose names do not contain the delimiter.
   */
  async readGroupedPage(
    delimiter: string,
    start: PageStart,
    options: OperationOptions,
  ): Promise<GroupedPage> {
    return await this.#read({ ...start, delimiter }, options);
  }

  async #read(query: PageQuery, options: OperationOptions): Promise<ListedPage> {
    return await this.#pages.readPage(query, options);
  }
}
