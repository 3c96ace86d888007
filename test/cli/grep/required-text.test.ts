import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { createLineMatcher } from "../../../src/cli/grep/line-matcher.js";
import { findRequiredText } from "../../../src/cli/grep/required-text.js";

describe("the text that every match contains", () => {
  it.each([
    ["CUDA out of memory", "CUDA out of memory"],
    ["item \\d+ is lost", " is lost"],
    ["a\\.b\\.cd*", "a.b.c"],
    ["err(or)?s found", "s found"],
    ["[abc]def[^]x]g", "def"],
    ["colou?rful", "colo"],
    ["ab{0,2}cdef", "cdef"],
    ["(?i)error", undefined],
    ["error|fatal", undefined],
    ["ab", undefined],
    ["\\Qa.b\\E", undefined],
    [".*", undefined],
  ])("of %s is %s", (pattern, text) => {
    expect(findRequiredText(pattern)).toBe(text);
  });

  it("is in every matching line, for any pattern", () => {
    const part = fc.constantFrom(
      "abc",
      "x",
      ".",
      "\\d",
      "[a-c]",
      "(ab)",
      "(?:x|c)",
      "a?",
      "b*",
      "c+",
      "d{0,2}",
      "\\.",
      "|",
      "^",
      "$",
    );
    const line = fc.array(fc.constantFrom("abc", "x", ".", "1", "ab", "c", "d", "dd"), { maxLength: 12 });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 8 }), line, (parts, words) => {
        const pattern = parts.join("");
        fc.pre(!/[*?+}][*?+{]|^[*?+|]|\|[*?+]|\^[*?+]|\$[*?+]/.test(pattern));
        const { matches, required } = createLineMatcher(pattern, {});
        const text = words.join("");
        if (matches(text) && required !== undefined) expect(text).toContain(required.toString());
      }),
      { numRuns: 2_000 },
    );
  });
});
