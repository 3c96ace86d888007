import { RE2JS, RE2JSException } from "re2js";
import { UsageError } from "../errors/usage-error.js";
import { findRequiredText } from "./required-text.js";

/** Tests whether lines match. The time is linear in the length of the line for any pattern. */
export interface LineMatcher {
  readonly matches: (line: string) => boolean;
  /** Bytes that every matching line contains, if known. */
  readonly required: Buffer | undefined;
}

export interface MatcherOptions {
  /** Whether the pattern is a fixed string, not a regular expression. */
  readonly fixedStrings?: boolean | undefined;
  readonly ignoreCase?: boolean | undefined;
}

/** Longer patterns are a mistake or an attack. */
const maxPatternLength = 10_000;

/** Creates a matcher for a regular expression in RE2's syntax, or for a text. Throws a `UsageError` for a wrong pattern. */
export function createLineMatcher(
  pattern: string,
  { fixedStrings = false, ignoreCase = false }: MatcherOptions,
): LineMatcher {
  if (pattern.length > maxPatternLength)
    throw new UsageError(`The pattern must have at most ${maxPatternLength} characters.`);
  if (fixedStrings && !ignoreCase)
    return { matches: (line) => line.includes(pattern), required: toBytes(pattern) };
  if (fixedStrings) {
    const lowerCase = pattern.toLowerCase();
    return { matches: (line) => line.toLowerCase().includes(lowerCase), required: undefined };
  }
  const expression = compile(pattern, ignoreCase);
  return {
    matches: (line) => expression.test(line),
    required: ignoreCase ? undefined : toBytes(findRequiredText(pattern)),
  };
}

function toBytes(text: string | undefined): Buffer | undefined {
  return text === undefined || text === "" ? undefined : Buffer.from(text, "utf8");
}

function compile(pattern: string, ignoreCase: boolean): RE2JS {
  try {
    return RE2JS.compile(pattern, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    throw new UsageError(
      "The pattern is not a regular expression in RE2's syntax, which has no look-around and no back-references. Use -F for a text.",
      { cause: error },
    );
  }
}
