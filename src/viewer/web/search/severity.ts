import type { SearchQuery } from "../rows/mark-spans.js";
import { groupMarkSource } from "../rows/find-groups.js";
import type { TextHit } from "./hit-list.js";

/** The severity of a line; "group" for a line that only marks a group of lines. */
export type Severity = "error" | "warning" | "group";

/** Words that programs use for errors and warnings, but not "0 errors" or "no error". */
const words = [
  String.raw`(?<!\b(?:0|no|without)[ \t])\b(?:errors?|fatal|critical|panic(?:ked)?|exceptions?|traceback|fail(?:ed|ures?))\b`,
  String.raw`\b[A-Za-z_]\w*(?:Error|Exception)\b`,
  String.raw`\b(?:segmentation fault|segfault|core dumped|out of memory|oom-kill(?:er|ed)?|killed)\b`,
  String.raw`\bwarn(?:ings?)?\b`,
];

/** Matches lines that report an error or a warning, or mark a group: one search for both. */
export const problemQuery: SearchQuery = {
  text: [groupMarkSource, ...words].join("|"),
  isCaseSensitive: false,
  isRegex: true,
};

const groupMark = new RegExp(groupMarkSource, "i");

/** Returns the severity of a hit of {@link problemQuery}. */
export function getSeverity({ text, start, end }: Pick<TextHit, "text" | "start" | "end">): Severity {
  const match = text.slice(start, end);
  if (groupMark.test(match)) return "group";
  return /^warn/i.test(match) ? "warning" : "error";
}
