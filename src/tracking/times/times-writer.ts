import {
  isTransient,
  linkAbort,
  type OperationOptions,
  retry,
  type RetryPolicy,
  raceWithAbort,
} from "../../core/index.js";
import { isWrongVersion } from "../../storage/index.js";
import type { LogBlobs } from "../log/log-target.js";
import { formatTimesBlock, type TimesBlock } from "./times-format.js";
import { maxTimesBytes } from "./read-line-times.js";

/** Short: the next write contains what this one could not store. */
const writePolicy: RetryPolicy = { maxAttempts: 3, delayInMs: 200, maxDelayInMs: 800 };

/**
 * The time between two writes: its share of the time since tracking began, within limits. An append blob has 50,000 blocks at
 * most; these are 30,000 in the 180 days that a task can run.
 */
const writesPerAge = 1_000;
const minPauseInMs = 10_000;
const maxPauseInMs = 600_000;

/** How long `close` waits for the store. The log is complete by then. */
const closeTimeoutInMs = 5_000;

export interface TimesPlan {
  readonly blobs: LogBlobs;
  /** The name of the index. */
  readonly name: string;
  /** Called once, with the error after which nothing more is written. */
  readonly onError: (error: unknown) => void;
}

/**
 * Writes the times of a log to its index, an append blob of its own. Never waited for by a flush of the log. Blocks may be
 * written twice, if an answer was lost: readers leave out what they have.
 */
export class TimesWriter {
  readonly #plan: TimesPlan;
  readonly #abort = linkAbort(undefined);
  readonly #startedAt = performance.now();
  #pending: TimesBlock[] = [];
  #writing: Promise<void> | undefined;
  #nextWriteAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #blob: { readonly etag: string; readonly position: number } | undefined;
  #isOver = false;

  constructor(plan: TimesPlan) {
    this.#plan = plan;
  }

  /** Stores the times of the range that follows, without waiting. */
  add(block: TimesBlock): void {
    if (this.#isOver) return;
    const last = this.#pending.at(-1);
    if (last?.to === block.from) this.#pending.splice(-1, 1, join(last, block));
    else this.#pending.push(block);
    this.#schedule();
  }

  /** Stores the rest, as far as the store accepts it within some seconds. */
  async close(options: OperationOptions = {}): Promise<void> {
    clearTimeout(this.#timer);
    if (options.abortSignal?.aborted === true) this.abandon();
    const timeout = setTimeout(() => {
      this.#fail(new Error(`The store did not accept them within ${closeTimeoutInMs / 1000} s.`));
    }, closeTimeoutInMs);
    const abandon = (): void => {
      this.abandon();
    };
    options.abortSignal?.addEventListener("abort", abandon);
    await this.#writing;
    if (!this.#isOver) await this.#write(true);
    clearTimeout(timeout);
    options.abortSignal?.removeEventListener("abort", abandon);
    this.abandon();
  }

  /** Sends nothing more. */
  abandon(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#abort.abort();
  }

  #schedule(): void {
    if (this.#isOver || this.#writing !== undefined || this.#timer !== undefined) return;
    const delay = Math.max(0, this.#nextWriteAt - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#writing = this.#write(false).finally(() => {
        this.#writing = undefined;
        if (this.#pending.length > 0) this.#schedule();
      });
    }, delay);
    this.#timer.unref();
  }

  /** Never rejects. */
  async #write(isLast: boolean): Promise<void> {
    const blocks = this.#pending;
    if (blocks.length === 0) return;
    this.#pending = [];
    const data = Buffer.from(blocks.map(formatTimesBlock).join(""), "utf8");
    try {
      await raceWithAbort(this.#append(data), this.#abort.signal);
    } catch (error) {
      if (this.#isOver) return;
      this.#pending = [...blocks, ...this.#pending];
      if (isLast || !isTransient(error)) this.#fail(error);
    }
    const pause = (performance.now() - this.#startedAt) / writesPerAge;
    this.#nextWriteAt = performance.now() + Math.min(maxPauseInMs, Math.max(minPauseInMs, pause));
  }

  #fail(error: unknown): void {
    this.abandon();
    this.#plan.onError(error);
  }

  async #append(data: Uint8Array): Promise<void> {
    const { blobs, name } = this.#plan;
    const options = { abortSignal: this.#abort.signal };
    await retry(
      async () => {
        const { etag, position } = (this.#blob ??= await this.#open(options));
        this.#blob = undefined;
        const appended = await blobs.append(name, data, { position, etag }, options);
        this.#blob = { etag: appended.etag, position: position + data.length };
      },
      {
        policy: writePolicy,
        ...options,
        isRetriable: (error) => isTransient(error) || isWrongVersion(error),
      },
    );
  }

  /** Creates the index, or continues that of an earlier process which wrote the same log. */
  async #open(options: OperationOptions): Promise<{ etag: string; position: number }> {
    const { blobs, name } = this.#plan;
    const content = { metadata: {}, contentType: "application/x-ndjson" };
    try {
      return { etag: await blobs.create(name, "nothing", content, options), position: 0 };
    } catch (error) {
      if (!isWrongVersion(error)) throw error;
      const found = await blobs.fetchState(name, options);
      if (found === undefined) throw error;
      if (found.sizeBytes > maxTimesBytes)
        throw new RangeError(`"${name}" has ${found.sizeBytes} bytes, which is too many.`, { cause: error });
      return { etag: found.etag, position: found.sizeBytes };
    }
  }
}

function join(one: TimesBlock, next: TimesBlock): TimesBlock {
  const last = one.marks.at(-1);
  const marks = next.marks.filter(({ position, at }) => position > (last?.position ?? -1) && at !== last?.at);
  return {
    ...one,
    to: next.to,
    withinMs: Math.max(one.withinMs, next.withinMs),
    marks: [...one.marks, ...marks],
  };
}
