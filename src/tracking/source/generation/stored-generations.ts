import type { Generation } from "./generation.js";
import { hashRange } from "../files/read-file.js";
import type { SourceFile } from "../files/source-file.js";

const generationsToRemember = 32;

interface StoredGeneration {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly digest: string;
}

/** Records the content of completely stored generations, to recognize copies of them. */
export class StoredGenerations {
  #stored: StoredGeneration[] = [];

  add(generation: Generation): void {
    const { digest, start } = generation;
    if (digest === undefined) return;
    const stored = { file: generation.file.identity, start, end: digest.sizeBytes, digest: digest.text };
    this.#stored = [...this.#stored.slice(1 - generationsToRemember), stored];
  }

  /**
   * Returns the stored length of a file that has the tracked path again; `undefined` if it is another file, or has
   * changed.
   */
  async endIn(file: SourceFile): Promise<number | undefined> {
    const stored = this.#stored.findLast((each) => each.file === file.identity);
    if (stored === undefined) return undefined;
    const { start, end, digest } = stored;
    const hash = await file.use((handle) => hashRange(handle, start, end));
    return hash?.digest("hex") === digest ? end : undefined;
  }

  /** Whether a file contains exactly the stored content of one of them. */
  async holdsContentOf(file: SourceFile): Promise<boolean> {
    const found = await file.use(async (handle) => {
      const { sizeBytes } = await handle.stat();
      for (const { start, end, digest } of this.#stored) {
        if (end !== sizeBytes) continue;
        if ((await hashRange(handle, start, end))?.digest("hex") === digest) return true;
      }
      return false;
    });
    return found ?? false;
  }
}
