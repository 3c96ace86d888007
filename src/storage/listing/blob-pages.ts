import type { ContainerClient } from "@azure/storage-blob";
import { defined, type OperationOptions, requestOptions } from "../../core/index.js";
import { BlobTemplates } from "./blob-template.js";
import { sendDirectly } from "../transport/direct/direct-requests.js";
import { ListBlobsParser, type ListedPage } from "./list-blobs-parser.js";
import { type ListedBlob, listedBlob } from "./listed-blob.js";
import type { PageMemory } from "./page-memory.js";

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
export interface PageStart {
  readonly continuationToken?: string | undefined;
  readonly maxPageSize?: number | undefined;
  /** Whether nobody waits for the page yet: then asking for it does not keep the process alive. */
  readonly isAhead?: boolean | undefined;
}

/** 5,000 names of 1,024 characters, each with 8 KiB of metadata, fit in. */
const maxPageBytes = 128 * 1024 * 1024;

/** The blobs whose names begin with a prefix. */
export class BlobListing {
  readonly #container: ContainerClient;
  readonly #prefix: string;
  /** What is known after a page, and what it was kept in, serve the next one. */
  readonly #templates = new BlobTemplates();
  readonly #spare: PageMemory[] = [];

  constructor(container: ContainerClient, prefix: string) {
    this.#container = container;
    this.#prefix = prefix;
  }

  /** One page of the blobs, in the order of their names, with their metadata. */
  async page(start: PageStart, options: OperationOptions): Promise<BlobPage> {
    return await this.#page(start, { include: "metadata" }, options, async (updated) => {
      const { segment, continuationToken } = await this.#flatBySdk(start, updated);
      const items = segment.blobItems.map(listedBlob);
      const described = items.filter(({ metadata }) => metadata !== undefined);
      return { items, described, prefixes: [], continuationToken: parseContinuationToken(continuationToken) };
    });
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
    const page = await this.#page(start, { delimiter }, options, async (updated) => {
      const { segment, continuationToken } = await this.#prefixesBySdk(delimiter, start, updated);
      const prefixes = segment.blobPrefixes?.map(({ name }) => name) ?? [];
      return {
        items: [],
        described: [],
        prefixes,
        continuationToken: parseContinuationToken(continuationToken),
      };
    });
    return { items: page.prefixes, continuationToken: page.continuationToken };
  }

  async #page(
    start: PageStart,
    asked: Readonly<Record<string, string>>,
    options: OperationOptions,
    bySdk: (options: OperationOptions) => Promise<ListedPage>,
  ): Promise<ListedPage> {
    const answer = new ListBlobsParser(this.#spare.pop(), this.#templates, (memory) => {
      this.#spare.push(memory);
    });
    return await sendDirectly<ListedPage>(
      this.#container,
      {
        method: "GET",
        query: queryOf({
          restype: "container",
          comp: "list",
          prefix: this.#prefix,
          marker: start.continuationToken,
          maxresults: start.maxPageSize,
          ...asked,
        }),
        headers: [["accept", "application/xml"]],
        expectedStatus: 200,
        maxBodyBytes: maxPageBytes,
        onBody: (bytes) => {
          answer.feed(bytes);
        },
        isAhead: start.isAhead === true,
      },
      options.abortSignal,
      () => answer.end(),
      (abortSignal) => bySdk({ ...options, abortSignal }),
    );
  }

  async #flatBySdk(start: PageStart, options: OperationOptions) {
    const asked = { prefix: this.#prefix, includeMetadata: true, ...requestOptions(options) };
    return await firstOf(this.#container.listBlobsFlat(asked).byPage(pageSettings(start)));
  }

  async #prefixesBySdk(delimiter: string, start: PageStart, options: OperationOptions) {
    const asked = { prefix: this.#prefix, ...requestOptions(options) };
    return await firstOf(this.#container.listBlobsByHierarchy(delimiter, asked).byPage(pageSettings(start)));
  }
}

/** A listing has at least one page, be it empty. */
async function firstOf<T>(pages: AsyncIterator<T, unknown>): Promise<T> {
  const page = await pages.next();
  if (page.done === true) throw new Error("The storage SDK gave a listing without a page.");
  return page.value;
}

function queryOf(parameters: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(defined(parameters))
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join("&");
}

/** How the service wants to be asked for a page. */
export function pageSettings(start: PageStart): { continuationToken?: string; maxPageSize?: number } {
  return defined({ continuationToken: start.continuationToken, maxPageSize: start.maxPageSize });
}

/** The service's last page has an empty token. */
export function parseContinuationToken(token: string | undefined): string | undefined {
  return token === "" ? undefined : token;
}
