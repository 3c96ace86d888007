import { Generation } from "./generation.js";
import { rankOf, rotatedAfter, siblingsOf } from "./rotated-siblings.js";
import { isSameInode, lastSign, type SeenFile, seeFile } from "./file-stat.js";

/**
 * What a path has held since it is tracked, in the order in which it was written: the generation that is being read, and
 * those that have come after it. The last one is what stands under the path, or the last that did.
 */
export class SourceTrail {
  readonly path: string;
  #generations: Generation[];
  #since: bigint;

  /** `since`: a file rotated away before that, in nanoseconds of the file system's clock, is none of ours. */
  constructor(path: string, since: bigint, generations: Generation[] = []) {
    this.path = path;
    this.#since = since;
    this.#generations = generations;
  }

  get current(): Generation | undefined {
    return this.#generations[0];
  }

  /** The generation that may still grow, and its size when it was last looked at. */
  get last(): { readonly generation: Generation; readonly sizeBytes: number } | undefined {
    const generation = this.#generations.at(-1);
    return generation && { generation, sizeBytes: generation.seenBytes };
  }

  /** Looks at the path. Finds out whether the file has grown, was rotated away, or was emptied. */
  async look(): Promise<void> {
    const now = await seeFile(this.path);
    if (now === undefined) return;
    const last = this.#generations.at(-1);
    if (last === undefined) {
      await this.#add(await this.#rotatedAfter({ sign: this.#since }, now), now);
    } else if (!isSameInode(last.first, now)) {
      await this.#add(await this.#rotatedAfterLast(last, now), now);
    } else if (!last.note(now)) {
      last.replaced = true;
    }
  }

  /** Whether there is more to read than `offset` bytes of the current generation, as far as was seen. */
  hasMoreThan(offset: number): boolean {
    const { current } = this;
    if (current === undefined) return false;
    return current.replaced || current.isTouched || current.seenBytes > offset || this.#isFollowed();
  }

  /** Whether the current generation is complete once it is read to its end: whoever writes has gone on to the next. */
  async isOver(): Promise<boolean> {
    if (this.#isFollowed()) return true;
    const next = this.#generations[1];
    const seen = await next?.see();
    if (seen !== undefined && next?.note(seen) === false) next.replaced = true;
    return this.#isFollowed();
  }

  /** Goes on to the next generation, if there is one. */
  async advance(): Promise<void> {
    const done = this.#generations.shift();
    if (done !== undefined && done.seenModifiedNs > this.#since) this.#since = done.seenModifiedNs;
    await done?.close();
  }

  /**
   * Puts in the place of the current generation, whose content was replaced: the copy with its rest, if there is one,
   * what was copied away since, and what the file holds now. Gives how many there are of those copied away.
   */
  async replaceCurrent(copy: SeenFile | undefined): Promise<number> {
    const [replaced, ...later] = this.#generations;
    const inPlace = await replaced?.see();
    const now = inPlace ?? (later.length === 0 ? await seeFile(this.path) : undefined);
    const after =
      copy === undefined
        ? { sign: replaced?.first.modifiedNs ?? this.#since }
        : { sign: lastSign(copy), rank: rankOf(this.path, copy.path) };
    const between = await this.#rotatedAfter(after, now, copy);
    await replaced?.close();
    const rest = copy === undefined ? [] : [new Generation(copy, true)];
    const anew = [...between, now].filter((file) => file !== undefined).map((file) => new Generation(file));
    this.#generations = [...rest, ...anew, ...later];
    await this.#holdAll();
    return between.length;
  }

  async close(): Promise<void> {
    for (const generation of this.#generations) await generation.close();
  }

  /** Nobody writes to a generation any more after somebody wrote to the next, or when there is one after the next. */
  #isFollowed(): boolean {
    const next = this.#generations[1];
    return next !== undefined && (next.seenBytes > 0 || this.#generations.length > 2);
  }

  async #rotatedAfterLast(last: Generation, now: SeenFile): Promise<SeenFile[]> {
    const seen = (await last.see()) ?? last.first;
    const moved = (await siblingsOf(this.path)).find((file) => isSameInode(file, seen));
    const rank = moved === undefined ? undefined : rankOf(this.path, moved.path);
    return await this.#rotatedAfter({ sign: seen.modifiedNs, rank }, now);
  }

  async #rotatedAfter(
    after: { sign: bigint; rank?: number | undefined },
    now: SeenFile | undefined,
    copy?: SeenFile,
  ): Promise<SeenFile[]> {
    const known = [now, copy].filter((file) => file !== undefined);
    const ours = this.#generations.map((generation) => generation.first);
    return await rotatedAfter(this.path, after, [...known, ...ours]);
  }

  async #add(between: readonly SeenFile[], now: SeenFile): Promise<void> {
    this.#generations.push(...[...between, now].map((file) => new Generation(file)));
    await this.#holdAll();
  }

  async #holdAll(): Promise<void> {
    for (const generation of this.#generations) await generation.hold();
  }
}
