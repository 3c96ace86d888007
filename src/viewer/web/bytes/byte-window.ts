import { describeError } from "../api/failure.js";
import type { ByteSource } from "./byte-source.js";
import type { ViewerFailure } from "../../protocol.js";
import { type ByteRange, ByteStore } from "./byte-store.js";

/** One request reads at most this much. */
export const maxRequestBytes = 262_144;

/**
 * What is shown of a file: the bytes around the reader, fetched as they are wanted, one bounded request at a time. A wish
 * replaces the one before: whoever drags through gigabytes fetches what is under the pointer at the end, not the way there.
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

  /** Changes with everything that can be seen. */
  get version(): number {
    return this.#version;
  }

  get isFetching(): boolean {
    return this.#fetching !== undefined;
  }

  /** Why the last request failed; gone when something is wanted again by {@link retry}. */
  get failure(): ViewerFailure | undefined {
    return this.#failure;
  }

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  /** Has these bytes fetched, as far as they are not here; the middle of them is where the reader is. */
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

  /** Bytes beside the window: they are not kept. */
  async read(range: ByteRange): Promise<Uint8Array> {
    return this.store.slice(range.start, range.end) ?? (await this.source.read(range));
  }

  /** The source has more bytes than before. */
  grow(): void {
    this.store.setSize(this.source.size);
    this.#notify();
  }

  retry(): void {
    this.#failure = undefined;
    this.#fetchNext();
    this.#notify();
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
    // Fewer bytes than there were a moment ago: asking again at once would never end.
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
