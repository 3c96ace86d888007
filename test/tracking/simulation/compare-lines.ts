/** A place in what is stored at which lines that were written are missing. */
export interface MissingLines {
  /** In bytes of what is stored. */
  readonly at: number;
  /** The same lines may as well be missing here: what is between is the same on both sides of them. */
  readonly earliestAt: number;
  readonly lines: readonly string[];
}

export interface LineComparison {
  readonly missing: readonly MissingLines[];
  /** Where something is stored that was not written there: foreign, repeated, in part or out of order. */
  readonly foreignAt: number | undefined;
}

/** One way to find the stored lines so far among the written ones. */
interface Alignment {
  /** The number of written lines before the next one. */
  readonly next: number;
  readonly missing: readonly MissingLines[];
  /** The number of those that are not accounted for. */
  readonly unaccounted: number;
}

/** What is stored, with the places at which a line may end before its line feed. */
export interface StoredLines {
  readonly content: Buffer;
  /** Where bytes were reported as missing. */
  readonly gaps: readonly number[];
  /** Whether more will be stored. */
  readonly isUnfinished: boolean;
}

/**
 * Compares what is stored with what was written: each stored line has to be a written one that came later than the one
 * before. A line that was written more than once may be any of them: of all that are possible, those are chosen with which
 * the most missing lines are accounted for.
 *
 * A line is stored in part if a file was emptied and written to between the look at its size and the read: the number of
 * bytes is that of the earlier content. The rest follows, or is reported as missing.
 */
export function compareLines(
  { content, gaps, isUnfinished }: StoredLines,
  written: Buffer,
  isAccountedFor: (missing: MissingLines) => boolean = () => true,
): LineComparison {
  const writtenLines = splitLines(written);
  const storedLines = splitAt(splitLines(content), gaps);
  const places = listPlaces(writtenLines);
  const findPlaces = (line: string, end: number): readonly number[] => {
    if (line.endsWith("\n")) return places.get(line) ?? [];
    const mayBeTorn = gaps.includes(end) || (isUnfinished && end === content.length);
    if (!mayBeTorn) return [];
    return [...writtenLines.entries()].filter(([, each]) => each.startsWith(line)).map(([index]) => index);
  };
  const add = (before: Alignment, place: number, missing: MissingLines | undefined): Alignment => ({
    next: place + 1,
    missing: missing === undefined ? before.missing : [...before.missing, missing],
    unaccounted: before.unaccounted + (missing === undefined || isAccountedFor(missing) ? 0 : 1),
  });
  let alignments: readonly Alignment[] = [{ next: 0, missing: [], unaccounted: 0 }];
  let at = 0;
  for (const [index, line] of storedLines.entries()) {
    const best = new Map<number, Alignment>();
    const possible = findPlaces(line, at + line.length);
    for (const before of alignments) {
      for (const place of possible) {
        if (place < before.next) continue;
        const missing =
          place === before.next
            ? undefined
            : describeMissing(storedLines.slice(0, index), writtenLines, before.next, place, at);
        keepBest(best, add(before, place, missing));
      }
    }
    if (best.size === 0) return { missing: chooseBest(alignments).missing, foreignAt: at };
    alignments = [...best.values()];
    at += line.length;
  }
  const ends = alignments.map((before) => {
    if (before.next === writtenLines.length) return before;
    return add(before, writtenLines.length, { at, earliestAt: at, lines: writtenLines.slice(before.next) });
  });
  return { missing: chooseBest(ends).missing, foreignAt: undefined };
}

function keepBest(best: Map<number, Alignment>, alignment: Alignment): void {
  const known = best.get(alignment.next);
  if (known === undefined || alignment.unaccounted < known.unaccounted) best.set(alignment.next, alignment);
}

function chooseBest(alignments: readonly Alignment[]): Alignment {
  return alignments.reduce((one, other) => (other.unaccounted < one.unaccounted ? other : one));
}

function listPlaces(lines: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>();
  for (const [index, line] of lines.entries()) {
    const known = places.get(line);
    if (known === undefined) places.set(line, [index]);
    else known.push(index);
  }
  return places;
}

/** Content is never changed in place, and is split again and again. */
const knownLines = new WeakMap<Buffer, readonly string[]>();

/** The lines of a file, without its hole: one character for each byte. */
export function splitLines(content: Buffer): readonly string[] {
  const known = knownLines.get(content);
  if (known !== undefined) return known;
  const all = content.toString("latin1");
  const text = all.includes("\0") ? all.replaceAll("\0", "") : all;
  const lines: string[] = [];
  for (let start = 0; start < text.length;) {
    const lineFeed = text.indexOf("\n", start);
    const end = lineFeed < 0 ? text.length : lineFeed + 1;
    lines.push(text.slice(start, end));
    start = end;
  }
  knownLines.set(content, lines);
  return lines;
}

/** Splits lines also at positions within them. */
function splitAt(lines: readonly string[], positions: readonly number[]): readonly string[] {
  let start = 0;
  return lines.flatMap((line) => {
    const lineStart = start;
    start += line.length;
    const within = positions.filter((position) => position > lineStart && position < start);
    if (within.length === 0) return [line];
    const ends = [...new Set(within)]
      .sort((one, other) => one - other)
      .map((position) => position - lineStart);
    return [...ends, line.length].map((end, index) => line.slice(ends[index - 1] ?? 0, end));
  });
}

function describeMissing(
  before: readonly string[],
  written: readonly string[],
  from: number,
  end: number,
  at: number,
): MissingLines {
  let earliestAt = at;
  for (const [index, line] of before.toReversed().entries()) {
    if (line !== written[end - 1 - index]) break;
    earliestAt -= line.length;
  }
  return { at, earliestAt, lines: written.slice(from, end) };
}
