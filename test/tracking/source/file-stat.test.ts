import { expect, test } from "vitest";

import { getClockStepNs } from "../../../src/tracking/source/files/file-stat.js";

const secondNs = 1_000_000_000n;

test.each([
  ["whole seconds", 1_764_500_000n * secondNs],
  ["every second one", 1_764_500_002n * secondNs],
])("a time of a file system that records %s may be that of a change up to two seconds later", (_, timeNs) => {
  expect(getClockStepNs(timeNs)).toBeGreaterThan(2n * secondNs);
});

test.each([1n, 4_000_000n, 999_999_900n])(
  "a time with %i ns beside its seconds is exact to the clock's step",
  (ns) => {
    expect(getClockStepNs(1_764_500_000n * secondNs + ns)).toBe(100_000_000n);
  },
);
