import { replaceVariables } from "./replace-variables.js";

/** Prefixes of loggers: times, levels, names of threads. */
const loggerPrefix =
  /^(?:[[(]?<(?:time|n|id|hex|address|path)>[\])]?[\s,:|-]*|\[[^\]]{0,60}\][\s:|-]*|(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|FATAL|CRITICAL|SEVERE)\b[\s:|-]*|<path>[:\s]+line <n>[:\s]+)+/;

const maxLength = 200;

/**
 * Replaces the parts of an error line that differ between occurrences: numbers, identifiers, times, addresses, paths. Two lines
 * of the same error have the same result.
 */
export function normalizeError(line: string): string {
  const text = replaceVariables(line.slice(0, 2000)).replace(/\s+/g, " ").trim();
  const message = text.replace(loggerPrefix, "");
  const kept = message.length >= 4 ? message : text;
  return kept.length <= maxLength ? kept : `${kept.slice(0, maxLength)}…`;
}
