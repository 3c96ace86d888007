import { BatchOutputsError, isBatchOutputsError } from "../../core/index.js";
import type { BatchTaskInfo } from "../account/batch-records.js";

/** What became of one file. */
export interface SaveFromNodeEntry {
  /** Below the task's folder on its node, with `/`. */
  readonly name: string;
  /** The output that it is kept as. Absent where its name cannot name one. */
  readonly kind?: string;
  readonly path?: string;
  /** `skipped`: an output with this path is saved already, and was left as it is. */
  readonly status: "saved" | "unchanged" | "skipped" | "failed" | "planned";
  /** Bytes saved; of files that were not saved, the bytes on the node. */
  readonly size: number;
  /** The task wrote on while the file was read: what is saved is its beginning, `size` bytes of it. */
  readonly isPartial?: true;
  /** Of a skipped file: the bytes that are saved, which may be fewer than the node has. */
  readonly savedSize?: number;
  readonly error?: Error;
}

/** What `saveFromNode` did. */
export interface SaveFromNodeResult {
  /** The task as it was when saving began; while it runs, its files go on growing. */
  readonly task: BatchTaskInfo;
  readonly savedCount: number;
  readonly savedBytes: number;
  readonly unchangedCount: number;
  readonly skippedCount: number;
  readonly partialCount: number;
  readonly failedCount: number;
  readonly plannedCount: number;
}

/** Counts what became of the files; each is reported as it is done, and not kept. */
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

  /** The error that ended the work, with how many files were saved before it. */
  addTo(error: unknown): unknown {
    if (!isBatchOutputsError(error) || this.#numbers.saved === 0) return error;
    const files = this.#numbers.saved === 1 ? "1 file was" : `${this.#numbers.saved} files were`;
    const { code, reason, hint, cause, jobId, taskId, containerName, kind, path } = error;
    return new BatchOutputsError(code, `${reason} Before that, ${files} saved.`, {
      ...{ hint, jobId, taskId, containerName, kind, path },
      cause,
    });
  }

  result(): SaveFromNodeResult {
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
