import fc from "fast-check";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";

import type * as original from "../../../src/core/errors/argument-error.js";
import { argumentRangeError, argumentTypeError, isArgumentError, quote } from "../../../src/core/index.js";

describe("argumentTypeError", () => {
  test("is a TypeError that carries the argument and the problem as data", () => {
    const error = argumentTypeError("options.exclude", "must be an array, but is null");
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toBe("options.exclude must be an array, but is null");
    expect(error.code).toBe("ERR_INVALID_ARG_TYPE");
    expect(error.argument).toBe("options.exclude");
    expect(error.problem).toBe("must be an array, but is null");
  });

  test("prints as any TypeError does", () => {
    expect(inspect(argumentTypeError("kind", "must be a string"))).toMatch(
      /^TypeError: kind must be a string\n[^{]*$/,
    );
  });
});

describe("argumentRangeError", () => {
  test("is a RangeError that carries the argument and the problem as data", () => {
    const error = argumentRangeError("kind", "must not be empty");
    expect(error).toBeInstanceOf(RangeError);
    expect(error).toMatchObject({
      code: "ERR_INVALID_ARG_VALUE",
      argument: "kind",
      problem: "must not be empty",
    });
    expect("cause" in error).toBe(false);
  });

  test("has the given cause", () => {
    const cause = new Error("cause");
    expect(argumentRangeError("url", "must be a URL", { cause }).cause).toBe(cause);
  });

  test("always reads as the argument followed by the problem", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (argument, problem) => {
        const error = argumentRangeError(argument, problem);
        expect(error.message).toBe(`${error.argument} ${error.problem}`);
      }),
    );
  });
});

describe("isArgumentError", () => {
  test("recognizes both kinds, also those of a second copy of the package", async () => {
    // A query makes another module of the same file.
    const copy = (await import(
      /* @vite-ignore */ `${new URL("../../../src/core/errors/argument-error.ts", import.meta.url).href}?copy`
    )) as typeof original;
    expect(copy.argumentTypeError).not.toBe(argumentTypeError);
    for (const error of [
      argumentTypeError("a", "is wrong"),
      argumentRangeError("a", "is wrong"),
      copy.argumentTypeError("a", "is wrong"),
      copy.argumentRangeError("a", "is wrong"),
    ])
      expect(isArgumentError(error)).toBe(true);
  });

  test.each([
    new TypeError("kind must be a string"),
    new RangeError("kind must not be empty"),
    Object.assign(new TypeError("x is not a function"), { code: "ERR_INVALID_ARG_TYPE", argument: "x" }),
    { argument: "kind", problem: "is wrong", code: "ERR_INVALID_ARG_VALUE" },
    "kind must be a string",
    null,
    undefined,
  ])("does not recognize %s, whatever its message", (error) => {
    expect(isArgumentError(error)).toBe(false);
  });
});

describe("quote", () => {
  test("returns one line of JSON without control characters for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        const shown = quote(text);
        expect(shown).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
        expect(shown.length).toBeLessThanOrEqual(6 * 201 + 2);
        expect(JSON.parse(shown)).toBe(text.length > 200 ? `${text.slice(0, 200)}…` : text);
      }),
    );
  });

  test("removes a credential anywhere in the text", () => {
    const key = fc.stringMatching(/^[A-Za-z0-9+/%]{20,40}$/);
    const names = fc.constantFrom("sig", "SIG", "AccountKey", "SharedAccessSignature");
    const parts = fc.stringMatching(/^[a-z?;&]{0,20}$/);
    fc.assert(
      fc.property(parts, names, key, parts, (before, name, secret, after) => {
        expect(quote(`${before}&${name}=${secret}&${after}`)).not.toContain(secret);
      }),
    );
  });
});
