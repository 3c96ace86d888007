import assert from "node:assert/strict";
import fc from "fast-check";

import { parseDurationInMs as parseFlag } from "../../../src/cli/command-line/parse-duration.js";
import { normalizeDuration, parseDurationInMs } from "../../../src/local-batch/api/parse-duration.js";
import { Refusal } from "../../../src/local-batch/api/refusal.js";
import { duration, time } from "../../../src/local-batch/api/shape.js";
import {
  decideNextStep,
  findFirstDueTime,
  readRecurrence,
} from "../../../src/local-batch/schedules/recurrence.js";
import type { FuzzTarget } from "../support/fuzz-target.js";
import { attempt, isA } from "../support/properties.js";

function checkDuration(input: string): void {
  const { value: stored } = attempt(() => duration(input, "d"), isA(Refusal));
  if (stored === undefined) return;
  assert.equal(duration(stored, "d"), stored, "what is stored is accepted, and stays as it is");
  const [before, after] = [parseDurationInMs(input), parseDurationInMs(stored)];
  assert.ok(before === after || Math.abs(before - after) < 1, `${before} ms became ${after} ms`);
  assert.equal(normalizeDuration(stored), stored);
}

/** A schedule goes forward and ends, whatever its times are. */
function checkRecurrence(input: string): void {
  const [doNotRunUntil, doNotRunAfter, startWindow, recurrenceInterval] = input.split("\n");
  const times = [doNotRunUntil, doNotRunAfter].map(
    (text) => attempt(() => time(text ?? "", "t"), isA(Refusal)).value,
  );
  const lengths = [startWindow, recurrenceInterval].map(
    (text) => attempt(() => duration(text ?? "", "d"), isA(Refusal)).value,
  );
  const recurrence = readRecurrence({
    doNotRunUntil: times[0],
    doNotRunAfter: times[1],
    startWindow: lengths[0],
    recurrenceInterval: lengths[1],
  });
  // The service's minimum.
  if (recurrence.interval < 60_000) return;
  let now = Date.parse("2026-11-29T00:00:00Z");
  let due: number | undefined = findFirstDueTime(recurrence, now);
  for (let round = 0; round < 50; round += 1) {
    const step = decideNextStep(recurrence, due, { now, hasActiveJob: round % 3 === 1 });
    if (step.kind === "finish") return;
    if (step.kind === "start") {
      assert.ok(
        due === undefined || step.following === undefined || step.following > due,
        "the next job is later",
      );
      assert.ok(now < (recurrence.doNotRunAfter ?? Infinity));
      assert.ok(now >= (recurrence.doNotRunUntil ?? 0));
      due = step.following;
    } else {
      assert.ok(!Number.isNaN(new Date(step.dueTime).getTime()), "it waits for a time that comes");
      due = step.dueTime;
      now = Math.max(now, step.dueTime);
    }
    now += 10_000;
  }
}

const part = fc
  .tuple(fc.oneof(fc.nat(100), fc.maxSafeNat()), fc.constantFrom("Y", "M", "D", "H", "M", "S"))
  .map(([count, unit]) => `${count}${unit}`);
const iso = fc
  .tuple(fc.array(part, { maxLength: 3 }), fc.array(part, { maxLength: 3 }))
  .map(([days, hours]) => `P${days.join("")}${hours.length === 0 ? "" : `T${hours.join("")}`}`);

/** A duration or a time; in four lines, a recurrence. */
export const target: FuzzTarget = {
  seeds: [
    "PT30M",
    "P1DT2H3M4.5S",
    "P10675199DT2H48M5.4775807S",
    "PT1.001S",
    "PT0.0000001S",
    "PT99999999999999999999999H",
    "P1Y1M",
    "1h30m",
    "90s",
    "2026-01-01T00:00:00Z\n2027-01-01T00:00:00Z\nPT10M\nPT1H",
  ],
  grammar: fc.oneof(
    iso,
    fc
      .tuple(
        fc.constantFrom("", "2026-11-28T00:00:00Z", "2026-12-01T00:00:00+02:00", "+275760-09-13T00:00:00Z"),
        fc.constantFrom("", "2026-12-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        iso,
        iso,
      )
      .map((lines) => lines.join("\n")),
  ),
  words: ["P", "T", "D", "H", "M", "S", ".", "0", "1e3", "\n", "PT1M"],
  check(input) {
    const { value: instant } = attempt(() => time(input, "t"), isA(Refusal));
    if (instant !== undefined) assert.equal(time(instant, "t"), instant);
    const flag = parseFlag(input);
    assert.ok(flag === undefined || (Number.isFinite(flag) && flag >= 0));
    for (const line of input.split("\n")) checkDuration(line);
    checkRecurrence(input);
  },
};
