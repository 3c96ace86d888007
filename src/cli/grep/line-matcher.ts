import { RE2JS, RE2JSException } from "re2js";
import { UsageError } from "../errors/usage-error.js";
import { type CandidateSearch, createCandidateSearch } from "./candidate-search.js";
import { findRequiredTexts } from "./required-texts.js";

/** Tests whether lines match. The time is linear in the length of the line for any pattern. */
export interface LineMatcher {
  readonly matches: (line: string) => boolean;
  /** Finds places in a chunk where a matching line may be; `undefined` if every line may match. */
  readonly searchCandidates: CandidateSearch | undefined;
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
  const matches = fixedStrings
    ? createTextMatcher(pattern, ignoreCase)
    : createExpressionMatcher(pattern, ignoreCase);
  const texts = fixedStrings ? [pattern] : findRequiredTexts(pattern);
  return { matches, searchCandidates: createCandidateSearch(texts, ignoreCase) };
}

function createTextMatcher(text: string, ignoreCase: boolean): LineMatcher["matches"] {
  if (!ignoreCase) return (line) => line.includes(text);
  const lowerCase = text.toLowerCase();
  return (line) => line.toLowerCase().includes(lowerCase);
}

function createExpressionMatcher(pattern: string, ignoreCase: boolean): LineMatcher["matches"] {
  const expression = compile(pattern, ignoreCase);
  return (line) => expression.test(line);
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
