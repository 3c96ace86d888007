import { expect, test } from "vitest";

import { findExecuted } from "../../scripts/line-coverage/mapped-script.mjs";

const pieces = [0, 10, 20, 30, 40].map((start) => ({ start, source: "a.ts", line: start / 10 + 1 }));

const linesOf = (ranges: Parameters<typeof findExecuted>[1]): number[] =>
  [...findExecuted(pieces, ranges)].map(({ line }) => line);

test("a piece is executed as often as the innermost range around its beginning", () => {
  const script = { startOffset: 0, endOffset: 50, count: 1 };
  const never = { startOffset: 10, endOffset: 40, count: 0 };
  const within = { startOffset: 20, endOffset: 30, count: 2 };
  expect(linesOf([within, script, never])).toEqual([1, 3, 5]);
});

test("a function and a block of the same extent are ordered as V8 reports them", () => {
  const script = { startOffset: 0, endOffset: 50, count: 1 };
  expect(linesOf([script, { startOffset: 0, endOffset: 50, count: 0 }])).toEqual([]);
  expect(linesOf([{ startOffset: 0, endOffset: 50, count: 0 }, script])).toEqual([1, 2, 3, 4, 5]);
});

test("what no range covers is not executed", () => {
  expect(linesOf([{ startOffset: 0, endOffset: 15, count: 1 }])).toEqual([1, 2]);
});
