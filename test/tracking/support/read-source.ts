import type { Generation } from "../../../src/tracking/source/generation/generation.js";
import type { Source } from "../../../src/tracking/source/source.js";

/** Reads a source to its end, as a flush does: each byte that was returned is stored. */
export class ReadSource {
  readonly #source: Source;
  readonly #bytes = new Map<Generation, number>();
  stored = "";
  /** The positions in what is stored at which bytes may be missing. */
  readonly losses: number[] = [];

  constructor(source: Source) {
    this.#source = source;
  }

  /** If it fails, it can be called again. */
  async read(): Promise<void> {
    await this.#source.look();
    for (;;) {
      const step = await this.#source.next((each) => each.start + (this.#bytes.get(each) ?? 0), 1_000);
      if (step === undefined) return;
      if (step.kind === "lost") {
        await this.#source.acknowledgeLoss();
        this.losses.push(this.stored.length);
      } else {
        const { generation, data } = step;
        generation.begun = true;
        this.#bytes.set(generation, (this.#bytes.get(generation) ?? 0) + data.length);
        this.stored += data.toString();
      }
    }
  }
}
