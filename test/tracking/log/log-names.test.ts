import fc from "fast-check";
import { expect, test } from "vitest";

import { formatLogName, isPlainLogName, parseLogName } from "../../../src/tracking/index.js";

test.each([
  ["stdout.txt", undefined, 1, "stdout.txt"],
  ["stdout.txt", 1, 1, "stdout.attempt-1.txt"],
  ["stdout.txt", undefined, 2, "stdout.part-2.txt"],
  ["t1/$TaskLog/stdout.txt", 12, 3, "t1/$TaskLog/stdout.attempt-12.part-3.txt"],
  ["logs/stdout", 1, 1, "logs/stdout.attempt-1"],
  ["a.b/stdout", 1, 2, "a.b/stdout.attempt-1.part-2"],
  [".hidden", 1, 1, ".hidden.attempt-1"],
  ["x.tar.gz", 1, 1, "x.tar.attempt-1.gz"],
  ["/stdout.txt", 1, 2, "/stdout.attempt-1.part-2.txt"],
  ["stdout.attempt-1.txt", 1, 1, "stdout.attempt-1.attempt-1.txt"],
])("%s, attempt %s, part %i is named %s, and parsed back", (path, attempt, part, name) => {
  expect(formatLogName({ path, attempt, part })).toBe(name);
  expect(parseLogName(name)).toEqual({ path, attempt, part });
});

test.each([
  "stdout.attempt-0.txt",
  "stdout.attempt-01.txt",
  "stdout.part-1.txt",
  "stdout.part-x.txt",
  "attempt-1.txt",
  ".part-2",
  ".attempt-1.part-2",
  "logs/.attempt-1",
])("%s has no attempt and no part number", (name) => {
  expect(parseLogName(name)).toEqual({ path: name, attempt: undefined, part: 1 });
});

test.each([
  ["stdout.txt", true],
  ["stdout.part-2x.txt", true],
  ["stdout.part-2.txt", false],
  ["stdout.part-12.txt", false],
  ["stdout.attempt-1", false],
])("whether a log can be named %s: %s", (name, isPlain) => {
  expect(isPlainLogName(name)).toBe(isPlain);
});

const segment = fc.string({
  unit: fc.constantFrom("a", "b", ".", "-", "_", " ", "1", "é"),
  minLength: 1,
  maxLength: 8,
});
const anyPath = fc
  .tuple(
    fc.array(segment, { maxLength: 2 }),
    segment,
    fc.constantFrom("", ".txt", ".log", ".attempt-2", ".part-3.txt"),
  )
  .map(([folders, name, end]) => [...folders, `${name}${end}`].join("/"));
const numbers = {
  attempt: fc.option(fc.integer({ min: 1, max: 1e8 }), { nil: undefined }),
  part: fc.integer({ min: 1, max: 1e8 }),
};

test("formatting and parsing a log name returns the same path, attempt and part", () => {
  fc.assert(
    fc.property(anyPath.filter(isPlainLogName), numbers.attempt, numbers.part, (path, attempt, part) => {
      expect(parseLogName(formatLogName({ path, attempt, part }))).toEqual({ path, attempt, part });
    }),
    { numRuns: 2_000 },
  );
});

test("parsing and formatting a name returns the same name", () => {
  fc.assert(
    fc.property(anyPath, (name) => {
      expect(formatLogName(parseLogName(name))).toBe(name);
    }),
    { numRuns: 2_000 },
  );
});
