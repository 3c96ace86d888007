import { describeError, isUnanswered } from "../api/failure.js";
import type { ByteSource } from "./byte-source.js";
import type { ViewerFailure } from "../../protocol/index.js";
import { type ByteRange, ByteStore } from "./byte-store.js";

/** The maximum size of one request. */
export const maxRequestBytes = 262_144;

/**
 * The loaded part of a file that is shown. Fetches bytes around the reader's position with one bounded request at a time. A new
 * range replaces the previous one: dragging through gigabytes fetches only where it ends.
 */
export class ByteWindow {
  readonly store: ByteStore;
  readonly #watchers = new Set<() => void>();
  #version = 0;
  #wanted: ByteRange | undefined;
  #fetching: { readonly range: ByteRange; readonly abort: AbortController } | undefined;
  #failure: ViewerFailure | undefined;

  constructor(private readonly source: ByteSource) {
    this.store = new ByteStore(source.size);
  }

  /** Increases with every change. */
  get version(): number {
    return this.#version;
  }

  get isFetching(): boolean {
    return this.#fetching !== undefined;
  }

  /** The error of the last request, until {@link retry}. */
  get failure(): ViewerFailure | undefined {
    return this.#failure;
  }

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  /** Fetches the missing bytes of a range. Its middle is the reader's position. */
  load(range: ByteRange): void {
    this.#wanted = { start: Math.max(0, range.start), end: Math.min(this.store.size, range.end) };
    this.store.focus((this.#wanted.start + this.#wanted.end) / 2);
    const under = this.#fetching?.range;
    if (under !== undefined && (under.end <= this.#wanted.start || under.start >= this.#wanted.end)) {
      this.#fetching?.abort.abort();
      this.#fetching = undefined;
    }
    this.#fetchNext();
  }

  /** Reads a range without keeping it. */
  async read(range: ByteRange): Promise<Uint8Array> {
    return this.store.slice(range.start, range.end) ?? (await this.source.read(range));
  }

  /** Updates the size after the source has grown. */
  grow(): void {
    this.store.setSize(this.source.size);
    this.#notify();
  }

  retry(): void {
    this.#failure = undefined;
    this.#fetchNext();
    this.#notify();
  }

  /** Retries if the last request had no answer, now that the server answers another one. */
  retryUnanswered(): void {
    if (this.#failure !== undefined && isUnanswered(this.#failure)) this.retry();
  }

  close(): void {
    this.#wanted = undefined;
    this.#fetching?.abort.abort();
    this.#fetching = undefined;
  }

  #fetchNext(): void {
    if (this.#fetching !== undefined || this.#wanted === undefined || this.#failure !== undefined) return;
    const missing = this.store.findMissing(this.#wanted);
    if (missing === undefined) return;
    const range = {
      start: missing.start,
      end: Math.min(missing.end, missing.start + maxRequestBytes + this.store.blockBytes),
    };
    const fetching = { range, abort: new AbortController() };
    this.#fetching = fetching;
    this.source.read(range, { abortSignal: fetching.abort.signal }).then(
      (bytes) => {
        if (this.#fetching === fetching) this.#handleBytes(range, bytes);
      },
      (error: unknown) => {
        if (this.#fetching === fetching) this.#handleError(error);
      },
    );
  }

  #handleBytes(range: ByteRange, bytes: Uint8Array): void {
    this.#fetching = undefined;
    this.store.put(range.start, bytes);
    // The file is shorter than a moment ago: repeating the request would never end.
    if (bytes.byteLength < range.end - range.start) this.#wanted = undefined;
    else this.#fetchNext();
    this.#notify();
  }

  #handleError(error: unknown): void {
    this.#fetching = undefined;
    this.#failure = describeError(error);
    this.#notify();
  }

  #notify(): void {
    this.#version += 1;
    for (const watcher of this.#watchers) watcher();
  }
}
