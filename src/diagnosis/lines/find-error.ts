import { redactText } from "../../core/index.js";
import { certainScore, consequences, errorPatterns } from "./error-patterns.js";
import { splitLogLines } from "./log-lines.js";
import { normalizeError } from "./normalize-error.js";

/** The line of a log that names the cause of a failure. */
export interface FoundError {
  /** The line without credentials. */
  readonly line: string;
  /** Without the parts that differ between occurrences; see `normalizeError`. */
  readonly pattern: string;
  /** Whether the line names an error. False if no line does: then it is the last line. */
  readonly isCertain: boolean;
  /** Comparable between logs of the same task. */
  readonly score: number;
  /** The lines around it, and the last lines of the log; see {@link ErrorContext}. */
  readonly context: readonly string[];
}

const linesBefore = 3;
const linesAfter = 2;
/** A line loses a point for each multiple of this distance from the end: the program may have continued after it. */
const linesPerPoint = 50;
const maxPoints = 15;

/**
 * Finds the line that names the cause of a failure in the last part of a log: the end of a traceback (Python, Node.js, Java, .NET,
 * Go, Rust, R, MATLAB, C++), a limit of the machine, or what a program calls an error. `undefined` for a log without text.
 */
export function findError(text: string): FoundError | undefined {
  const lines = splitLogLines(text);
  let best: { readonly index: number; readonly score: number; readonly line: string } | undefined;
  const length = lines.findLastIndex((line) => line !== "") + 1;
  let inTraceback = false;
  for (const [index, line] of lines.slice(0, length).entries()) {
    if (line === "") continue;
    const isEnd: boolean = inTraceback && /^[^\s]/.test(line);
    inTraceback = line.startsWith("Traceback (most recent call last):") || (inTraceback && !isEnd);
    const found = isEnd ? { score: 66, continues: false, isFirst: false } : scoreLine(line);
    if (found === undefined) continue;
    const score = found.score - Math.min(maxPoints, Math.floor((length - 1 - index) / linesPerPoint));
    const isBetter = best === undefined || (found.isFirst ? score > best.score : score >= best.score);
    if (!isBetter) continue;
    const next = found.continues ? lines.slice(index + 1, index + 3).find((text) => text !== "") : undefined;
    best = { index, score, line: next === undefined ? line : `${line} ${next.trim()}` };
  }
  const last = lines[length - 1];
  if (last === undefined) return undefined;
  const { index, score, line } = best ?? { index: length - 1, score: 5, line: last };
  const shown = redactText(line.trim());
  return {
    line: shown,
    pattern: normalizeError(shown),
    isCertain: score >= certainScore,
    score,
    context: lines
      .slice(Math.max(0, index - linesBefore), index + linesAfter + 1)
      .filter((text, at, all) => text !== "" || all[at - 1] !== "")
      .map(redactText),
  };
}

function scoreLine(line: string) {
  const weak = consequences.test(line);
  for (const { pattern, score, continues = false, isFirst = false } of errorPatterns) {
    if (!pattern.test(line)) continue;
    if (weak) return { score: Math.min(score, 10), continues: false, isFirst: false };
    return { score, continues, isFirst };
  }
  return undefined;
}
