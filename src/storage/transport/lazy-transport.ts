import type { OperationOptions } from "../../core/index.js";
import type { BlobPages, BlobTransport, ListedPage, PageQuery } from "./contract/blob-transport.js";
import type { StoreContainer } from "./contract/store-container.js";

/**
 * The transport of a container, which is loaded with the first request: an import of this package, and programs that only compute
 * names, do not need it.
 */
export class LazyTransport implements BlobTransport {
  readonly #container: StoreContainer;
  #loading: Promise<BlobTransport> | undefined;
  #loaded: BlobTransport | undefined;

  constructor(container: StoreContainer) {
    this.#container = container;
  }

  putBlob(...call: Parameters<BlobTransport["putBlob"]>): ReturnType<BlobTransport["putBlob"]> {
    return this.#loaded?.putBlob(...call) ?? this.#load().then((transport) => transport.putBlob(...call));
  }

  putBlock(...call: Parameters<BlobTransport["putBlock"]>): ReturnType<BlobTransport["putBlock"]> {
    return this.#loaded?.putBlock(...call) ?? this.#load().then((transport) => transport.putBlock(...call));
  }

  putBlockList(
    ...call: Parameters<BlobTransport["putBlockList"]>
  ): ReturnType<BlobTransport["putBlockList"]> {
    return (
      this.#loaded?.putBlockList(...call) ?? this.#load().then((transport) => transport.putBlockList(...call))
    );
  }

  getProperties(
    ...call: Parameters<BlobTransport["getProperties"]>
  ): ReturnType<BlobTransport["getProperties"]> {
    return (
      this.#loaded?.getProperties(...call) ??
      this.#load().then((transport) => transport.getProperties(...call))
    );
  }

  appendBlock(...call: Parameters<BlobTransport["appendBlock"]>): ReturnType<BlobTransport["appendBlock"]> {
    return (
      this.#loaded?.appendBlock(...call) ?? this.#load().then((transport) => transport.appendBlock(...call))
    );
  }

  readRange(...call: Parameters<BlobTransport["readRange"]>): ReturnType<BlobTransport["readRange"]> {
    return this.#loaded?.readRange(...call) ?? this.#load().then((transport) => transport.readRange(...call));
  }

  openRange(...call: Parameters<BlobTransport["openRange"]>): ReturnType<BlobTransport["openRange"]> {
    return this.#loaded?.openRange(...call) ?? this.#load().then((transport) => transport.openRange(...call));
  }

  openListing(prefix: string): BlobPages {
    if (this.#loaded) return this.#loaded.openListing(prefix);
    return new LazyPages(async () => (await this.#load()).openListing(prefix));
  }

  #load(): Promise<BlobTransport> {
    return (this.#loading ??= this.#open());
  }

  async #open(): Promise<BlobTransport> {
    const { DirectTransport } = await import("./direct/direct-transport.js");
    return (this.#loaded = new DirectTransport(this.#container));
  }
}

/** A listing that is opened when its first page is read. */
class LazyPages implements BlobPages {
  readonly #open: () => Promise<BlobPages>;
  #pages: Promise<BlobPages> | undefined;

  constructor(open: () => Promise<BlobPages>) {
    this.#open = open;
  }

  async readPage(query: PageQuery, options: OperationOptions): Promise<ListedPage> {
    this.#pages ??= this.#open();
    return await (await this.#pages).readPage(query, options);
  }
}
