import type { ViewerFailure } from "../../protocol.js";
import { stream } from "./client.js";
import { describeError } from "./failure.js";
import type { PollResult } from "./follower.js";

/** `loading` also while a complete listing is made anew; `stopped` by the reader, or because there is so much. */
export type ListingState = "loading" | "stopped" | "complete" | "failed";

export interface ListingSnapshot<Item, Progress> {
  readonly items: readonly Item[];
  readonly progress?: Progress | undefined;
  readonly state: ListingState;
  readonly failure?: ViewerFailure | undefined;
  /** Since when it could not be made anew, in milliseconds since 1970: what is shown is as it was then. */
  readonly unansweredSince?: number | undefined;
}

/** So many items are read without being asked: a page that holds more gets slow. The reader can go on. */
const pauseAfterItems = 50_000;

interface Reading<Item, Progress> {
  readonly abort: AbortController;
  readonly items: Item[];
  progress: Progress | undefined;
  /** Kept from showing until it is complete: what was there before stays meanwhile. */
  readonly isRefresh: boolean;
  /** Not asked for by the reader: nothing shows that it is made anew. */
  readonly isQuiet: boolean;
  /** While stopped: nothing is read, so the server's listing waits too. */
  continue: PromiseWithResolvers<void> | undefined;
  pauseAt: number;
}

/** A listing of the server while it is read. Subscribers are notified of its state from time to time, not for every item. */
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

  /** Reads it, unless it was read within the last milliseconds given. */
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
   * Reads a complete listing once more beside what is shown, and shows it when it is complete and another one. One that
   * the reader was asked to go on with is not read again.
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
      const unansweredSince = this.#snapshot.unansweredSince ?? this.#completedAt;
      const failure = describeError(error);
      // A server that is started again answers soon; what it refuses is said.
      this.#notify({ ...this.#snapshot, unansweredSince, ...(failure.code !== "NoAnswer" && { failure }) });
      return { hasGrown: false, isOver: false, isFailed: true };
    }
    return { hasGrown: this.#endPoll(reading), isOver: false };
  }

  /** Stops reading, and with it the server's listing; {@link continue} continues where it stopped. */
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

  /** The reader has moved on. */
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
    const messages = stream<Item, Progress>(this.#address, { abortSignal: reading.abort.signal });
    for await (const message of messages) {
      if ("item" in message) reading.items.push(message.item);
      else if ("progress" in message) reading.progress = message.progress;
      if (reading.items.length >= reading.pauseAt) reading.continue ??= Promise.withResolvers();
      if (reading.isQuiet) continue;
      // The more there is, the longer showing it takes, and the less one more item says.
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

  /** Shows what was read beside what is shown; whether it is another listing. */
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
