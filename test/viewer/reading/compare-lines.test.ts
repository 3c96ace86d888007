import fc from "fast-check";
import { expect, test } from "vitest";

import { compareLines } from "../../../src/viewer/web/compare/compare-lines.js";
import { foldEqualLines } from "../../../src/viewer/web/compare/compared-items.js";
import { markDifference } from "../../../src/viewer/web/compare/mark-difference.js";
import { showLines } from "../../../src/viewer/web/rows/show-lines.js";

const exact = { ignoresVariables: false };
const line = fc.constantFrom("a", "b", "c", "", "2026-11-29 05:12:36 step 1", "2026-11-29 05:12:37 step 2");
const log = fc.array(line, { maxLength: 30 });

test("compareLines pairs a changed line with the line in its place, and aligns the rest", () => {
  const one = ["start", "step 1", "step 2", "failed: 3", "end"];
  const other = ["start", "step 1", "an extra line", "step 2", "failed: 4", "end"];
  expect(compareLines(one, other, exact)).toEqual({
    isAligned: true,
    pairs: [
      { one: 0, other: 0, isSame: true },
      { one: 1, other: 1, isSame: true },
      { other: 2, isSame: false },
      { one: 2, other: 3, isSame: true },
      { one: 3, other: 4, isSame: false },
      { one: 4, other: 5, isSame: true },
    ],
  });
});

test("compareLines on request ignores times, numbers, identifiers and paths, but no words", () => {
  const one = ["2026-11-29T05:12:36Z loaded /mnt/batch/a1/x.csv in 12 ms", "done"];
  const other = ["2026-11-30T17:00:01Z loaded /mnt/batch/b2/x.csv in 9 ms", "failed"];
  const areSame = (ignoresVariables: boolean) =>
    compareLines(one, other, { ignoresVariables }).pairs.map(({ isSame }) => isSame);
  expect(areSame(false)).toEqual([false, false]);
  expect(areSame(true)).toEqual([true, false]);
});

test("compareLines shows each line of both logs once and in order, and calls only equal lines the same", () => {
  fc.assert(
    fc.property(log, log, (one, other) => {
      const { pairs } = compareLines(one, other, exact);
      expect(pairs.flatMap((pair) => pair.one ?? [])).toEqual([...one.keys()]);
      expect(pairs.flatMap((pair) => pair.other ?? [])).toEqual([...other.keys()]);
      for (const pair of pairs.filter(({ isSame }) => isSame))
        expect(one[pair.one ?? -1]).toBe(other[pair.other ?? -1]);
    }),
  );
});

test("compareLines pairs lines by number if there is no time to align them", () => {
  const one = Array.from({ length: 5000 }, (_, index) => `one ${index}`);
  const other = Array.from({ length: 4000 }, (_, index) => `other ${index}`);
  const { pairs, isAligned } = compareLines(one, other, { ...exact, timeoutInMs: -1 });
  expect(isAligned).toBe(false);
  expect(pairs).toHaveLength(5000);
  expect(pairs.at(-1)).toEqual({ one: 4999, isSame: false });
});

test("foldEqualLines hides no difference, and every line once all folds are open", () => {
  fc.assert(
    fc.property(log, log, (one, other) => {
      const { pairs } = compareLines(one, other, exact);
      const unfolded = new Set<number>();
      for (let items = foldEqualLines(pairs, unfolded); ; items = foldEqualLines(pairs, unfolded)) {
        const shown = items.flatMap((item) => (item.type === "pair" ? [item.pair] : []));
        expect(shown.filter(({ isSame }) => !isSame)).toEqual(pairs.filter(({ isSame }) => !isSame));
        const folds = items.flatMap((item) => (item.type === "fold" ? [item] : []));
        expect(shown.length + folds.reduce((sum, { start, end }) => sum + end - start, 0)).toBe(pairs.length);
        const [first] = folds;
        if (first === undefined) break;
        unfolded.add(first.start);
      }
    }),
  );
});

test("foldEqualLines keeps three equal lines on each side of a difference", () => {
  const one = Array.from({ length: 21 }, (_, index) => `line ${index}`);
  const other = one.with(10, "another line");
  const items = foldEqualLines(compareLines(one, other, exact).pairs, new Set());
  expect(items.map((item) => (item.type === "pair" ? item.pair.one : [item.start, item.end]))).toEqual([
    [0, 7],
    7,
    8,
    9,
    10,
    11,
    12,
    13,
    [14, 21],
  ]);
});

test("markDifference marks the part that differs, and divides no character", () => {
  expect(markDifference("exit code 1 on node a", "exit code 137 on node a")).toEqual([
    ["exit code 1", "", " on node a"],
    ["exit code 1", "37", " on node a"],
  ]);
  const text = fc.string({ unit: "binary", maxLength: 12 });
  fc.assert(
    fc.property(text, text, (one, other) => {
      const [markedOne, markedOther] = markDifference(one, other);
      expect([markedOne.join(""), markedOther.join("")]).toEqual([one, other]);
      for (const part of [...markedOne, ...markedOther]) expect(part.isWellFormed()).toBe(true);
    }),
  );
});

test("compareLines finds a difference at the end of a long line, also while variable parts are ignored", () => {
  const [one, other] = ["x ".repeat(3000) + "done", "x ".repeat(3000) + "failed"];
  for (const ignoresVariables of [false, true])
    expect(compareLines([one], [other], { ignoresVariables }).pairs).toMatchObject([{ isSame: false }]);
  const [[before, differs]] = markDifference(one, other);
  expect(before.length).toBeLessThan(2100);
  expect(differs).toBe("done");
});

test("showLines shows the last state of a progress bar, and every character of a long line", () => {
  const show = (text: string) =>
    showLines({ bytes: new TextEncoder().encode(text), encoding: "utf-8", isCut: false });
  expect(show("\uFEFFa\r\n\u001b[31mred\u001b[0m\n10 %\r100 %\r\nlast")).toEqual([
    "a",
    "red",
    "100 %",
    "last",
  ]);
  expect(show("\u001b[31m" + "y".repeat(20_000) + "1")).not.toEqual(
    show("\u001b[31m" + "y".repeat(20_000) + "2"),
  );
  expect(show("50 %\r".repeat(5000) + "100 %\n")).toEqual(["100 %"]);
});

test("showLines omits the line that the end of a long log begins in", () => {
  const bytes = new TextEncoder().encode("é is cut\nwhole\n").subarray(1);
  expect(showLines({ bytes, encoding: "utf-8", isCut: true })).toEqual(["whole"]);
});
