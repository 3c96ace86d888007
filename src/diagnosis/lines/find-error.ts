import { redactText } from "../../core/index.js";
import { isConsequence } from "./consequences.js";
import { anyErrorPattern, certainScore, errorPatterns, wrappers, wrapperScore } from "./error-patterns.js";
import { splitLogLines } from "./log-lines.js";
import { normalizeError } from "./normalize-error.js";
import { stripPrefix } from "./strip-prefix.js";

/** The line of a log that names the cause of a failure. */
export interface FoundError {
  /** The line without credentials. */
  readonly line: string;
  /** Without the parts that differ between occurrences; see `normalizeError`. */
  readonly pattern: string;
  /** Whether the line names an error. False if no line does: then it is the last line. */
  readonly isCertain: boolean;
  /** The certainty, to compare errors of several logs of a task. */
  readonly score: number;
  /** The lines around it, and the last lines of the log; see {@link ErrorContext}. */
  readonly context: readonly string[];
}

const linesBefore = 3;
const linesAfter = 2;
/** A line loses a point for each multiple of this distance from the end: the program may have continued after it. */
const linesPerPoint = 50;
const maxPoints = 15;
/** The score of the last line of a traceback, regardless of its text. */
const tracebackScore = 66;
/** The minimum score of the line above a stack of calls. */
const aboveStackScore = 62;
/** The score of a line that names no error. */
const lastLineScore = 5;
/** The minimum score of a line that a CI runner marks as an error. */
const markedScore = 46;
/** The share of the score that counts for a line that only reports a consequence. */
const consequenceShare = 1 / 6;

/**
 * Finds the line that names the cause of a failure in the last part of a log: the end of a traceback (Python, Node.js,
 * Java, .NET, Go, Rust, R, MATLAB, C++), a limit of the machine, or a line that a program marks as an error. Returns
 * `undefined` for a log without text.
 */
export function findError(text: string): FoundError | undefined {
  const all = splitLogLines(text);
  const length = all.findLastIndex((line) => line !== "") + 1;
  const shownLines = all.slice(0, length);
  const lines = shownLines.map(stripPrefix);
  let best: { readonly index: number; readonly score: number; readonly line: string } | undefined;
  let tracebackIndent: number | undefined;
  for (const [index, line] of lines.entries()) {
    if (line === "") continue;
    const indent = line.search(/\S/);
    const isEnd: boolean = tracebackIndent !== undefined && indent <= tracebackIndent;
    if (tracebackStart.test(line)) tracebackIndent = indent;
    else if (isEnd) tracebackIndent = undefined;
    const found = isEnd ? scoreEnd(line.trim()) : raise(scoreLine(line), lines[index + 1]);
    if (found === undefined) continue;
    const score = found.score - Math.min(maxPoints, Math.floor((length - 1 - index) / linesPerPoint));
    const isBetter = best === undefined || (found.isFirst ? score > best.score : score >= best.score);
    if (!isBetter) continue;
    const next = findContinuation(lines.slice(index + 1, index + 7), found.continues);
    best = { index, score, line: next === undefined ? line : `${line} ${next.trim()}` };
  }
  if (length === 0) return undefined;
  const { index, score, line } = best ?? findLastLine(lines);
  const shown = redactText(line.trim());
  return {
    line: shown,
    pattern: normalizeError(shown),
    isCertain: score >= certainScore,
    score,
    context: shownLines
      .slice(Math.max(0, index - linesBefore), index + linesAfter + 1)
      .filter((text, at, all) => text !== "" || all[at - 1] !== "")
      .map(redactText),
  };
}

/** Returns the last line that tells something. */
function findLastLine(lines: readonly string[]): { index: number; score: number; line: string } {
  const found = lines.findLastIndex((line) => line !== "" && !isConsequence(line));
  const index = found === -1 ? lines.length - 1 : found;
  return { index, score: lastLineScore, line: lines[index] ?? "" };
}

/** Returns the rest of a message, which is in one of the lines after it. */
function findContinuation(
  after: readonly string[],
  continues: true | RegExp | undefined,
): string | undefined {
  if (continues === undefined) return undefined;
  const start = continues === true ? 0 : after.findIndex((text) => continues.test(text)) + 1;
  return after.slice(start, start + 2).find((text) => text !== "");
}

interface ScoredLine {
  readonly score: number;
  readonly continues: true | RegExp | undefined;
  readonly isFirst: boolean;
}

function scoreEnd(line: string): ScoredLine {
  const score = wrappers.test(line) ? wrapperScore : Math.max(tracebackScore, scoreLine(line)?.score ?? 0);
  return { score, continues: undefined, isFirst: false };
}

const tracebackStart = /^ *(?:\+ Exception Group )?Traceback \(most recent call last\):/;

/** The line after a message with which Lua, Haskell, OCaml, Julia and PowerShell begin the stack of calls. */
const stackStart =
  /^(?:stack traceback:|CallStack \(from HasCallStack\):|Stacktrace:|Raised at |At (?:line|.{1,300}\.ps[dm]?1):\d+ char:\d+)/;

/** A message is directly above the stack of calls; what it consists of does not matter. */
function raise(found: ScoredLine | undefined, next: string | undefined): ScoredLine | undefined {
  if (next === undefined || !stackStart.test(next)) return found;
  const { score = 0, continues, isFirst = false } = found ?? {};
  return { score: Math.max(aboveStackScore, score), continues, isFirst };
}

/** `##[error]` of Azure Pipelines and GitHub Actions, `::error file=a::` of programs for them. */
const errorMark = /^(?:##\[error\]|::error(?: [^:]{0,300})?::)/;

function scoreLine(line: string): ScoredLine | undefined {
  const text = line.replace(errorMark, "");
  const isMarked = text !== line;
  const candidates = anyErrorPattern.test(text) ? errorPatterns : [];
  for (const { pattern, score, continues, isFirst = false } of candidates) {
    if (!pattern.test(text)) continue;
    // A wrapper reports the failure of another process, but it may be all that a log has.
    if (score !== wrapperScore && isConsequence(text))
      return { score: score * consequenceShare, continues: undefined, isFirst: false };
    return { score: isMarked ? Math.max(score, markedScore) : score, continues, isFirst };
  }
  return isMarked && !isConsequence(text)
    ? { score: markedScore, continues: undefined, isFirst: false }
    : undefined;
}
