/** Keeps the newest of many items: at most twice the limit at a time. */
export class Newest<T extends { readonly at?: Date | undefined }> {
  /** The number of items that were added. */
  count = 0;
  readonly #limit: number;
  #kept: T[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(item: T): void {
    this.count += 1;
    this.#kept.push(item);
    if (this.#kept.length > 2 * this.#limit) this.#kept = this.list();
  }

  /** Returns the newest items, the newest first. */
  list(): T[] {
    return this.#kept
      .sort((one, other) => (other.at?.getTime() ?? 0) - (one.at?.getTime() ?? 0))
      .slice(0, this.#limit);
  }
}
