import { expect, it } from "vitest";

import { normalizeDuration, parseDurationInMs } from "../../../src/local-batch/api/parse-duration.js";

it.each([
  ["PT1S", 1_000],
  ["PT0.5S", 500],
  ["P7D", 604_800_000],
  ["P1DT2H3M4S", 93_784_000],
  ["PT0S", 0],
])("reads %s", (duration, milliseconds) => {
  expect(parseDurationInMs(duration)).toBe(milliseconds);
});

it.each([undefined, "P10675199DT2H48M5.4775807S", "PT99999999999999999999999H", "soon"])(
  "reads %s as no limit",
  (duration) => {
    expect(parseDurationInMs(duration)).toBe(Infinity);
  },
);

it.each([
  ["P3Y6M4DT12H30M5S", "P1279DT12H30M5S"],
  ["PT90M", "PT1H30M"],
  ["PT36H", "P1DT12H"],
  ["PT0.5S", "PT0.5S"],
  ["P0D", "PT0S"],
  ["P7D", "P7D"],
  ["PT99999999999999999999999H", "PT99999999999999999999999H"],
  ["P10675199DT2H48M5.4775807S", "P10675199DT2H48M5.4775807S"],
])("writes %s as the service does", (duration, normal) => {
  expect(normalizeDuration(duration)).toBe(normal);
});
