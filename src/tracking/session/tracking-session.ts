import type { AbortSignalLike } from "@azure/abort-controller";
import {
  BatchOutputsError,
  isBatchOutputsError,
  type OperationOptions,
  throwIfAborted,
} from "../../core/index.js";
import type { AppendBlobs } from "../../storage/index.js";
import type { StoredRange } from "../source/log-comparison.js";
import { walkLog } from "../log/log-parts.js";
import type { OpenedLog, TrackedFileOpening } from "./open-tracked-log.js";
import { paceMs } from "./flush-interval.js";
import { Shipper, type ShipperEvents } from "./log-updater.js";
import { sharedFlushTurns, Turns } from "./turns.js";

export interface SessionPlan {
  readonly blobs: AppendBlobs;
  readonly blobName: string;
  readonly path: string;
  readonly flushIntervalInMs: number;
  readonly adaptive: boolean;
  readonly allowMissingSource: boolean;
  readonly blockLimit: number;
  readonly widestIntervalMs: number;
  readonly explain: (error: unknown) => unknown;
  /** When it fires, nothing more is done, in the background neither. */
  readonly abortSignal: AbortSignalLike | undefined;
}

/** An open log and its file: one flush at a time, each with the errors that its caller understands. */
export class TrackingSession {
  readonly path: string;
  readonly blobName: string;
  readonly opening: TrackedFileOpening;
  events: ShipperEvents | undefined;
  readonly #plan: SessionPlan;
  readonly #opened: OpenedLog;
  readonly #shipper: Shipper;
  readonly #name: Disposable;
  readonly #turn = new Turns(1);
  readonly #startedAt = performance.now();
  #broken: BatchOutputsError | undefined;
  #hasSeenFile: boolean;

  /** `name`: the blob name's place in the register of this process, given back in the end. */
  constructor(plan: SessionPlan, opened: OpenedLog, name: Disposable) {
    this.path = plan.path;
    this.blobName = plan.blobName;
    this.opening = opened.opening;
    this.#plan = plan;
    this.#opened = opened;
    this.#name = name;
    this.#hasSeenFile = opened.trail.current !== undefined || opened.log.position > 0;
    this.#shipper = new Shipper(opened.trail, opened.log, (start, options) => this.#stored(start, options), {
      flushed: (bytes, position) => this.events?.flushed(bytes, position),
      rotated: (position) => this.events?.rotated(position),
      lost: (knownBytes, position) => this.events?.lost(knownBytes, position),
    });
  }

  get position(): number {
    return this.#opened.log.position;
  }

  get intervalMs(): number {
    return paceMs({
      askedMs: this.#plan.flushIntervalInMs,
      isAdaptive: this.#plan.adaptive,
      ageMs: performance.now() - this.#startedAt,
      blocksUsed: this.#opened.log.blocksUsed,
      blockLimit: this.#plan.blockLimit,
      widestMs: this.#plan.widestIntervalMs,
    });
  }

  /** Looks at the file. True when there is something to flush. */
  async look(): Promise<boolean> {
    return await this.#exclusively(async () => {
      await this.#opened.trail.look();
      return this.#shipper.isBehind;
    });
  }

  /** Looks at the file, and flushes if there is something to flush. */
  async flushIfBehind(): Promise<boolean> {
    return await this.#exclusively(async () => {
      await this.#opened.trail.look();
      if (!this.#shipper.isBehind) return false;
      await this.#ship({ abortSignal: this.#plan.abortSignal });
      return true;
    });
  }

  async flush(options: OperationOptions): Promise<void> {
    await this.#exclusively(() => this.#ship(options));
  }

  /** The last flush; then every reader is told that nothing more will come, and nobody is the log's writer any more. */
  async finish(options: OperationOptions): Promise<void> {
    await this.#exclusively(async () => {
      await this.#ship(options);
      const end = { finishedAt: new Date().toISOString(), writer: undefined };
      await sharedFlushTurns.run(() => this.#opened.log.update(end, options));
      if (!this.#hasSeenFile && !this.#plan.allowMissingSource) throw sourceMissing(this.path, this.blobName);
    });
  }

  /** Closes files and gives the name back. The session can still be finished afterwards, which opens them again. */
  async release(): Promise<void> {
    this.#name[Symbol.dispose]();
    await this.#turn.run(() => this.#opened.trail.close());
  }

  async #ship(options: OperationOptions): Promise<void> {
    await sharedFlushTurns.run(() => this.#shipper.ship(options));
    this.#hasSeenFile ||= this.#opened.trail.current !== undefined || this.position > 0;
  }

  async #exclusively<T>(call: () => Promise<T>): Promise<T> {
    return await this.#turn.run(async () => {
      if (this.#broken) throw this.#broken;
      throwIfAborted(this.#plan.abortSignal);
      try {
        return await call();
      } catch (error) {
        const explained = this.#plan.explain(error);
        if (isBatchOutputsError(explained) && explained.code === "AnotherWriter") this.#broken = explained;
        throw explained;
      }
    });
  }

  async #stored(start: number, options: OperationOptions): Promise<StoredRange> {
    const { blobs, blobName } = this.#plan;
    const first = await blobs.state(blobName, options);
    const parts = first === undefined ? [] : await walkLog(blobs, blobName, first, options);
    return { blobs, parts, start, end: this.position };
  }
}

function sourceMissing(path: string, blobName: string): BatchOutputsError {
  return new BatchOutputsError(
    "SourceMissing",
    `The tracked file never came into being: ${path}. Its log "${blobName}" is stored, and empty. ` +
      "Correct the path, or say allowMissingSource where that is as it should be.",
    { path },
  );
}
