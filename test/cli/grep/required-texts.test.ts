import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { createCandidateSearch } from "../../../src/cli/grep/candidate-search.js";
import { createLineMatcher } from "../../../src/cli/grep/line-matcher.js";
import { findRequiredTexts } from "../../../src/cli/grep/required-texts.js";

describe("the texts of which every match contains one", () => {
  it.each([
    ["CUDA out of memory", ["CUDA out of memory"]],
    ["item \\d+ is lost", [" is lost"]],
    ["a\\.b\\.cd*", ["a.b.c"]],
    ["err(or)?s found", ["s found"]],
    ["[abc]def[^]x]g", ["def"]],
    ["[[:alpha:]]def[^[:digit:]x]ghij", ["ghij"]],
    ["colou?rful", ["colo"]],
    ["abc😀?", ["abc"]],
    ["ab{0,2}cdef", ["cdef"]],
    ["error|fatal", ["error", "fatal"]],
    ["(ERROR|FATAL): \\d+", ["ERROR", "FATAL"]],
    ["(?:first|second)+ and the third", [" and the third"]],
    ["(a|b|)long", ["long"]],
    ["(error|x)", undefined],
    ["error|", undefined],
    ["(error)*", undefined],
    ["(?i)error", undefined],
    ["long{b|c}text", undefined],
    ["ab", undefined],
    ["\\Qa.b\\E", undefined],
    [".*", undefined],
  ])("of %s are %s", (pattern, texts) => {
    expect(findRequiredTexts(pattern)).toEqual(texts);
  });

  it("are in every matching line, for any pattern and letter case", () => {
    const part = fc.constantFrom(
      ...[
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
      ],
      ...["(abc|ks1)", "(?:s1k)", "é", "(", ")"],
    );
    const line = fc.array(
      fc.constantFrom("abc", "ABC", "x", ".", "1", "ab", "c", "d", "dd", "s1k", "K", "ſ", "\u212a", "é", "É"),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 1, maxLength: 8 }),
        line,
        fc.boolean(),
        (parts, words, ignoreCase) => {
          const pattern = parts.join("");
          const matcher = createMatcherIfValid(pattern, ignoreCase);
          fc.pre(matcher !== undefined);
          const text = words.join("");
          if (!matcher.matches(text) || matcher.searchCandidates === undefined) return;
          expect(
            matcher.searchCandidates(Buffer.from(text))(0),
            `${pattern} in ${text}`,
          ).toBeGreaterThanOrEqual(0);
        },
      ),
      { numRuns: 5_000 },
    );
  });
});

function createMatcherIfValid(pattern: string, ignoreCase: boolean) {
  try {
    return createLineMatcher(pattern, { ignoreCase });
  } catch {
    return undefined;
  }
}

describe("the search for candidates", () => {
  it("finds texts in bytes, of any case if it is ignored", () => {
    const bytes = Buffer.from("größe\xff task TA\u017f\u212a fatal", "utf8");
    const all = (texts: readonly string[], ignoreCase: boolean): number[] => {
      const find = createCandidateSearch(texts, ignoreCase)?.(bytes);
      const found: number[] = [];
      for (let at = find?.(0) ?? -1; at !== -1; at = find?.(at + 1) ?? -1) found.push(at);
      return found;
    };
    expect(all(["task"], false)).toEqual([bytes.indexOf("task")]);
    expect(all(["Task"], true)).toEqual([bytes.indexOf("task"), bytes.indexOf("TA")]);
    expect(all(["fatal", "größe"], false)).toEqual([0, bytes.indexOf("fatal")]);
    expect(createCandidateSearch(["größe"], true)).toBeUndefined();
    expect(createCandidateSearch([""], false)).toBeUndefined();
    expect(all(["a.b"], true)).toEqual([]);
  });
});
