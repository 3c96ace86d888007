import { quoteForShell } from "../terminal/quote-for-shell.js";
import type { StreamLogPlan } from "./spool-owner.js";

/** The command line that stores a file of a spool folder as a log later, for a shell. */
export function createStoreCommand(
  file: string,
  { kind, path }: Pick<StreamLogPlan, "kind" | "path">,
): string {
  const words = [file, "--kind", kind, "--destination", path];
  return ["batch-outputs track --once", ...words.map(quoteIfNecessary)].join(" ");
}

/** A path may have spaces, and a shell must not act on its other characters. */
function quoteIfNecessary(word: string): string {
  return /^[\w./:@%+,=-]+$/.test(word) ? word : quoteForShell(word);
}
