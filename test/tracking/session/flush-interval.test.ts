import { expect, test } from "vitest";

import { computeRetryDelayInMs } from "../../../src/core/index.js";
import {
  blocksOfOneBlob,
  flushIntervalInMs,
  createFlushRetryPolicy,
  computeLookDelayInMs,
  maxBudgetIntervalInMs,
} from "../../../src/tracking/session/flush-interval.js";

const usual = { isAdaptive: false, blockLimit: blocksOfOneBlob, maxInMs: maxBudgetIntervalInMs };

/** Flushes as a tracked file of a busy program does for so long, second by second, and counts the blocks it takes. */
function simulate(
  seconds: number,
  askedInMs: number,
  isAdaptive: boolean,
): { blocks: number; longestWaitMs: number; steps: number } {
  let blocks = 0;
  let nextFlushMs = 0;
  let longestWaitMs = 0;
  let steps = 0;
  for (let second = 0; second < seconds; second += 1) {
    steps += 1;
    const nowMs = second * 1_000;
    if (nowMs < nextFlushMs) continue;
    blocks += 1;
    const waitMs = flushIntervalInMs({ ...usual, askedInMs, isAdaptive, ageInMs: nowMs, blocksUsed: blocks });
    longestWaitMs = Math.max(longestWaitMs, waitMs);
    nextFlushMs = nowMs + waitMs;
  }
  return { blocks, longestWaitMs, steps };
}

test("60 days of 1-second flushes use three blobs, and no flush waits longer than a minute", () => {
  const { blocks, longestWaitMs, steps } = simulate(60 * 24 * 3_600, 1_000, false);
  expect(steps).toBe(5_184_000);
  expect(Math.ceil(blocks / blocksOfOneBlob)).toBe(3);
  expect(longestWaitMs).toBe(60_000);
});

test("a day of 1-second flushes fits in one blob, because the interval grows", () => {
  const { blocks } = simulate(24 * 3_600, 1_000, false);
  expect(blocks).toBeLessThan(blocksOfOneBlob);
  expect(24 * 3_600).toBeGreaterThan(blocksOfOneBlob);
});

test("the interval is the requested one while the block budget is unused", () => {
  expect(flushIntervalInMs({ ...usual, askedInMs: 15_000, ageInMs: 0, blocksUsed: 0 })).toBe(15_000);
});

test("an interval longer than a minute is not changed by the budget", () => {
  expect(
    flushIntervalInMs({ ...usual, askedInMs: 300_000, ageInMs: 0, blocksUsed: 10 * blocksOfOneBlob }),
  ).toBe(300_000);
});

test("an adaptive interval starts short and never exceeds the requested one", () => {
  const at = (ageInMs: number): number =>
    flushIntervalInMs({ ...usual, isAdaptive: true, askedInMs: 60_000, ageInMs, blocksUsed: 0 });
  expect([0, 20_000, 60_000, 600_000, 1_200_000, 9_999_999].map(at)).toEqual([
    1_000, 1_000, 3_000, 30_000, 60_000, 60_000,
  ]);
  expect(flushIntervalInMs({ ...usual, isAdaptive: true, askedInMs: 200, ageInMs: 0, blocksUsed: 0 })).toBe(
    200,
  );
});

test("a failed flush is retried soon, then less often, never later than the next flush", () => {
  const delayAfter = (failures: number, intervalInMs: number): number =>
    computeRetryDelayInMs(createFlushRetryPolicy(intervalInMs), failures);
  for (const [failures, longest] of [
    [1, 1_000],
    [2, 2_000],
    [3, 4_000],
    [9, 60_000],
    [50, 60_000],
  ] as const) {
    expect(delayAfter(failures, 60_000)).toBeGreaterThanOrEqual(longest * 0.8);
    expect(delayAfter(failures, 60_000)).toBeLessThanOrEqual(longest);
  }
  expect(delayAfter(1, 100)).toBeLessThanOrEqual(100);
});

test("an unchanged file is checked less often, down to every five seconds", () => {
  expect([0, 10, 40, 1_000].map((quiet) => computeLookDelayInMs(60_000, quiet))).toEqual([
    1_000, 2_000, 5_000, 5_000,
  ]);
  expect(computeLookDelayInMs(250, 1_000)).toBe(250);
});
