import {
  BatchOutputsError,
  computeRetryDelayInMs,
  hasCode,
  isTransient,
  linkAbort,
  pause,
} from "../../core/index.js";
import { getServiceErrorStatus } from "../../storage/index.js";
import type { TrackedFile, WaitingFile } from "../../tracking/index.js";
import { explain } from "../errors/explain.js";
import { writeMessage } from "../terminal/terminal.js";
import { describeLog, type LogPlan } from "./log-plan.js";
import type { RetryDeadline } from "./retry-deadline.js";
import { retryUntilDeadline, storeAcceptedNothing } from "./retry-until-deadline.js";
import { storeOutagePolicy } from "./store-outage-policy.js";

/** The result of uploading a log to its end. */
export interface LogResult {
  /** Bytes that are certainly stored. */
  readonly position: number;
  /** Why the log is not stored completely; undefined if it is. */
  readonly error?: unknown;
  /** Set if every byte is stored, but the store refused to mark the log as finished. */
  readonly markError?: unknown;
}

/**
 * Uploads a growing file with `saveTracked`. Unlike a tracked file, it can be started while the store does not answer:
 * opening is retried in the background, and the data remains in the file.
 */
export class LogUpload {
  readonly plan: LogPlan;
  /** While the store does not answer, there may be many flushes, which listen to it. */
  readonly #abort = linkAbort();
  readonly #opening: Promise<void>;
  readonly #firstAttempt: Promise<void>;
  #endPause = new AbortController();
  /** While the store does not answer, the file may be rotated. */
  readonly #waiting: WaitingFile = {};
  #tracked: TrackedFile | undefined;
  #failure: { readonly error: unknown; readonly words: string } | undefined;
  #onStored: () => void = () => undefined;
  #isFinishing = false;

  constructor(plan: LogPlan) {
    this.plan = plan;
    let waitForFirstAttempt: () => void = () => undefined;
    this.#firstAttempt = new Promise((resolve) => (waitForFirstAttempt = resolve));
    this.#opening = this.#open(waitForFirstAttempt);
  }

  /**
   * Resolves when the log is open or when the first attempt failed. Throws the failure unless it is transient, or another program
   * of Windows has the file open without sharing it: it may close the file.
   */
  async waitForFirstAttempt(): Promise<void> {
    await this.#firstAttempt;
    if (this.#failure && !isTransient(this.#failure.error) && !hasCode(this.#failure.error, "EBUSY"))
      throw this.#failure.error;
  }

  /** Resolves when the log is open, after any number of failed attempts. */
  async waitUntilOpen(): Promise<void> {
    await this.#opening;
  }

  /** Starts to store the current content of the file, without waiting. */
  flush(): void {
    this.#retryNow();
    this.#tracked?.flush({ abortSignal: this.#abort.signal }).catch((error: unknown) => {
      this.#reportFailure(error);
    });
  }

  /** Stores the remaining data and marks the log as finished, with retries until the deadline. */
  async finish(deadline: RetryDeadline): Promise<LogResult> {
    this.#onStored = deadline.extend;
    this.#isFinishing = true;
    const abort = (): void => {
      this.#abort.abort();
    };
    if (deadline.hasPassed) abort();
    deadline.signal.addEventListener("abort", abort, { once: true });
    this.#retryNow();
    await this.#opening;
    const tracked = this.#tracked;
    if (tracked === undefined) return { position: 0, error: this.#failure?.error ?? storeAcceptedNothing() };
    try {
      await retryUntilDeadline(deadline, () => this.#close(tracked));
      return { position: tracked.position };
    } catch (error) {
      if (!deadline.hasPassed && isServiceError(error) && (await this.#isAllStored(tracked)))
        return { position: tracked.position, markError: error };
      return { position: tracked.position, error: this.#failure?.error ?? error };
    }
  }

  /** Sends nothing more, as if the process were killed. */
  abandon(): void {
    this.#abort.abort();
  }

  async #close(tracked: TrackedFile): Promise<void> {
    try {
      await tracked.close();
    } catch (error) {
      this.#reportFailure(error);
      throw error;
    }
    // A tracked file treats its signal as the end of the process, so its `close` does not fail.
    if (this.#abort.signal.aborted) throw storeAcceptedNothing(this.#failure?.error);
  }

  /** Whether only marking the log as finished failed, as in a container whose immutability policy allows appends. */
  async #isAllStored(tracked: TrackedFile): Promise<boolean> {
    try {
      await tracked.flush({ abortSignal: this.#abort.signal });
      return true;
    } catch (error) {
      this.#reportFailure(error);
      return false;
    }
  }

  async #open(onFirstAttempt: () => void): Promise<void> {
    const { storage, kind, sourcePath, path, options, after } = this.plan;
    const { signal } = this.#abort;
    if (after) await Promise.race([after, untilAborted(signal)]);
    for (let failures = 1; !signal.aborted; failures += 1) {
      try {
        // The same options each time, because an attempt without a response may have been carried out.
        this.#tracked = await storage.saveTracked(kind, sourcePath, {
          ...options,
          destinationPath: path,
          abortSignal: signal,
          waiting: this.#waiting,
        });
        this.#watch(this.#tracked);
        onFirstAttempt();
        return;
      } catch (error) {
        this.#reportFailure(error);
        onFirstAttempt();
        if (this.#isFinishing && !isTransient(error)) break;
        await this.#pause(computeRetryDelayInMs(storeOutagePolicy, failures));
      }
    }
    await this.#waiting.observation?.close();
  }

  /** Waits, until `flush` or `finish` requests an immediate attempt. */
  async #pause(timeInMs: number): Promise<void> {
    this.#endPause = new AbortController();
    const signal = AbortSignal.any([this.#endPause.signal, this.#abort.signal]);
    try {
      await pause(timeInMs, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  #retryNow(): void {
    this.#endPause.abort();
  }

  #watch(tracked: TrackedFile): void {
    tracked.on("flushError", (error) => {
      this.#reportFailure(error);
    });
    tracked.on("flushed", () => {
      this.#onStored();
      if (this.#failure)
        writeMessage(`${describeLog(this.plan)}: the store accepts data again; nothing was lost.`);
      this.#failure = undefined;
    });
    tracked.on("lineTimesError", (error) => {
      warn(`The times of the lines of ${describeLog(this.plan)} are not stored. ${explain(error)}`);
    });
    tracked.on("lost", ({ knownBytes, position }) => {
      warn(
        `${describeLog(this.plan)}: the file was truncated or removed before it was read to its end; at least ${knownBytes} bytes are missing after byte ${position}.`,
      );
    });
  }

  /** Reports an error once, and again after a different one. An abort at the end of the process is not reported. */
  #reportFailure(error: unknown): void {
    if (this.#abort.signal.aborted) return;
    const words = explain(error);
    if (words !== this.#failure?.words && !this.#isFinishing)
      warn(`${describeLog(this.plan)} cannot be stored at present and is retried. ${words}`);
    this.#failure = { error, words };
  }
}

/** Whether the store refused a request, as opposed to a problem of the file. */
function isServiceError(error: unknown): boolean {
  return getServiceErrorStatus(error instanceof BatchOutputsError ? error.cause : error) !== undefined;
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => {
    signal.addEventListener("abort", resolve, { once: true });
  });
}

function warn(text: string): void {
  writeMessage(text, { text: "warning:", style: "yellow" });
}
