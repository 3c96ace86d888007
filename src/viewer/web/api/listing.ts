import type { ViewerFailure } from "../../protocol/index.js";
import { stream } from "./client.js";
import { describeError, isUnanswered } from "./failure.js";
import type { PollResult } from "./follower.js";

/** `loading` also applies to a refresh. `stopped`: by the reader, or because the listing is long. */
export type ListingState = "loading" | "stopped" | "complete" | "failed";

export interface ListingSnapshot<Item, Progress> {
  readonly items: readonly Item[];
  readonly progress?: Progress | undefined;
  readonly state: ListingState;
  readonly failure?: ViewerFailure | undefined;
  /** When the last complete answer came, in milliseconds since 1970, if later requests failed: the items are as of then. */
  readonly unansweredSince?: number | undefined;
}

/** How long polling waits for the server, which sends at least an empty line every 15 seconds. It is then repeated. */
const pollSilenceLimitInMs = 20_000;

/** The number of items after which the listing pauses until the reader continues: the page gets slow with many items. */
const pauseAfterItems = 50_000;

interface Reading<Item, Progress> {
  readonly abort: AbortController;
  readonly items: Item[];
  progress: Progress | undefined;
  /** Shown only when it is complete; until then the previous items stay. */
  readonly isRefresh: boolean;
  /** Started by polling, not by the reader: no progress is shown. */
  readonly isQuiet: boolean;
  /** Set while paused. Nothing is read then, so the server's listing pauses too. */
  continue: PromiseWithResolvers<void> | undefined;
  pauseAt: number;
}

/** A listing that is read from the server. Subscribers are notified at intervals, not for every item. */
export class Listing<Item, Progress = never> {
  readonly #address: string;
  readonly #listeners = new Set<() => void>();
  #snapshot: ListingSnapshot<Item, Progress> = { items: [], state: "loading" };
  #reading: Reading<Item, Progress> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #completedAt = 0;

  constructor(address: string) {
    this.#address = address;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): ListingSnapshot<Item, Progress> => this.#snapshot;

  get isComplete(): boolean {
    return this.#completedAt > 0;
  }

  /** Reads the listing, unless the last reading ended less than `maxAgeMs` milliseconds ago. */
  read(maxAgeMs = 0): void {
    if (this.#reading?.isQuiet === true) this.abandon();
    if (this.#reading !== undefined || (this.isComplete && Date.now() - this.#completedAt < maxAgeMs)) return;
    const reading = this.#startReading(false);
    this.#notify(
      reading.isRefresh
        ? { ...this.#snapshot, state: "loading", failure: undefined }
        : { items: [], state: "loading" },
    );
    this.#readAll(reading).then(
      () => {
        this.#end(reading, "complete");
      },
      (error: unknown) => {
        this.#end(reading, "failed", describeError(error));
      },
    );
  }

  /**
   * Reads a complete listing again in the background, and shows the result if it is different. A listing that was paused once is
   * not polled: it is too long.
   */
  async poll(): Promise<PollResult> {
    const { items } = this.#snapshot;
    if (this.#reading !== undefined || !this.isComplete || items.length >= pauseAfterItems)
      return { hasGrown: false, isOver: false };
    const reading = this.#startReading(true);
    try {
      await this.#readAll(reading);
    } catch (error) {
      if (reading.abort.signal.aborted) return { hasGrown: false, isOver: false };
      this.#reading = undefined;
      const failure = describeError(error);
      // No answer: the server may be restarting. Any other error is shown.
      if (isUnanswered(failure))
        this.#notify({
          ...this.#snapshot,
          unansweredSince: this.#snapshot.unansweredSince ?? this.#completedAt,
        });
      else this.#notify({ ...this.#snapshot, unansweredSince: undefined, failure });
      return { hasGrown: false, isOver: false, isFailed: true };
    }
    return { hasGrown: this.#endPoll(reading), isOver: false };
  }

  /** Pauses the reading, and with it the server's listing, until {@link resume}. */
  stop(): void {
    if (this.#reading === undefined) return;
    this.#reading.continue ??= Promise.withResolvers();
    this.#show();
  }

  resume(): void {
    const reading = this.#reading;
    if (reading?.continue === undefined) return;
    reading.pauseAt = reading.items.length + pauseAfterItems;
    const { resolve } = reading.continue;
    reading.continue = undefined;
    resolve();
    this.#show();
  }

  /** Aborts the reading. */
  abandon(): void {
    const reading = this.#reading;
    this.#reading = undefined;
    reading?.abort.abort();
    reading?.continue?.resolve();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #startReading(isQuiet: boolean): Reading<Item, Progress> {
    const reading: Reading<Item, Progress> = {
      abort: new AbortController(),
      items: [],
      progress: undefined,
      isRefresh: this.isComplete,
      isQuiet,
      continue: undefined,
      pauseAt: isQuiet ? Infinity : pauseAfterItems,
    };
    this.#reading = reading;
    return reading;
  }

  async #readAll(reading: Reading<Item, Progress>): Promise<void> {
    const messages = stream<Item, Progress>(this.#address, {
      abortSignal: reading.abort.signal,
      ...(reading.isQuiet && { silenceLimitInMs: pollSilenceLimitInMs }),
    });
    for await (const message of messages) {
      if ("item" in message) reading.items.push(message.item);
      else if ("progress" in message) reading.progress = message.progress;
      if (reading.items.length >= reading.pauseAt) reading.continue ??= Promise.withResolvers();
      if (reading.isQuiet) continue;
      // Rendering takes longer with more items, so the interval grows.
      this.#timer ??= setTimeout(
        () => {
          this.#show();
        },
        100 + reading.items.length / 100,
      );
      if (reading.continue !== undefined) await reading.continue.promise;
    }
  }

  #show(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const reading = this.#reading;
    if (reading === undefined) return;
    const state = reading.continue === undefined ? "loading" : "stopped";
    if (reading.isRefresh) this.#notify({ ...this.#snapshot, state });
    else this.#notify({ items: [...reading.items], progress: reading.progress, state });
  }

  #end(reading: Reading<Item, Progress>, state: "complete" | "failed", failure?: ViewerFailure): void {
    if (this.#reading !== reading) return;
    this.#reading = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (state === "complete") this.#completedAt = Date.now();
    const { items, progress } = state === "failed" && reading.isRefresh ? this.#snapshot : reading;
    this.#notify({ items, progress, state, failure });
  }

  /** Ends a background reading, and shows its result. Returns whether the items have changed. */
  #endPoll(reading: Reading<Item, Progress>): boolean {
    if (this.#reading !== reading) return false;
    const before = this.#snapshot;
    const hasGrown = JSON.stringify(before.items) !== JSON.stringify(reading.items);
    this.#reading = undefined;
    this.#completedAt = Date.now();
    const { items, progress } = hasGrown ? reading : before;
    if (hasGrown || before.unansweredSince !== undefined || before.failure !== undefined)
      this.#notify({ items, progress, state: "complete" });
    return hasGrown;
  }

  #notify(snapshot: ListingSnapshot<Item, Progress>): void {
    this.#snapshot = snapshot;
    for (const listener of this.#listeners) listener();
  }
}
