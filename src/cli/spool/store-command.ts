import { quoteForShell } from "../terminal/quote-for-shell.js";
import type { StreamLogPlan } from "./spool-owner.js";

/** Creates the shell command that stores a file of a spool folder as a log later. */
export function createStoreCommand(
  file: string,
  { kind, path }: Pick<StreamLogPlan, "kind" | "path">,
): string {
  const words = [file, "--kind", kind, "--destination", path];
  return ["batch-outputs track --once", ...words.map(quoteIfNecessary)].join(" ");
}

/** Quotes a path with spaces or other characters that have a meaning in a shell. */
function quoteIfNecessary(word: string): string {
  return /^[\w./:@%+,=-]+$/.test(word) ? word : quoteForShell(word);
}
