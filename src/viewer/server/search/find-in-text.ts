import { createContext, Script } from "node:vm";
import { ViewerError } from "../http/viewer-error.js";

/** A match: where it begins and ends in the text, in UTF-16 units. */
export interface Match {
  readonly start: number;
  readonly end: number;
}

/** How long one window of a log may take. Most take a thousandth of it. */
const longestMs = 500;

const script = new Script("find()");
/** Only to be able to stop what runs: nothing of a stranger runs in it but a pattern. */
const context: { find?: () => void } = {};
createContext(context);

/**
 * The first match of each line of the text, at most so many. A pattern that backtracks without end is stopped: all of it runs
 * where it can be.
 *
 * @throws ViewerError `PatternTooSlow`.
 */
export function findInText(pattern: RegExp, text: string, mostMatches: number): Match[] {
  const found: Match[] = [];
  const find = (): void => {
    pattern.lastIndex = 0;
    while (found.length < mostMatches && pattern.lastIndex < text.length) {
      const match = pattern.exec(text);
      if (!match) return;
      const lineEnd = text.indexOf("\n", match.index);
      const end = Math.min(match.index + match[0].length, lineEnd === -1 ? text.length : lineEnd);
      if (end > match.index) {
        found.push({ start: match.index, end });
        pattern.lastIndex = lineEnd === -1 ? text.length : lineEnd + 1;
      } else {
        // A match of nothing, or of a line's end alone, shows nothing; the line may hold another one.
        pattern.lastIndex = match.index + ((text.codePointAt(match.index) ?? 0) > 0xffff ? 2 : 1);
      }
    }
  };
  try {
    context.find = find;
    script.runInContext(context, { timeout: longestMs });
  } catch (error) {
    if (isTimeout(error)) throw tooSlow();
    throw error;
  }
  return found;
}

/** It comes from the context, whose Error is another one. */
function isTimeout(error: unknown): boolean {
  return (
    typeof error === "object" &&
    error !== null &&
    "code" in error &&
    error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT"
  );
}

function tooSlow(): ViewerError {
  return new ViewerError(
    422,
    "PatternTooSlow",
    `The regular expression took more than ${longestMs} ms for a part of the text.`,
    { hint: { action: "simplify-pattern" } },
  );
}
