/** The log to which a collection writes the changes of its records. */
export interface RecordLog<R> {
  put(record: R): void;
  delete(ids: readonly string[]): void;
}

/**
 * Records by their ids, in memory. Ids are those of the REST API, beginning with the owner's (a task's job, a node's pool).
 * They are case-insensitive, and keep the case in which they were given.
 */
export class Collection<R> {
  readonly #idsOf: (record: R) => readonly string[];
  readonly #log: RecordLog<R>;
  readonly #groups = new Map<string, Group<R>>();
  #size = 0;

  constructor(getIds: (record: R) => readonly string[], log: RecordLog<R>) {
    this.#idsOf = getIds;
    this.#log = log;
  }

  get size(): number {
    return this.#size;
  }

  get(...ids: readonly string[]): R | undefined {
    const { owner, key } = getKeys(ids);
    return this.#groups.get(owner)?.records.get(key);
  }

  /** Takes effect immediately; `BatchState.waitUntilWritten()` resolves when it is on disk. */
  put(record: R): void {
    this.restore(record);
    this.#log.put(record);
  }

  /** Has no effect if there is no such record. */
  delete(...ids: readonly string[]): void {
    if (this.forget(ids)) this.#log.delete(ids);
  }

  /** Iterates over all records, in no particular order. The collection may be changed meanwhile. */
  *[Symbol.iterator](): IterableIterator<R> {
    for (const { records } of this.#groups.values()) yield* records.values();
  }

  /** Returns the records of an owner (tasks of a job, nodes of a pool) in the order in which they were added. */
  of(ownerId: string): Iterable<R> {
    return this.#groups.get(ownerId.toLowerCase())?.records.values() ?? [];
  }

  countOf(ownerId: string): number {
    return this.#groups.get(ownerId.toLowerCase())?.records.size ?? 0;
  }

  /**
   * Iterates over records ordered by id, the order of the service's lists. With `after`, begins after that id, whether it still
   * exists or not.
   */
  *inOrder(ownerId = "", after?: string): IterableIterator<R> {
    const group = this.#groups.get(ownerId.toLowerCase());
    if (!group) return;
    group.order ??= [...group.records.keys()].sort();
    const { order } = group;
    for (let index = after === undefined ? 0 : findFirstAfter(order, after.toLowerCase()); ; index++) {
      const key = order[index];
      if (key === undefined) return;
      const record = group.records.get(key);
      if (record !== undefined) yield record;
    }
  }

  /** Like `put`, for a record that is already on disk. */
  restore(record: R): void {
    const { owner, key } = getKeys(this.#idsOf(record));
    let group = this.#groups.get(owner);
    if (!group) this.#groups.set(owner, (group = { records: new Map() }));
    if (!group.records.has(key)) {
      delete group.order;
      this.#size++;
    }
    group.records.set(key, record);
  }

  /** Like `delete`, for a deletion that is already on disk. Returns whether there was a record. */
  forget(ids: readonly string[]): boolean {
    const { owner, key } = getKeys(ids);
    const group = this.#groups.get(owner);
    if (!group?.records.delete(key)) return false;
    delete group.order;
    this.#size--;
    if (group.records.size === 0) this.#groups.delete(owner);
    return true;
  }
}

interface Group<R> {
  readonly records: Map<string, R>;
  /** The keys in order, computed when needed and discarded when a key is added or deleted. */
  order?: readonly string[];
}

function getKeys(ids: readonly string[]): { owner: string; key: string } {
  const lowered = ids.map((id) => id.toLowerCase());
  return lowered.length === 1
    ? { owner: "", key: lowered[0] ?? "" }
    : { owner: lowered[0] ?? "", key: lowered.slice(1).join("/") };
}

function findFirstAfter(order: readonly string[], key: string): number {
  let [low, high] = [0, order.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((order[middle] ?? "") <= key) low = middle + 1;
    else high = middle;
  }
  return low;
}
