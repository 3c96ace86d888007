import type { SourceFile } from "../files/source-file.js";
import type { Generation } from "./generation.js";

/** The number of earlier generations that are watched: an older file is rarely written to. */
const generationsToWatch = 2;

/**
 * Detects bytes that are written to a rotated file after the log has continued with the next file. They cannot be added
 * to the log, and are reported as lost.
 */
export class LateWrites {
  readonly #nowNs: () => bigint;
  #watched: { readonly generation: Generation; sizeBytes: number }[] = [];
  #growth = 0;
  #isGrowthUnknown = false;

  constructor(nowNs: () => bigint) {
    this.#nowNs = nowNs;
  }

  get generations(): readonly Generation[] {
    return this.#watched.map(({ generation }) => generation);
  }

  get hasGrown(): boolean {
    return this.#growth > 0 || this.#isGrowthUnknown;
  }

  /** Watches a generation that was read to its end. */
  async add(generation: Generation): Promise<void> {
    this.#watched.push({ generation, sizeBytes: generation.seenBytes });
    const surplus = this.#watched.length - generationsToWatch;
    for (const { generation: oldest } of this.#watched.splice(0, Math.max(0, surplus)))
      await oldest.file.close();
  }

  /** The size of a watched file when it was last seen, and whether it still has that content. `undefined` if the file is not watched. */
  async findIn(
    file: SourceFile,
  ): Promise<{ readonly sizeBytes: number; readonly isIntact: boolean } | undefined> {
    const watched = this.#watched.find(({ generation }) => generation.file.identity === file.identity);
    if (watched === undefined) return undefined;
    const { generation, sizeBytes } = watched;
    const isIntact = file.first.sizeBytes >= sizeBytes && (await generation.isCopiedTo(file));
    return { sizeBytes, isIntact: isIntact || sizeBytes === 0 };
  }

  /** Stops watching a file that has the tracked path again. */
  async forget(identity: string): Promise<void> {
    const isIt = ({ generation }: { readonly generation: Generation }): boolean =>
      generation.file.identity === identity;
    const forgotten = this.#watched.filter(isIt);
    this.#watched = this.#watched.filter((each) => !isIt(each));
    for (const { generation } of forgotten) await generation.file.close();
  }

  /** Returns false if a file has grown that has the tracked path again: the path must be looked at. */
  async look(): Promise<boolean> {
    let isOver = true;
    for (const watched of [...this.#watched]) {
      const { generation } = watched;
      if ((await generation.observe(this.#nowNs())) === "intact") {
        // Checked after the size: what the file has then was written under its other name.
        if (generation.seenBytes > watched.sizeBytes && (await generation.file.isUnderPathNow())) {
          isOver = false;
          continue;
        }
        this.#growth += Math.max(0, generation.seenBytes - watched.sizeBytes);
        watched.sizeBytes = generation.seenBytes;
      } else {
        // Replaced, as by a rotation that copies over it. What was written to it before is not known.
        this.#isGrowthUnknown ||= generation.wasReplaced;
        this.#watched = this.#watched.filter((other) => other !== watched);
        await generation.file.close();
      }
    }
    return isOver;
  }

  /** The known number of new bytes since the last call; `undefined` if there are none. */
  takeGrowth(): number | undefined {
    const growth = this.hasGrown ? this.#growth : undefined;
    this.#growth = 0;
    this.#isGrowthUnknown = false;
    return growth;
  }

  /** Closes the files. The next look opens them again. */
  async close(): Promise<void> {
    for (const { generation } of this.#watched) await generation.file.close();
  }
}
