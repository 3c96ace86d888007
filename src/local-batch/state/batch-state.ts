import { join } from "node:path";
import { createFolders } from "../../core/index.js";
import { Collection, type RecordLog } from "./collection.js";
import { type FolderLock, lockFolder } from "./folder-lock.js";
import { Journal, type JournalEntry } from "./journal.js";
import type {
  JobNodeRecord,
  JobRecord,
  JobScheduleRecord,
  NodeRecord,
  PoolRecord,
  TaskRecord,
} from "./records.js";

/** A record that was put or deleted. */
export interface StateChange {
  readonly collection: CollectionName;
  /** The ids of the record, as arguments of the collection's `get`, which returns `undefined` if it was deleted. */
  readonly ids: readonly string[];
}

export type CollectionName = "pools" | "nodes" | "jobSchedules" | "jobs" | "tasks" | "jobNodes";

interface RecordsByName {
  pools: PoolRecord;
  nodes: NodeRecord;
  jobSchedules: JobScheduleRecord;
  jobs: JobRecord;
  tasks: TaskRecord;
  jobNodes: JobNodeRecord;
}

const getIds: { [Name in CollectionName]: (record: RecordsByName[Name]) => readonly string[] } = {
  pools: ({ id }) => [id],
  nodes: ({ poolId, id }) => [poolId, id],
  jobSchedules: ({ id }) => [id],
  jobs: ({ id }) => [id],
  tasks: ({ jobId, id }) => [jobId, id],
  jobNodes: ({ jobId, poolId, nodeId }) => [jobId, poolId, nodeId],
};

/**
 * The state of the local Batch service, in memory and in a journal on disk. Only one process at a time can open a folder.
 *
 * Memory use grows only with the number of records that are not deleted.
 */
export class BatchState implements AsyncDisposable {
  readonly pools = this.#createCollection("pools");
  readonly nodes = this.#createCollection("nodes");
  readonly jobSchedules = this.#createCollection("jobSchedules");
  readonly jobs = this.#createCollection("jobs");
  readonly tasks = this.#createCollection("tasks");
  readonly jobNodes = this.#createCollection("jobNodes");
  readonly #listeners = new Set<(change: StateChange) => void>();
  #journal: Journal | undefined;
  #lock: FolderLock | undefined;
  #lastSequence = 0;

  private constructor() {
    // Use `open`.
  }

  /**
   * Opens the state in a folder, which is created if missing.
   * @param isSynced - Whether changes are synced to the disk before `waitUntilWritten` resolves.
   * @throws BatchOutputsError `FolderInUse`; `StateUnreadable`.
   */
  static async open(folder: string, isSynced = true): Promise<BatchState> {
    await createFolders(folder, { mode: 0o700 });
    const state = new BatchState();
    state.#lock = await lockFolder(folder);
    try {
      state.#journal = await Journal.open(
        join(folder, "state.jsonl"),
        (entry) => {
          state.#restore(entry);
        },
        { live: () => state.#listEntries(), liveCount: () => state.#recordCount(), isSynced },
      );
    } catch (error) {
      await state.#lock.release();
      throw error;
    }
    for (const { sequence } of state.tasks) state.#lastSequence = Math.max(state.#lastSequence, sequence);
    return state;
  }

  /** Resolves when all changes so far are on disk; rejects if they could not be written. */
  async waitUntilWritten(): Promise<void> {
    await this.#journal?.waitUntilWritten();
  }

  /** Returns the `sequence` of the next task, which is greater than that of all existing tasks. */
  nextSequence(): number {
    return ++this.#lastSequence;
  }

  /** Calls `listener` synchronously after each change; it must not throw. Returns a function that removes it. */
  onChange(listener: (change: StateChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Closes the state: later changes are lost. */
  async close(): Promise<void> {
    const [journal, lock] = [this.#journal, this.#lock];
    this.#journal = undefined;
    this.#lock = undefined;
    try {
      await journal?.close();
    } finally {
      await lock?.release();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #createCollection<Name extends CollectionName>(name: Name): Collection<RecordsByName[Name]> {
    const changed = (entry: JournalEntry, ids: readonly string[]): void => {
      this.#journal?.append(entry);
      for (const listener of this.#listeners) listener({ collection: name, ids });
    };
    const log: RecordLog<RecordsByName[Name]> = {
      put: (record) => {
        changed({ collection: name, record }, getIds[name](record));
      },
      delete: (ids) => {
        changed({ collection: name, ids }, ids);
      },
    };
    return new Collection(getIds[name], log);
  }

  #restore({ collection, ids, record }: JournalEntry): void {
    const target = this[collection as CollectionName] as Collection<unknown>;
    if (record !== undefined) target.restore(record);
    else if (ids) target.forget(ids);
  }

  *#listEntries(): Generator<JournalEntry> {
    for (const collection of collectionNames)
      for (const record of this[collection]) yield { collection, record };
  }

  #recordCount(): number {
    return collectionNames.reduce((count, name) => count + this[name].size, 0);
  }
}

const collectionNames = Object.keys(getIds) as CollectionName[];
