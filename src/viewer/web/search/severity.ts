import type { SearchQuery } from "../rows/mark-spans.js";
import type { TextHit } from "./hit-list.js";

export type Severity = "error" | "warning";

/** Words that programs use for errors and warnings, but not "0 errors" or "no error". */
const words = [
  String.raw`(?<!\b(?:0|no|without)[ \t])\b(?:errors?|fatal|critical|panic(?:ked)?|exceptions?|traceback|fail(?:ed|ures?))\b`,
  String.raw`\b[A-Za-z_]\w*(?:Error|Exception)\b`,
  String.raw`\b(?:segmentation fault|segfault|core dumped|out of memory|oom-kill(?:er|ed)?|killed)\b`,
  String.raw`\bwarn(?:ings?)?\b`,
];

/** Matches lines that report an error or a warning. */
export const problemQuery: SearchQuery = { text: words.join("|"), isCaseSensitive: false, isRegex: true };

/** Returns the severity of a hit of {@link problemQuery}. */
export function getSeverity({ text, start, end }: Pick<TextHit, "text" | "start" | "end">): Severity {
  return /^warn/i.test(text.slice(start, end)) ? "warning" : "error";
}
