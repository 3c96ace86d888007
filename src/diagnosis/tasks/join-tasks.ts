/** What a listing has of a task. */
export interface OfTask<T> {
  readonly taskId: string;
  readonly value: T;
}

/** What both listings have of a task; of one of them at least. */
export interface JoinedTask<First, Second> {
  readonly taskId: string;
  readonly first: First | undefined;
  readonly second: Second | undefined;
}

type Compare = (one: string, other: string) => number;

/**
 * The orders of task ids in listings of blobs: by the whole names, in which "/" is after the id and before every letter, but
 * after "-"; and, in accounts with a hierarchical namespace, by the parts of the names.
 */
const compareNames: Compare = (one, other) => compareTexts(`${one}/`, `${other}/`);
const compareTexts: Compare = (one, other) => (one === other ? 0 : one < other ? -1 : 1);

/**
 * Joins two listings that are in the same order, one task after the other, so that only the current task of each is held in
 * memory. One entry is read ahead: the first pair of neighbours that is not in the order of names shows the other order,
 * before an entry has been taken for one without a counterpart.
 */
export async function* joinTasks<First, Second>(
  first: AsyncIterable<OfTask<First>>,
  second: AsyncIterable<OfTask<Second>>,
): AsyncGenerator<JoinedTask<First, Second>> {
  const order = { compare: compareNames };
  await using one = new Lookahead(first, order);
  await using other = new Lookahead(second, order);
  await Promise.all([one.open(), other.open()]);
  for (;;) {
    const [left, right] = [one.current, other.current];
    if (left === undefined && right === undefined) return;
    const difference =
      left === undefined ? 1 : right === undefined ? -1 : order.compare(left.taskId, right.taskId);
    const taskId = (difference > 0 ? right : left)?.taskId ?? "";
    yield {
      taskId,
      first: difference <= 0 ? left?.value : undefined,
      second: difference >= 0 ? right?.value : undefined,
    };
    if (difference <= 0) await one.advance();
    if (difference >= 0) await other.advance();
  }
}

/** Reads a listing, one entry ahead. */
class Lookahead<T> implements AsyncDisposable {
  current: OfTask<T> | undefined;
  #next: OfTask<T> | undefined;
  readonly #entries: AsyncIterator<OfTask<T>>;
  readonly #order: { compare: Compare };

  constructor(entries: AsyncIterable<OfTask<T>>, order: { compare: Compare }) {
    this.#entries = entries[Symbol.asyncIterator]();
    this.#order = order;
  }

  async open(): Promise<void> {
    this.#next = await this.#read();
    await this.advance();
  }

  async advance(): Promise<void> {
    this.current = this.#next;
    this.#next = this.current === undefined ? undefined : await this.#read();
    if (this.current && this.#next && compareNames(this.current.taskId, this.#next.taskId) > 0)
      this.#order.compare = compareTexts;
  }

  async #read(): Promise<OfTask<T> | undefined> {
    const result = await this.#entries.next();
    return result.done === true ? undefined : result.value;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#entries.return?.();
  }
}
