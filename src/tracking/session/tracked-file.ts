import type { AbortSignalLike } from "@azure/abort-controller";
import { EventEmitter } from "node:events";
import {
  isAbortError,
  type OperationOptions,
  pickRequestOptions,
  requireOperationOptions,
  throwIfAborted,
  raceWithAbort,
} from "../../core/index.js";
import { BackgroundFlushes } from "./background-flushes.js";
import type { TrackedFileOpening } from "./open-plan.js";
import type { TrackingSession } from "./tracking-session.js";

/** Events of a tracked file in the background. */
export interface TrackedFileEvents {
  /** More bytes are stored; `position` is their total number. */
  flushed: [event: { readonly bytes: number; readonly position: number }];
  /** A background flush failed. No data is lost: it is repeated, and `close` throws if it finally fails. */
  flushError: [error: Error];
  /** The file was rotated or truncated, and from `position` on the log contains its later content. */
  rotated: [event: { readonly position: number }];
  /**
   * The file was truncated or removed before it was read to its end, and no copy was found: bytes may be missing in the
   * log at `position`, at least `knownBytes` of them. Also counted in the blob's metadata (`trackedlog_gaps`).
   */
  lost: [event: { readonly knownBytes: number; readonly position: number }];
  /** The times of lines cannot be stored, and are not from now on. The log is not affected. Emitted at most once. */
  lineTimesError: [error: Error];
}

/** Options of {@link TrackedFile.flush}. */
export type FlushOptions = OperationOptions;

/** Options of {@link TrackedFile.close}. */
export type CloseOptions = OperationOptions;

/**
 * A growing file and its log in the store. The log is always an exact prefix of the bytes that were written to the
 * file.
 *
 * It is flushed in the background until it is closed. Close it, or declare it with `await using`: this stores the last
 * bytes, and marks the log as finished for its readers. It does not keep the process alive; see `flushOnExit` for
 * processes that get a signal to end.
 *
 * @example
 * ```ts
 * await using log = await outputs.saveTracked(TaskOutputKind.TaskLog, "progress.log");
 * log.on("lost", ({ knownBytes }) => console.warn(`at least ${knownBytes} bytes are missing`));
 * await log.flush(); // Everything that was written until now is stored.
 * ```
 */
export class TrackedFile extends EventEmitter<TrackedFileEvents> implements AsyncDisposable {
  /** The absolute path of the file, resolved when tracking began. */
  readonly sourcePath: string;
  /** The name of the blob with the log, or its first part. */
  readonly blobName: string;
  /** The state of the store when tracking began, and the action that was taken. */
  readonly opening: TrackedFileOpening;
  readonly #session: TrackingSession;
  readonly #background: BackgroundFlushes;
  readonly #abortSignal: AbortSignalLike | undefined;
  #closing: Promise<void> | undefined;
  #isClosed = false;

  /** @internal */
  constructor(session: TrackingSession, abortSignal: AbortSignalLike | undefined) {
    super();
    this.sourcePath = session.path;
    this.blobName = session.blobName;
    this.opening = session.opening;
    this.#session = session;
    this.#abortSignal = abortSignal;
    session.events = {
      flushed: (bytes, position) => this.emit("flushed", { bytes, position }),
      rotated: (position) => this.emit("rotated", { position }),
      lost: (knownBytes, position) => this.emit("lost", { knownBytes, position }),
      timesFailed: (error) => this.emit("lineTimesError", toError(error)),
    };
    this.#background = new BackgroundFlushes(session, (error) => this.emit("flushError", toError(error)));
    abortSignal?.addEventListener("abort", this.#abandon);
  }

  /** The number of bytes of the log that are certainly stored. */
  get position(): number {
    return this.#session.position;
  }

  /**
   * Stores all bytes that the file has now. If it fails, no byte is lost or stored twice: the next flush continues at
   * the actual end of the log. Has no effect after `close`.
   *
   * @throws BatchOutputsError `AnotherWriter` if another program writes to the log; then tracking is over.
   */
  async flush(options: FlushOptions = {}): Promise<void> {
    requireOperationOptions(options);
    throwIfAborted(this.#abortSignal);
    if (this.#isClosed) return;
    await waitFor(this.#session.flush(pickRequestOptions(options)), options.abortSignal);
  }

  /**
   * Stores the remaining bytes, marks the log as finished, and ends tracking. Can be called again: after an error it
   * tries again, and after success it has no effect.
   *
   * @throws The error of the last flush; `SourceMissing` if the file was never created and that is not allowed.
   */
  async close(options: CloseOptions = {}): Promise<void> {
    requireOperationOptions(options);
    const { abortSignal } = options;
    const earlier = this.#closing;
    try {
      await waitFor(earlier ?? this.#startClosing(options), abortSignal);
    } catch (error) {
      const isOfOtherCall = earlier !== undefined && isAbortError(error) && abortSignal?.aborted !== true;
      if (!isOfOtherCall || this.#abortSignal?.aborted === true) throw error;
      await this.close(options);
    }
  }

  /** Closes the file: see {@link TrackedFile.close}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #startClosing(options: CloseOptions): Promise<void> {
    this.#closing = this.#close(pickRequestOptions(options)).catch((error: unknown) => {
      this.#closing = undefined;
      throw error;
    });
    await this.#closing;
  }

  async #close(options: OperationOptions): Promise<void> {
    this.#background.stop();
    try {
      if (this.#abortSignal?.aborted !== true) {
        await this.#session.finish(options);
        this.#isClosed = true;
        await this.#session.finishTimes({ abortSignal: this.#abortSignal });
      }
    } finally {
      this.#abortSignal?.removeEventListener("abort", this.#abandon);
      await this.#session.release();
    }
  }

  /** Ends tracking as if the process were killed: nothing more is sent, and the log can be resumed. */
  readonly #abandon = (): void => {
    this.#background.stop();
    this.#closing ??= this.#session.abandon();
  };
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error), { cause: error });
}

/** Waits for the work. Stops waiting when the signal fires. */
async function waitFor(work: Promise<void>, abortSignal: AbortSignalLike | undefined): Promise<void> {
  await (abortSignal === undefined ? work : raceWithAbort(work, abortSignal));
}
