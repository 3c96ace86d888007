import type { Generation } from "./generation.js";
import { containsAt, hashRange } from "../files/read-file.js";
import { beginsLike, type SeenContent, seenHeadBytes } from "../files/seen-files.js";
import type { SourceFile } from "../files/source-file.js";

const generationsToRemember = 32;

interface StoredGeneration {
  readonly file: string;
  /** The identity of the file that it was written to, if that is another one. */
  readonly identity: string;
  readonly start: number;
  readonly end: number;
  readonly digest: string;
  readonly head: Buffer;
  /** Whether the file is a copy, to which its program does not write. */
  readonly isCopy: boolean;
}

/** Records the content of completely stored generations, to recognize copies of them. */
export class StoredGenerations {
  #stored: StoredGeneration[] = [];

  add(generation: Generation): void {
    const stored = describe(generation);
    if (stored === undefined) return;
    this.#stored = [...this.#stored.slice(1 - generationsToRemember), stored];
  }

  /**
   * Returns the stored length of a file that has the tracked path again; `undefined` if it is another file, or has
   * changed.
   *
   * @param latest - A generation that is stored, and has not been added yet.
   */
  async endIn(file: SourceFile, latest?: Generation): Promise<number | undefined> {
    const isInFile = (each: StoredGeneration | undefined): boolean => each?.file === file.identity;
    const stored = [...this.#stored, latest && describe(latest)].findLast(isInFile);
    if (stored === undefined) return undefined;
    const { start, end, digest } = stored;
    const hash = await file.use((handle) => hashRange(handle, start, end));
    return hash?.digest("hex") === digest ? end : undefined;
  }

  /** Whether one of them begins with the content. */
  isBeginning(content: Buffer): boolean {
    return this.#stored.some(({ head }) => head.subarray(0, content.length).equals(content));
  }

  /** Whether a file still begins with one of them that it contained. A copy that is longer now was overwritten. */
  async isIntact(file: SourceFile): Promise<boolean> {
    const sizeBytes = (await file.use((handle) => handle.stat()))?.sizeBytes ?? 0;
    for (const { start, end, digest, isCopy } of this.#stored.filter((each) => each.file === file.identity)) {
      if (isCopy && sizeBytes > end) continue;
      const hash = await file.use((handle) => hashRange(handle, start, end));
      if (hash?.digest("hex") === digest) return true;
    }
    return false;
  }

  /** Whether content that was seen under the tracked path is stored. */
  explains({ identity, sizeBytes, head }: SeenContent): boolean {
    return this.#stored.some((each) => {
      if (each.end < sizeBytes) return false;
      return head.length > 0 && each.head.length > 0
        ? beginsLike(each.head, head)
        : each.identity === identity;
    });
  }

  /**
   * Whether a file seems to contain only the beginning of one of them, of which its first bytes are known: it is shorter, and has the same
   * ones.
   */
  async seemBegunIn(file: SourceFile): Promise<boolean> {
    const found = await file.use(async (handle) => {
      const { sizeBytes } = await handle.stat();
      for (const { end, head } of this.#stored) {
        if (head.length < seenHeadBytes || sizeBytes < seenHeadBytes || sizeBytes >= end) continue;
        if (await containsAt(handle, 0, head)) return true;
      }
      return false;
    });
    return found ?? false;
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

/** `undefined` if nothing of the generation is stored. */
function describe(generation: Generation): StoredGeneration | undefined {
  const { digest, start } = generation;
  if (digest === undefined) return undefined;
  return {
    file: generation.file.identity,
    identity: generation.identity,
    start,
    end: digest.sizeBytes,
    digest: digest.text,
    head: Buffer.from(start === 0 ? generation.head.subarray(0, seenHeadBytes) : []),
    isCopy: generation.isComplete,
  };
}
