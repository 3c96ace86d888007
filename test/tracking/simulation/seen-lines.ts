/** A numbered line as the simulated writer writes it: nothing else contains one in part. */
const numberedLine = /line \d+ x*\n/gu;

/**
 * The numbered lines in what was read of files. Lines are looked for only when somebody asks: a run reads much more than it
 * asks for.
 */
export class SeenLines {
  readonly #lines = new Set<string>();
  #unexamined: Buffer[] = [];

  /** `data` must not change afterwards. */
  add(data: Buffer): void {
    this.#unexamined.push(data);
  }

  clear(): void {
    this.#lines.clear();
    this.#unexamined = [];
  }

  has(line: string): boolean {
    for (const data of this.#unexamined)
      for (const [seen] of data.toString("latin1").matchAll(numberedLine)) this.#lines.add(seen);
    this.#unexamined = [];
    return this.#lines.has(line);
  }
}
