import { expect, it } from "vitest";

import { findClosestNames } from "../../src/cli/suggestions/closest-names.js";

it.each([
  ["TaskLogs", ["TaskOutput", "TaskLog", "TaskIntermediate"], ["TaskLog"]],
  ["tasklog", ["TaskOutput", "TaskLog"], ["TaskLog"]],
  ["fraem-12", ["frame-12", "frame-13", "other"], ["frame-12", "frame-13"]],
  ["film", ["film-7", "film-8", "films", "fim", "zoo"], ["films", "fim", "film-7"]],
  ["film-7", ["film-7"], []],
  ["xyz", ["completely-different"], []],
  ["", ["a"], []],
  ["a", ["b", "ab"], ["ab", "b"]],
  ["x".repeat(1000), ["x".repeat(1001)], []],
] as const)("suggests for %j among %j: %j", (written, names, expected) => {
  expect(findClosestNames(written, names)).toEqual(expected);
});

it("does not take long for many long names", () => {
  const names = Array.from({ length: 20_000 }, (_, index) => `render-the-frame-number-${index}`);
  expect(findClosestNames("render-the-frame-numbr-7", names)[0]).toBe("render-the-frame-number-7");
});
