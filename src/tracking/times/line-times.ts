import type { TimesBlock } from "./times-format.js";

/** When a byte of a log was first seen. */
export interface LineTime {
  /** The time. */
  readonly time: Date;
  /** It was written at most this long before or after that time, in milliseconds. */
  readonly withinInMs: number;
}

/**
 * When the lines of a log were written: as seen by the program that stored the log, by the clock of its machine.
 *
 * @example
 * ```ts
 * const times = await storage.getOutput("TaskLog", "stdout.txt").getLineTimes();
 * console.log(times?.find(0)?.time);
 * ```
 */
export class LineTimes {
  /** When the program that stored the log began to observe it; for `batch-outputs run`, when the command started. */
  readonly startedAt: Date;
  /** Ranges of the log in order, with their times. @internal */
  readonly blocks: readonly TimesBlock[];

  private constructor(blocks: readonly TimesBlock[], start: number) {
    this.blocks = blocks;
    this.startedAt = new Date(start);
  }

  /**
   * Returns `undefined` if there are none, or if blocks contradict each other. Blocks that repeat others are left out: the writer
   * repeats a write whose answer was lost. @internal
   */
  static create(blocks: readonly TimesBlock[]): LineTimes | undefined {
    const [first] = blocks;
    if (first === undefined) return undefined;
    const ordered: TimesBlock[] = [];
    for (const block of [...blocks].sort((one, other) => one.from - other.from || other.to - one.to)) {
      const end = ordered.at(-1)?.to ?? 0;
      if (block.to <= end) continue;
      if (block.from < end) return undefined;
      ordered.push(block);
    }
    return new LineTimes(ordered, first.start);
  }

  /** The position up to which times are known. */
  get endPosition(): number {
    return this.blocks.at(-1)?.to ?? 0;
  }

  /**
   * Returns when the byte at a position of the log was first seen; the time of a line is that of its first byte. `undefined`
   * if it is not known: the byte was there when tracking began, or its time is not stored (yet).
   */
  find(position: number): LineTime | undefined {
    const block = findLast(this.blocks, ({ from }) => from <= position);
    if (block === undefined || position >= block.to) return undefined;
    const mark = findLast(block.marks, (each) => each.position <= position);
    return mark && { time: new Date(mark.at), withinInMs: block.withinMs };
  }
}

/** Returns the last item of an ordered list that is still before something. */
function findLast<T>(items: readonly T[], isBefore: (item: T) => boolean): T | undefined {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = items[middle];
    if (item !== undefined && isBefore(item)) low = middle + 1;
    else high = middle;
  }
  return items[low - 1];
}
