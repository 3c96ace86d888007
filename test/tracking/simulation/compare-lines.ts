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
  for (const [index, line] of writtenLines.entries()) places.set(line, [...(places.get(line) ?? []), index]);
  const missing: MissingLines[] = [];
  let at = 0;
  let next = 0;
  for (const [index, line] of storedLines.entries()) {
    const found = places.get(line)?.find((place) => place >= next);
    if (found === undefined) return { missing, foreignAt: at };
    if (found > next)
      missing.push(describeMissing(storedLines.slice(0, index), writtenLines, next, found, at));
    next = found + 1;
    at += Buffer.byteLength(line);
  }
  if (next < writtenLines.length) missing.push({ at, earliestAt: at, lines: writtenLines.slice(next) });
  return { missing, foreignAt: undefined };
}

/** The lines of a file, without its hole. */
export function splitLines(content: Buffer): string[] {
  const pieces = content.toString("latin1").replaceAll("\0", "").split("\n");
  const unended = pieces.pop() ?? "";
  const lines = pieces.map((piece) => `${piece}\n`);
  return unended === "" ? lines : [...lines, unended];
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
    earliestAt -= Buffer.byteLength(line);
  }
  return { at, earliestAt, lines: written.slice(from, end) };
}
