import { formatInteger, BatchOutputsError, isBatchOutputsError } from "../../core/index.js";
import type { BatchTaskInfo } from "../account/batch-records.js";

/** The result of one file. */
export interface SaveFromNodeEntry {
  /** Relative to the task's folder on its node, with `/`. */
  readonly name: string;
  /** The output kind. Absent if the file's name cannot be an output path. */
  readonly kind?: string;
  /** The output path. Absent if the file's name cannot be an output path. */
  readonly path?: string;
  /** `skipped`: an output with this path exists, and was not changed. */
  readonly status: "saved" | "unchanged" | "skipped" | "failed" | "planned";
  /** Bytes saved; if the file was not saved, the bytes on the node. */
  readonly size: number;
  /** The task wrote to the file while it was read: its first `size` bytes are saved. */
  readonly isPartial?: true;
  /** Of a skipped file: the size of the existing output, which may be smaller than the file. */
  readonly savedSize?: number;
  /**
   * Of a skipped file: the existing output is a tracked log. It is never replaced, because the task may still append to it,
   * and because it records what the file does not: its parts, times and gaps.
   */
  readonly isTracked?: true;
  /** Why it failed. */
  readonly error?: Error;
}

/** The result of `saveFromNode`. */
export interface SaveFromNodeResult {
  /** The task when saving began; its files continue to grow while it runs. */
  readonly task: BatchTaskInfo;
  /** Files that were saved. */
  readonly savedCount: number;
  /** Bytes of the files that were saved. */
  readonly savedBytes: number;
  /** Files whose output had the same content already. */
  readonly unchangedCount: number;
  /** Files that were not saved, because another output has their path: with `overwrite`, only tracked logs. */
  readonly skippedCount: number;
  /** Files that were saved while the task wrote to them; they are counted in `savedCount`, too. */
  readonly partialCount: number;
  /** Files that could not be saved: see the `error` of their entries. */
  readonly failedCount: number;
  /** Files that would be saved, with `dryRun`. */
  readonly plannedCount: number;
}

/** Counts the results. Each result is reported when it is known, and is not stored. */
export class SaveCounts {
  readonly #numbers = { saved: 0, unchanged: 0, skipped: 0, failed: 0, planned: 0, partial: 0, bytes: 0 };
  readonly #task: BatchTaskInfo;
  readonly #onEntry: ((entry: SaveFromNodeEntry) => void | Promise<void>) | undefined;

  constructor(
    task: BatchTaskInfo,
    onEntry: ((entry: SaveFromNodeEntry) => void | Promise<void>) | undefined,
  ) {
    this.#task = task;
    this.#onEntry = onEntry;
  }

  async add(entry: SaveFromNodeEntry): Promise<void> {
    this.#numbers[entry.status] += 1;
    if (entry.isPartial) this.#numbers.partial += 1;
    if (entry.status === "saved") this.#numbers.bytes += entry.size;
    await this.#onEntry?.(entry);
  }

  /** Adds the number of saved files to the error that ended the work. */
  addTo(error: unknown): unknown {
    if (!isBatchOutputsError(error) || this.#numbers.saved === 0) return error;
    const files =
      this.#numbers.saved === 1 ? "1 file was" : `${formatInteger(this.#numbers.saved)} files were`;
    const { code, reason, hint, cause, jobId, taskId, containerName, kind, path } = error;
    return new BatchOutputsError(code, `${reason} Before that, ${files} saved.`, {
      ...{ hint, jobId, taskId, containerName, kind, path },
      cause,
    });
  }

  toResult(): SaveFromNodeResult {
    const { saved, unchanged, skipped, failed, planned, partial, bytes } = this.#numbers;
    return {
      task: this.#task,
      savedCount: saved,
      savedBytes: bytes,
      unchangedCount: unchanged,
      skippedCount: skipped,
      partialCount: partial,
      failedCount: failed,
      plannedCount: planned,
    };
  }
}
