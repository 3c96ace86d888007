import { TaskOutputStorage } from "../../outputs/index.js";
import { quoteForShell } from "../terminal/quote-for-shell.js";
import type { StreamLogPlan } from "./spool-owner.js";

/** Creates the shell command that stores a file of a spool folder as a log later, in any shell that has a credential. */
export function createStoreCommand(
  file: string,
  { storage, kind, path }: Pick<StreamLogPlan, "storage" | "kind" | "path">,
): string {
  const { jobId } = storage;
  const words = [
    file,
    ...(jobId === undefined ? [] : ["--job", jobId]),
    ...(storage instanceof TaskOutputStorage ? ["--task", storage.taskId] : ["--no-task"]),
    ...["--kind", kind, "--destination", path],
  ];
  return ["batch-outputs track --once", ...words.map(quoteIfNecessary)].join(" ");
}

/** Quotes a path with spaces or other characters that have a meaning in a shell. */
function quoteIfNecessary(word: string): string {
  return /^[\w./:@%+,=-]+$/.test(word) ? word : quoteForShell(word);
}
