import { beginAlike, beginsWithAllOf } from "../files/begin-alike.js";
import { containsAt } from "../files/read-file.js";
import type { Sibling } from "../files/siblings.js";
import type { SourceFile } from "../files/source-file.js";
import type { Generation } from "../generation/generation.js";
import type { GenerationPlan } from "../generation/generation-plan.js";
import { readKnownContent } from "../generation/known-content.js";
import { openSibling, type RotationSearch } from "../rotation/sibling-search.js";
import type { StoredGeneration } from "./recorded-generation.js";

/** A file beside the path that begins with everything that is stored. */
interface Match {
  readonly generation: Generation;
  readonly sibling: Sibling;
}

/** Finds the files that begin with everything that is stored of a generation. */
export class StoredMatches {
  readonly #holeBytes: number;
  readonly #stored: StoredGeneration;
  readonly #createGeneration: (file: SourceFile, stored: GenerationPlan["stored"]) => Generation;

  constructor(
    holeBytes: number,
    stored: StoredGeneration,
    createGeneration: (file: SourceFile, stored: GenerationPlan["stored"]) => Generation,
  ) {
    this.#holeBytes = holeBytes;
    this.#stored = stored;
    this.#createGeneration = createGeneration;
  }

  /** Creates the generation of a file that begins with everything that is stored. */
  async match(file: SourceFile): Promise<Generation | undefined> {
    const start = this.#holeBytes;
    const end = start + this.#stored.sizeBytes;
    if (file.first.sizeBytes < end) return undefined;
    const head = await this.#stored.head();
    if ((await file.use((handle) => containsAt(handle, start, head))) !== true) return undefined;
    const digest = await this.#stored.digest();
    const content = await file.use((handle) => readKnownContent(handle, start, end));
    if (content?.hash.copy().digest("hex") !== digest) return undefined;
    return this.#createGeneration(file, { holeBytes: start, content });
  }

  /**
   * Finds the copy that was made of the generation. `undefined` also if files with other content begin like it: what is
   * stored then proves nothing, such as the first line of a program.
   */
  async findCopy(search: RotationSearch): Promise<Match | undefined> {
    const matches = await this.#list(search, search.siblings);
    const copies = matches
      .filter(({ sibling }) => isNewCopy(search, sibling))
      .toSorted((one, other) => (one.sibling.rotation.number ?? 0) - (other.sibling.rotation.number ?? 0));
    let [found] = copies;
    if (found !== undefined && (await this.#stored.isPerhapsShared())) found = undefined;
    for (const { generation } of matches)
      if (found !== undefined && !(await beginAlike(found.generation.file, generation.file)))
        found = undefined;
    for (const match of matches) if (match !== found) await match.generation.file.close();
    return found;
  }

  /** Whether there is a copy that goes on with other content than a file: that may have been copied and emptied. */
  async hasOtherCopy(search: RotationSearch, file: SourceFile): Promise<boolean> {
    const copies = search.siblings.filter((each) => isNewCopy(search, each));
    let hasOther = false;
    for (const { generation } of await this.#list(search, copies)) {
      hasOther ||= !(await beginsWithAllOf(file, generation.file));
      await generation.file.close();
    }
    return hasOther;
  }

  async #list(search: RotationSearch, siblings: readonly Sibling[]): Promise<Match[]> {
    const matches: Match[] = [];
    for (const sibling of siblings) {
      if (sibling.rotation.isCompressed) continue;
      const file = await openSibling(search, sibling);
      const generation = file && (await this.match(file));
      if (generation === undefined) await file?.close();
      else matches.push({ generation, sibling });
    }
    return matches;
  }
}

function isNewCopy(search: RotationSearch, { rotation, identity, path }: Sibling): boolean {
  return rotation.isNameOfCopy && !search.baseline.has(identity) && !search.isTracked(path);
}
