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

/** Compares what is stored with what was written: each stored line has to be a written one that came later than the one before. */
export function compareLines(stored: Buffer, written: Buffer): LineComparison {
  const writtenLines = splitLines(written);
  const storedLines = splitLines(stored);
  const places = new Map<string, number[]>();
  for (const [index, line] of writtenLines.entries()) {
    const known = places.get(line);
    if (known === undefined) places.set(line, [index]);
    else known.push(index);
  }
  const missing: MissingLines[] = [];
  let at = 0;
  let next = 0;
  for (const [index, line] of storedLines.entries()) {
    const found = places.get(line)?.find((place) => place >= next);
    if (found === undefined) return { missing, foreignAt: at };
    if (found > next)
      missing.push(describeMissing(storedLines.slice(0, index), writtenLines, next, found, at));
    next = found + 1;
    at += line.length;
  }
  if (next < writtenLines.length) missing.push({ at, earliestAt: at, lines: writtenLines.slice(next) });
  return { missing, foreignAt: undefined };
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
