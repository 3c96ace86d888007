import { expect, it } from "vitest";

import { parseDurationInMs } from "../../../src/local-batch/api/parse-duration.js";

it.each([
  ["PT1S", 1_000],
  ["PT0.5S", 500],
  ["P7D", 604_800_000],
  ["P1DT2H3M4S", 93_784_000],
  ["PT0S", 0],
])("reads %s", (duration, milliseconds) => {
  expect(parseDurationInMs(duration)).toBe(milliseconds);
});

it.each([undefined, "P10675199DT2H48M5.4775807S", "soon"])("takes %s for no limit", (duration) => {
  expect(parseDurationInMs(duration)).toBe(Infinity);
});
