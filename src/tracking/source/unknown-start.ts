import type { Generation } from "./generation/generation.js";
import type { RotationSearch } from "./rotation/sibling-search.js";

/**
 * The last generation, if it was empty, has been written to since, and it is not known yet what happened in between: content
 * that was removed again may have been before its first byte.
 */
export class UnknownStart {
  #generation: Generation | undefined;

  set(generation: Generation): void {
    this.#generation = generation;
  }

  clear(): void {
    this.#generation = undefined;
  }

  isOf(generation: Generation | undefined): boolean {
    return this.#generation !== undefined && this.#generation === generation;
  }

  /** Records a possible loss: what was written to the file, and removed again, was not noticed in time. */
  suspectGap(): void {
    if (this.#generation !== undefined) this.#generation.gapBytes ??= 0;
    this.clear();
  }

  /** Without an anchor, nothing is proved to be newer than content whose predecessor is not known. */
  limitSearch(last: Generation | undefined, search: RotationSearch): RotationSearch {
    return this.isOf(last) ? { ...search, provenSchemes: new Set() } : search;
  }
}
