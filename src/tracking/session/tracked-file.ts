import type { AbortSignalLike } from "@azure/abort-controller";
import { EventEmitter } from "node:events";
import { type OperationOptions, requestOptions, throwIfAborted, untilAborted } from "../../core/index.js";
import { BackgroundFlushes } from "./background-flushes.js";
import type { TrackedFileOpening } from "./open-tracked-log.js";
import type { TrackingSession } from "./tracking-session.js";

/** What a tracked file tells while it works in the background. */
export interface TrackedFileEvents {
  /** So many bytes more are stored; `position` is how many there are in all. */
  flushed: [event: { readonly bytes: number; readonly position: number }];
  /** A flush in the background failed. Nothing is lost: it is made again, and `close` throws when it fails in the end. */
  flushError: [error: unknown];
  /** The file was rotated or truncated, and from `position` on the log holds what it contained afterwards. */
  rotated: [event: { readonly position: number }];
  /**
   * The file was truncated or removed before it was read to its end, and no copy was found: bytes may be missing in the log
   * at `position`, at least `knownBytes` of them. Counted in the blob's metadata too (`trackedlog_gaps`).
   */
  lost: [event: { readonly knownBytes: number; readonly position: number }];
}

/** Options of {@link TrackedFile.flush}. */
export type FlushOptions = OperationOptions;

/** Options of {@link TrackedFile.close}. */
export type CloseOptions = OperationOptions;

/**
 * A file that grows, and its log in the store, which is at every moment a beginning of what was written to the file.
 *
 * It is flushed in the background until it is closed. Close it, or declare it with `await using`: only then is it certain
 * that its last bytes are stored, and do readers learn that the log is finished. It does not keep the process alive; see
 * `flushOnExit` for processes that are ended.
 */
export class TrackedFile extends EventEmitter<TrackedFileEvents> implements AsyncDisposable {
  /** The absolute path of the file, resolved when the tracking began. */
  readonly sourcePath: string;
  /** The name of the blob that holds the log, or its beginning. */
  readonly blobName: string;
  /** What was found under that name, and what was done about it. */
  readonly opening: TrackedFileOpening;
  readonly #session: TrackingSession;
  readonly #background: BackgroundFlushes;
  readonly #abortSignal: AbortSignalLike | undefined;
  #closing: Promise<void> | undefined;

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
    };
    this.#background = new BackgroundFlushes(session, (error) => this.emit("flushError", error));
    abortSignal?.addEventListener("abort", this.#abandon);
  }

  /** How many bytes of the log are certainly stored, of all that the file has held. */
  get position(): number {
    return this.#session.position;
  }

  /**
   * Stores everything that is in the file now. When it fails, nothing is lost or repeated: the next flush goes on where the
   * log really ends.
   *
   * @throws BatchOutputsError `AnotherWriter` when somebody else writes to the log; then it is over with this one.
   */
  async flush(options: FlushOptions = {}): Promise<void> {
    throwIfAborted(this.#abortSignal);
    await waitFor(this.#session.flush(requestOptions(options)), options.abortSignal);
  }

  /**
   * Stores what is left, tells readers that the log is finished, and ends the tracking. May be called again: after it
   * succeeded that does nothing, after it failed it tries again.
   *
   * @throws What made the last flush fail; `SourceMissing` when the file never came and was not allowed to.
   */
  async close(options: CloseOptions = {}): Promise<void> {
    this.#closing ??= this.#close(requestOptions(options)).catch((error: unknown) => {
      this.#closing = undefined;
      throw error;
    });
    await waitFor(this.#closing, options.abortSignal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(options: OperationOptions): Promise<void> {
    this.#background.stop();
    try {
      if (this.#abortSignal?.aborted !== true) await this.#session.finish(options);
    } finally {
      this.#abortSignal?.removeEventListener("abort", this.#abandon);
      await this.#session.release();
    }
  }

  /** As if the process were killed: nothing more is sent, and what is stored can be resumed. */
  readonly #abandon = (): void => {
    this.#background.stop();
    this.#closing ??= this.#session.release();
  };
}

/** Waits no longer than until the signal fires, whatever the work does then. */
async function waitFor(work: Promise<void>, abortSignal: AbortSignalLike | undefined): Promise<void> {
  await (abortSignal === undefined ? work : untilAborted(work, abortSignal));
}
