import fc from "fast-check";
import { expect, test } from "vitest";

import { planRanges } from "../../../src/viewer/web/search/search-text.js";

const gib = 1024 ** 3;

test("a search covers the whole text, each byte once, wherever it begins", () => {
  fc.assert(
    fc.property(fc.nat(5 * gib), fc.nat(6 * gib), fc.boolean(), (size, offset, isBackwards) => {
      const ranges = planRanges(size, { offset, isBackwards });
      const sorted = ranges.toSorted((a, b) => a.start - b.start);
      expect(sorted.reduce((at, { start, end }) => (start === at ? end : -1), 0)).toBe(size);
    }),
  );
});

test("backwards it begins right before the reader, with little to search", () => {
  const [first, second] = planRanges(5 * gib, { offset: 5 * gib, isBackwards: true });
  expect(first).toEqual({ start: 5 * gib - 1024 ** 2, end: 5 * gib });
  expect(second?.end).toBe(first?.start);
});

test("forwards it goes on at the start after the end", () => {
  expect(planRanges(100, { offset: 40, isBackwards: false })).toEqual([
    { start: 40, end: 100 },
    { start: 0, end: 40 },
  ]);
});
