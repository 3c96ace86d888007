import fc from "fast-check";
import { expect, it } from "vitest";

import {
  decideNextStep,
  findFirstDueTime,
  type NextStep,
  type Recurrence,
} from "../../../src/local-batch/schedules/recurrence.js";

const once: Recurrence = { startWindow: Infinity, interval: Infinity };
const hourly: Recurrence = { startWindow: Infinity, interval: 60 };

it.each<[string, Recurrence, number | undefined, number, boolean, NextStep]>([
  ["waits until the time", once, 100, 99, false, { kind: "wait", dueTime: 100 }],
  ["starts the only job", once, 100, 100, false, { kind: "start" }],
  ["starts the only job however late", once, 100, 100_000, false, { kind: "start" }],
  ["is over after it", once, undefined, 100, false, { kind: "finish" }],
  ["starts a job and knows the next", hourly, 100, 100, false, { kind: "start", following: 160 }],
  ["keeps to its times when it is late", hourly, 100, 110, false, { kind: "start", following: 160 }],
  ["does not make up for what was lost", hourly, 100, 345, false, { kind: "start", following: 400 }],
  ["waits for the job that runs", hourly, 100, 110, true, { kind: "wait", dueTime: 100 }],
  [
    "starts within the window",
    { ...hourly, startWindow: 10 },
    100,
    110,
    false,
    { kind: "start", following: 160 },
  ],
  [
    "loses a job after the window",
    { ...hourly, startWindow: 10 },
    100,
    111,
    false,
    { kind: "wait", dueTime: 160 },
  ],
  ["loses its only job", { ...once, startWindow: 10 }, 100, 111, false, { kind: "finish" }],
  ["starts no job after the end", { ...hourly, doNotRunAfter: 100 }, 100, 99, false, { kind: "finish" }],
  [
    "ends with the last job before the end",
    { ...hourly, doNotRunAfter: 150 },
    100,
    100,
    false,
    { kind: "start" },
  ],
  ["is over at the end", { ...hourly, doNotRunAfter: 150 }, 100, 150, false, { kind: "finish" }],
])("%s", (_, recurrence, dueTime, now, hasActiveJob, step) => {
  expect(decideNextStep(recurrence, dueTime, { now, hasActiveJob })).toEqual(step);
});

it.each([
  [undefined, 50, 50],
  [100, 50, 100],
  [20, 50, 50],
])("with doNotRunUntil %s, added at %d, is first due at %d", (doNotRunUntil, added, due) => {
  expect(findFirstDueTime({ ...once, doNotRunUntil }, added)).toBe(due);
});

it("starts at most one job for each interval, each within its window, whenever it is looked at", () => {
  const looks = fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 200 });
  fc.assert(
    fc.property(
      looks,
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: 0, max: 100 }),
      (steps, interval, startWindow) => {
        const recurrence = { interval, startWindow };
        const started: number[] = [];
        let [now, due] = [0, 0];
        for (const step of steps) {
          now += step;
          const next = decideNextStep(recurrence, due, { now, hasActiveJob: false });
          if (next.kind === "start") {
            const slot = Math.floor(now / interval);
            expect(now - slot * interval).toBeLessThanOrEqual(startWindow);
            started.push(slot);
            expect(next.following).toBeGreaterThan(now - interval);
            due = next.following ?? Infinity;
          } else if (next.kind === "wait") due = next.dueTime;
        }
        expect(new Set(started).size).toBe(started.length);
      },
    ),
  );
});
