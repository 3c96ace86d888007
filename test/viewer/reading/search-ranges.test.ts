import fc from "fast-check";
import { expect, test } from "vitest";

import { HitList, maxHits } from "../../../src/viewer/web/search/hit-list.js";
import { planRanges } from "../../../src/viewer/web/search/plan-ranges.js";

const gib = 1024 ** 3;

test("a search covers the whole text, each byte once, from any start", () => {
  fc.assert(
    fc.property(fc.nat(5 * gib), fc.nat(6 * gib), fc.boolean(), (size, offset, isBackwards) => {
      const ranges = planRanges(size, { offset, isBackwards });
      const sorted = ranges.toSorted((a, b) => a.start - b.start);
      expect(sorted.reduce((at, { start, end }) => (start === at ? end : -1), 0)).toBe(size);
    }),
  );
});

test("a search backwards starts right before the reader, with a small range", () => {
  const [first, second] = planRanges(5 * gib, { offset: 5 * gib, isBackwards: true });
  expect(first).toEqual({ start: 5 * gib - 1024 ** 2, end: 5 * gib, isBackwards: true });
  expect(second?.end).toBe(first?.start);
});

test("a search forwards continues at the start after the end", () => {
  expect(planRanges(100, { offset: 40, isBackwards: false })).toEqual([
    { start: 40, end: 100, isBackwards: false },
    { start: 0, end: 40, isBackwards: false },
  ]);
});

test("unpacked content is searched in one range in each direction", () => {
  expect(planRanges(100 * 1024 ** 2, { offset: 90, isBackwards: true }, Infinity)).toEqual([
    { start: 0, end: 90, isBackwards: true },
    { start: 90, end: 100 * 1024 ** 2, isBackwards: false },
  ]);
});

/** Adds one hit for each of so many lines of one byte. */
function fill(list: HitList, start: number, lineCount: number): void {
  for (let line = 0; line < lineCount; line += 1)
    list.add({ lineStart: start + line, lineNumber: line + 1, text: "x", start: 0, end: 1 });
}

test("a search backwards with too many matches keeps those nearest to the reader, and how far they reach", () => {
  const near = { start: 20_000, end: 26_000, isBackwards: true };
  const far = { start: 0, end: 20_000, isBackwards: true };
  const list = new HitList([near, far]);
  list.begin(near);
  fill(list, near.start, 6_000);
  list.end(6_000);
  expect(list.isFull).toBe(false);
  list.begin(far);
  fill(list, far.start, 20_000);
  list.end(20_000);
  expect(list.isFull).toBe(true);
  const hits = list.list();
  expect(hits).toHaveLength(maxHits);
  expect([hits[0]?.offset, hits[0]?.lineNumber, hits.at(-1)?.offset]).toEqual([16_000, 16_001, 25_999]);
  expect(list.edge).toBe(16_000);
});

test("a search forwards with too many matches keeps the first ones", () => {
  const range = { start: 0, end: 30_000, isBackwards: false };
  const list = new HitList([range]);
  list.begin(range);
  fill(list, 0, maxHits);
  expect(list.isFull).toBe(false);
  fill(list, maxHits, 1);
  expect(list.isFull).toBe(true);
  list.end();
  expect([list.list().length, list.edge]).toEqual([maxHits, maxHits - 1]);
});

test("line numbers are known if all lines before were counted", () => {
  const ranges = [
    { start: 50, end: 100, isBackwards: true },
    { start: 0, end: 50, isBackwards: true },
  ];
  const list = new HitList(ranges);
  for (const range of ranges) {
    list.begin(range);
    fill(list, range.start, 2);
    list.end(10);
    if (range.start > 0)
      expect(list.list().map(({ lineNumber }) => lineNumber)).toEqual([undefined, undefined]);
  }
  expect(list.list().map(({ lineNumber }) => lineNumber)).toEqual([1, 2, 11, 12]);
});
