import { once } from "node:events";
import { isTransient, retryDelayInMs } from "../../core/index.js";
import type { TrackedFile } from "../../tracking/index.js";
import { explain } from "../errors/explain.js";
import { say } from "../terminal/terminal.js";
import { storeOutagePolicy } from "./store-outage-policy.js";
import type { LogPlan } from "./log-plan.js";
import type { RetryDeadline } from "./retry-deadline.js";
import { pauseUntil } from "./pause-until.js";

/** What became of a log in the end. */
export interface LogResult {
  /** Bytes that are certainly stored. */
  readonly position: number;
  /** Why it is not stored to its end; left out when it is. */
  readonly error?: unknown;
}

/**
 * A tracked file that bears a store which does not answer yet, or not for a while: the log is opened in the background, as
 * often as it takes, and what is written meanwhile waits in its file.
 */
export class LogUpload {
  readonly plan: LogPlan;
  readonly #abort = new AbortController();
  readonly #hurry = new AbortController();
  readonly #opening: Promise<void>;
  #tracked: TrackedFile | undefined;
  #failure: { readonly error: unknown; readonly told: string } | undefined;
  #moved: () => void = () => undefined;
  #isFinishing = false;
  #tried: () => void = () => undefined;
  readonly #untilTried = new Promise<void>((resolve) => {
    this.#tried = resolve;
  });

  constructor(plan: LogPlan) {
    this.plan = plan;
    this.#opening = this.#open();
  }

  /** Settles when the log is there, or the first try to open it has failed; throws what made it fail, if that stays so. */
  async untilTried(): Promise<void> {
    await this.#untilTried;
    if (this.#failure && !isTransient(this.#failure.error)) throw this.#failure.error;
  }

  /** Stores what is there now, without waiting for it: whoever is told to end may not have the time to. */
  flush(): void {
    this.#hurry.abort();
    this.#tracked?.flush({ abortSignal: this.#abort.signal }).catch((error: unknown) => {
      this.#failed(error);
    });
  }

  /** Stores the rest and tells readers that the log is finished; tries as long as there is patience. */
  async finish(patience: RetryDeadline): Promise<LogResult> {
    this.#moved = patience.touch;
    const give = (): void => {
      this.#abort.abort();
    };
    if (patience.isOver()) give();
    patience.signal.addEventListener("abort", give, { once: true });
    this.#isFinishing = true;
    this.#hurry.abort();
    await this.#opening;
    for (let failures = 0; this.#tracked !== undefined && !this.#isOver(); failures += 1) {
      try {
        await this.#tracked.close();
        // The library takes a signal as being killed, which is no failure of closing.
        if (this.#isOver()) break;
        return { position: this.#tracked.position };
      } catch (error) {
        this.#failed(error);
        if (!isTransient(error)) break;
        await pauseUntil(retryDelayInMs(storeOutagePolicy, failures + 1), this.#abort.signal);
      }
    }
    return {
      position: this.#tracked?.position ?? 0,
      error: this.#failure?.error ?? new Error("The store took nothing within the time."),
    };
  }

  /** As if the process were killed: nothing more is sent. */
  abandon(): void {
    this.#abort.abort();
  }

  #isOver(): boolean {
    return this.#abort.signal.aborted;
  }

  async #open(): Promise<void> {
    const { storage, kind, sourcePath, path, options, after } = this.plan;
    if (after) await Promise.race([after, untilAborted(this.#abort.signal)]);
    for (let failures = 0; !this.#isOver(); failures += 1) {
      try {
        this.#tracked = await storage.saveTracked(kind, sourcePath, {
          ...options,
          // What an earlier try made is ours, although its answer was lost: it is no former attempt's.
          ...(failures > 0 && options.onExisting === "keep" ? { onExisting: "resume" } : {}),
          destinationPath: path,
          abortSignal: this.#abort.signal,
        });
        this.#watch(this.#tracked);
        this.#tried();
        return;
      } catch (error) {
        this.#failed(error);
        this.#tried();
        if (this.#isFinishing && !isTransient(error)) return;
        const signal = this.#isFinishing ? this.#abort.signal : this.#hurry.signal;
        await pauseUntil(
          retryDelayInMs(storeOutagePolicy, failures + 1),
          AbortSignal.any([signal, this.#abort.signal]),
        );
      }
    }
  }

  #watch(tracked: TrackedFile): void {
    tracked.on("flushError", (error) => {
      this.#failed(error);
    });
    tracked.on("flushed", () => {
      this.#moved();
      if (this.#failure) say(`${this.#name} is stored again; nothing of it was lost.`);
      this.#failure = undefined;
    });
    tracked.on("lost", ({ knownBytes, position }) => {
      warn(
        `${this.#name} was cut off before it was read to its end: ${knownBytes} bytes or more are missing after byte ${position}.`,
      );
    });
  }

  get #name(): string {
    return `${this.plan.kind} "${this.plan.path}"`;
  }

  /** Tells of it once, and again when it is another failure. What the end of the process did is none. */
  #failed(error: unknown): void {
    if (this.#isOver()) return;
    const told = explain(error);
    if (told !== this.#failure?.told && !this.#isFinishing)
      warn(`${this.#name} is not stored for now; it is tried again. ${told}`);
    this.#failure = { error, told };
  }
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, "abort");
}

function warn(text: string): void {
  say(text, { text: "batch-outputs:", style: "yellow" });
}
