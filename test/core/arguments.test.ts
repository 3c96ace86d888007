import fc from "fast-check";
import { describe, expect, test } from "vitest";

import {
  isArgumentError,
  requireBoolean,
  requireFunction,
  requireInteger,
  requireLocalPath,
  requireObject,
  requireOneOf,
  requireString,
  requireText,
} from "../../src/core/index.js";

type Check = (value: unknown, argument: string) => void;

/** The message of the argument error that a check throws, or `undefined` if it accepts the value. */
function problemOf(check: Check, value: unknown): string | undefined {
  try {
    check(value, "options.x");
    return undefined;
  } catch (error) {
    if (!isArgumentError(error)) throw error;
    expect(error.argument).toBe("options.x");
    expect(error).toBeInstanceOf(error.code === "ERR_INVALID_ARG_TYPE" ? TypeError : RangeError);
    return error.problem;
  }
}

const checks: readonly (readonly [string, Check, (value: unknown) => boolean])[] = [
  ["requireString", requireString, (value) => typeof value === "string"],
  ["requireText", requireText, (value) => typeof value === "string" && value !== ""],
  [
    "requireLocalPath",
    requireLocalPath,
    (value) => typeof value === "string" && value !== "" && !value.includes("\0"),
  ],
  ["requireBoolean", requireBoolean, (value) => typeof value === "boolean"],
  ["requireFunction", requireFunction, (value) => typeof value === "function"],
  [
    "requireObject",
    requireObject,
    (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  ],
  ["requireInteger", requireInteger, (value) => Number.isSafeInteger(value) && (value as number) >= 0],
  [
    "requireOneOf",
    (value, argument) => {
      requireOneOf(value, ["", "always", "1"], argument);
    },
    (value) => value === "" || value === "always" || value === "1",
  ],
];

const anyValue = fc.oneof(
  fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true, withSparseArray: true }),
  fc.constantFrom("always", "a\0b", Symbol("x"), () => undefined, Date, -0, NaN, Infinity, 2 ** 53),
);

describe.each(checks)("%s", (_, check, isLegal) => {
  test("accepts exactly the legal values, and throws nothing but an argument error for others", () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        expect(problemOf(check, value) === undefined).toBe(isLegal(value));
      }),
      { numRuns: 500 },
    );
  });
});

test.each<[Check, unknown, string]>([
  [requireString, null, "must be a string, but is null"],
  [requireString, [], "must be a string, but is an array"],
  [requireString, undefined, "must be a string, but is undefined"],
  [requireText, "", "must not be empty"],
  [requireLocalPath, "a\0b", String.raw`must not contain the character U+0000, but is "a\u0000b"`],
  [requireObject, "x", "must be an object, but is string"],
  [requireFunction, {}, "must be a function, but is object"],
  [requireBoolean, "true", "must be true or false, but is string"],
  [requireInteger, "3", "must be a number, but is string"],
  [requireInteger, 1.5, "must be a whole number of at least 0, but is 1.5"],
  [requireInteger, NaN, "must be a whole number of at least 0, but is NaN"],
])("%s reports for %j that it %s", (check, value, problem) => {
  expect(problemOf(check, value)).toBe(problem);
});

test("requireInteger accepts its inclusive bounds, and names them", () => {
  const bounds = fc.tuple(fc.integer(), fc.nat()).map(([min, span]) => ({ min, max: min + span }));
  fc.assert(
    fc.property(bounds, fc.integer({ min: -(2 ** 33), max: 2 ** 33 }), ({ min, max }, value) => {
      const problem = problemOf((one, argument) => {
        requireInteger(one, argument, { min, max });
      }, value);
      const isWithin = value >= min && value <= max;
      expect(problem).toBe(
        isWithin ? undefined : `must be a whole number from ${min} to ${max}, but is ${value}`,
      );
    }),
  );
});

test.each([
  [["a"], 'must be "a", but is "x"'],
  [["a", "b"], 'must be "a" or "b", but is "x"'],
  [["a", "b", "c"], 'must be "a", "b" or "c", but is "x"'],
])("requireOneOf lists its choices: %j", (allowed, problem) => {
  expect(
    problemOf((value, argument) => {
      requireOneOf(value, allowed, argument);
    }, "x"),
  ).toBe(problem);
});

test("requireOneOf prints JSON values as they are, and anything else as its type", () => {
  const show = (value: unknown): string | undefined =>
    problemOf((one, argument) => {
      requireOneOf(one, ["a"], argument);
    }, value)?.replace('must be "a", but is ', "");
  expect([1, true, undefined, null, {}, [], Symbol("s"), "\u001b"].map(show)).toEqual([
    ...["1", "true", "undefined", "null", "object", "an array", "symbol", String.raw`"\u001b"`],
  ]);
});
