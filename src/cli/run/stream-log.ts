import type { Readable, Writable } from "node:stream";
import { hasCode } from "../../core/index.js";
import { Arrivals } from "../../outputs/index.js";
import { explain } from "../errors/explain.js";
import { describeLog } from "../logs/log-plan.js";
import { type LogResult, LogUpload } from "../logs/log-upload.js";
import type { RetryDeadline } from "../logs/retry-deadline.js";
import { createStoreCommand } from "../spool/store-command.js";
import type { StreamLogPlan } from "../spool/spool-owner.js";
import type { SpoolFile } from "../spool/spool-file.js";
import { formatBytes } from "../terminal/formats.js";
import { writeMessage } from "../terminal/terminal.js";
import { warnNotStored } from "../terminal/warn-not-stored.js";
import type { SaveCounts } from "./save-counts.js";
import { type Tee, tee } from "./tee.js";

/**
 * The destinations of a stream of the command: an output stream of this process, a spool file, and from there the
 * store.
 */
export interface StreamLogTarget {
  readonly output: Writable;
  /** `undefined` if there is no folder for data that is not stored yet. */
  readonly spool: SpoolFile | undefined;
  /** `undefined` if the stream is only passed on. */
  readonly plan: StreamLogPlan | undefined;
  /** The log is not opened before this resolves. */
  readonly after: Promise<void>;
}

/**
 * One of the command's output streams. It is passed on to the same stream of this process, and stored as a log while it
 * grows.
 */
export class StreamLog {
  readonly tee: Tee;
  readonly #source: Readable;
  readonly #spool: SpoolFile | undefined;
  readonly #upload: LogUpload | undefined;
  #isStored = true;

  constructor(source: Readable, { output, spool, plan, after }: StreamLogTarget) {
    this.#source = source;
    this.#spool = spool;
    const arrivals = plan?.options.lineTimes === true ? new Arrivals() : undefined;
    const options = { ...plan?.options, arrivals };
    this.#upload = spool && plan && new LogUpload({ ...plan, options, sourcePath: spool.path, after });
    this.tee = tee(source, { spool, output, arrivals });
  }

  /** Stops reading, because a process other than the command still holds the stream open. */
  stopReading(): void {
    this.#source.destroy();
  }

  flush(): void {
    this.#upload?.flush();
  }

  /** Stores the remaining data. Returns false, after a message, if not everything is stored. */
  async finish(deadline: RetryDeadline, counts: SaveCounts): Promise<boolean> {
    if (!this.#upload || !this.#spool) return true;
    const { position, error, markError = error } = await finishUpload(this.#upload, this.#spool, deadline);
    const name = describeLog(this.#upload.plan);
    const { path: copy, size, failure } = this.#spool;
    const isUploaded = error === undefined || (position === size && position > 0);
    if (isUploaded) counts.addSaved(position);
    if (!isUploaded || failure !== undefined) counts.addFailure(name, isUploaded ? failure : error);
    if (!isUploaded) {
      this.#isStored = false;
      this.#upload.abandon();
      const isKept = await restore(this.#spool);
      warnNotStored(
        `${name}: ${formatBytes(position)} of ${formatBytes(size)} are stored. ${explain(error)}`,
        isKept
          ? `The complete log is in ${copy}. To store it: ${createStoreCommand(copy, this.#upload.plan)}`
          : `The rest is lost, because its file was deleted: ${copy}`,
      );
    } else if (markError !== undefined) warnNotMarked(name, markError);
    if (failure)
      warnNotStored(
        `${name} ends after ${size} bytes: further data could not be written to the disk. ${failure.message}`,
      );
    return isUploaded && failure === undefined;
  }

  /** Whether the whole spool file is in the store after `finish`: then it can be deleted. */
  get isStored(): boolean {
    return this.#isStored;
  }

  /** Must be called when everything is passed on and nothing reads the spool file. */
  async close(): Promise<void> {
    await this.#spool?.close();
  }
}

/** Stores the rest. If the command deleted the spool file before its log was opened, the file is written again first. */
async function finishUpload(
  upload: LogUpload,
  spool: SpoolFile,
  deadline: RetryDeadline,
): Promise<LogResult> {
  const result = await upload.finish(deadline);
  const isDeleted = hasCode(result.error, "SourceMissing");
  return isDeleted && (await restore(spool)) ? await upload.finish(deadline) : result;
}

/** Returns whether the spool file is at its path. */
async function restore(spool: SpoolFile): Promise<boolean> {
  try {
    return await spool.restore();
  } catch (error) {
    writeMessage(
      `The file of the command's output was deleted, and cannot be written again. ${explain(error)}`,
    );
    return false;
  }
}

/** Warns that a log is stored completely but not marked as finished. */
export function warnNotMarked(name: string, error: unknown): void {
  writeMessage(
    `${name} is stored completely, but cannot be marked as finished: readers that follow it continue to wait. ${explain(error)}`,
    { text: "warning:", style: "yellow" },
  );
}
