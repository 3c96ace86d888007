import type { LinePair } from "./compare-lines.js";

/** A row of a comparison: a pair of lines, or a run of equal lines that is folded. */
export type ComparedItem =
  | { readonly type: "pair"; readonly pair: LinePair; readonly startsDifference: boolean }
  | { readonly type: "fold"; readonly start: number; readonly end: number };

/** The number of equal lines that are shown before and after a difference. */
const contextLines = 3;

/** Folds the runs of equal lines that are far from a difference, except those that were unfolded, given by their start. */
export function foldEqualLines(
  pairs: readonly LinePair[],
  unfolded: ReadonlySet<number>,
): readonly ComparedItem[] {
  const items: ComparedItem[] = [];
  const addPairs = (from: number, to: number) => {
    for (let index = from; index < to; index += 1) {
      const pair = pairs[index];
      if (pair === undefined) return;
      items.push({
        type: "pair",
        pair,
        startsDifference: !pair.isSame && pairs[index - 1]?.isSame !== false,
      });
    }
  };
  for (let index = 0; index < pairs.length;) {
    let end = index;
    while (pairs[end]?.isSame === true) end += 1;
    const start = index === 0 ? 0 : index + contextLines;
    const foldEnd = end === pairs.length ? end : end - contextLines;
    // One hidden line would take as much space as its fold.
    if (foldEnd - start > 1 && !unfolded.has(start)) {
      addPairs(index, start);
      items.push({ type: "fold", start, end: foldEnd });
      addPairs(foldEnd, end);
    } else addPairs(index, end);
    index = end;
    while (pairs[end]?.isSame === false) end += 1;
    addPairs(index, end);
    index = end;
  }
  return items;
}
