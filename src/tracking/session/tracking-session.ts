import type { AbortSignalLike } from "@azure/abort-controller";
import {
  BatchOutputsError,
  isBatchOutputsError,
  linkAbort,
  type OperationOptions,
  Semaphore,
  throwIfAborted,
} from "../../core/index.js";
import { flushIntervalInMs } from "./flush-interval.js";
import { LogUpdater, type LogUpdaterEvents } from "./log-updater.js";
import type { Arrivals } from "../times/arrivals.js";
import { TimesRecorder } from "../times/times-recorder.js";
import { TimesWriter } from "../times/times-writer.js";
import type { OpenedLog, TrackedFileOpening } from "./open-plan.js";
import type { LogBlobs } from "../log/log-target.js";

export interface SessionPlan {
  readonly blobName: string;
  readonly path: string;
  readonly flushIntervalInMs: number;
  readonly adaptive: boolean;
  readonly allowMissingSource: boolean;
  readonly blockLimit: number;
  readonly maxIntervalInMs: number;
  readonly explain: (error: unknown) => unknown;
  /** When it fires, nothing more is done, not even in the background. */
  readonly abortSignal: AbortSignalLike | undefined;
  /** Shared by all flushes. */
  readonly flushes: Semaphore;
  /** Where the times of lines are stored; absent if they are not. */
  readonly times: SessionTimes | undefined;
}

export interface SessionTimes {
  readonly blobs: LogBlobs;
  readonly name: string;
  /** When the bytes of the file arrived, if its writer knows. */
  readonly arrivals: Arrivals | undefined;
}

/** Called by a session; those of the log, and of the times of its lines. */
export interface SessionEvents extends LogUpdaterEvents {
  timesFailed(error: unknown): void;
}

/**
 * Limits the concurrent flushes of all tracked files of the process, so that memory does not grow with the number of
 * files: each flush uses up to 4 MiB. A flush without progress for 5 s does not block the others.
 */
export const sharedFlushes = new Semaphore(8, 5_000);

/**
 * Limits the logs that are opened concurrently. This is a separate limit, because opening may compare a long log with
 * its file, and flushes must not wait for that.
 */
export const sharedOpenings = new Semaphore(8, 5_000);

/** A file that is replaced again and again while its log is finished is not read for ever: the rest is reported as lost. */
const maxLastUpdates = 4;

/** An open log and its file. Runs one flush at a time, and explains its errors. */
export class TrackingSession {
  readonly path: string;
  readonly blobName: string;
  readonly opening: TrackedFileOpening;
  events: SessionEvents | undefined;
  readonly #plan: SessionPlan;
  readonly #opened: OpenedLog;
  readonly #updater: LogUpdater;
  readonly #times: TimesWriter | undefined;
  readonly #claims: readonly Disposable[];
  readonly #turn = new Semaphore(1);
  readonly #startedAt = performance.now();
  #broken: BatchOutputsError | undefined;
  #hasSeenFile: boolean;

  /** @param claims - The entries of the blob and the file in the registers of this process, released at the end. */
  constructor(plan: SessionPlan, opened: OpenedLog, claims: readonly Disposable[]) {
    this.path = plan.path;
    this.blobName = plan.blobName;
    this.opening = opened.opening;
    this.#plan = plan;
    this.#opened = opened;
    this.#claims = claims;
    this.#hasSeenFile = opened.source.current !== undefined || opened.log.position > 0;
    const { times } = plan;
    const writer =
      times &&
      new TimesWriter({ ...times, onError: (error) => this.events?.timesFailed(plan.explain(error)) });
    this.#times = writer;
    this.#updater = new LogUpdater(
      opened,
      {
        flushed: (bytes, position) => this.events?.flushed(bytes, position),
        rotated: (position) => this.events?.rotated(position),
        lost: (knownBytes, position) => this.events?.lost(knownBytes, position),
      },
      writer && {
        recorder: new TimesRecorder(times.arrivals),
        onTimes: (block) => {
          writer.add(block);
        },
      },
    );
  }

  get position(): number {
    return this.#opened.log.position;
  }

  get intervalInMs(): number {
    return flushIntervalInMs({
      askedInMs: this.#plan.flushIntervalInMs,
      isAdaptive: this.#plan.adaptive,
      ageInMs: performance.now() - this.#startedAt,
      blocksUsed: this.#opened.log.blocksUsed,
      blockLimit: this.#plan.blockLimit,
      maxInMs: this.#plan.maxIntervalInMs,
    });
  }

  /** Looks at the file, even while a flush waits for the store. Returns true if there is something to flush. */
  async look(): Promise<boolean> {
    await this.#updater.look();
    this.#hasSeenFile ||= this.#opened.source.current !== undefined;
    return this.#updater.isBehind;
  }

  async flush(options: OperationOptions): Promise<void> {
    await this.#runExclusively(options, async (linked) => {
      await this.#update(linked);
    });
  }

  /** Flushes for the last time, and marks the log as finished, without a writer. */
  async finish(options: OperationOptions): Promise<void> {
    await this.#runExclusively(options, async (linked) => {
      for (
        let updates = 0;
        updates === 0 || (updates < maxLastUpdates && this.#updater.isBehind);
        updates += 1
      ) {
        await this.#update(linked);
        await this.#opened.source.end();
      }
      if (this.#updater.isBehind) await this.#updater.loseRest(linked);
      const end = { finishedAt: new Date().toISOString(), writer: undefined };
      await this.#opened.log.updateState(() => end, linked);
      if (!this.#hasSeenFile && !this.#plan.allowMissingSource)
        throw createSourceMissingError(this.path, this.blobName);
    });
  }

  /** Stores the times of the last lines, when the log is finished. Never rejects. */
  async finishTimes(options: OperationOptions): Promise<void> {
    await this.#times?.close(options);
  }

  /** Sends nothing more, as if the process were killed. */
  async abandon(): Promise<void> {
    this.#times?.abandon();
    await this.release();
  }

  /** Closes files and releases the names. The session can still be finished afterwards, which opens them again. */
  async release(): Promise<void> {
    for (const claim of this.#claims) claim[Symbol.dispose]();
    await this.#opened.source.close();
  }

  async #update(options: OperationOptions): Promise<void> {
    await this.#plan.flushes.run((turn) => this.#updater.flush(options, turn), options.abortSignal);
    this.#hasSeenFile ||= this.#opened.source.current !== undefined || this.position > 0;
  }

  async #runExclusively(
    options: OperationOptions,
    call: (linked: OperationOptions) => Promise<void>,
  ): Promise<void> {
    using abort = linkAbort(this.#plan.abortSignal, options.abortSignal);
    const linked = { ...options, abortSignal: abort.signal };
    await this.#turn.run(async () => {
      if (this.#broken) throw this.#broken;
      throwIfAborted(abort.signal);
      try {
        await call(linked);
      } catch (error) {
        const explained = this.#plan.explain(error);
        if (isBatchOutputsError(explained) && explained.code === "AnotherWriter") this.#broken = explained;
        throw explained;
      }
    }, abort.signal);
  }
}

function createSourceMissingError(path: string, blobName: string): BatchOutputsError {
  return new BatchOutputsError(
    "SourceMissing",
    `The tracked file was never created: ${path}. Its log "${blobName}" exists and is empty.`,
    { path, hint: { action: "allow-missing-source" } },
  );
}
