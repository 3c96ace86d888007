import type { OutputItem } from "../../protocol/index.js";
import { isPackedLog } from "./kinds.js";

/** A log, such as `stdout.txt`, with the outputs of its attempts, the latest first. */
export interface TaskLog {
  readonly path: string;
  readonly attempts: readonly OutputItem[];
}

/** Groups the outputs of a task into logs. */
export function groupLogs(outputs: Iterable<OutputItem>): TaskLog[] {
  const logs = new Map<string, OutputItem[]>();
  for (const output of outputs) {
    const path = output.log?.path ?? output.path;
    const attempts = logs.get(path);
    if (attempts === undefined) logs.set(path, [output]);
    else attempts.push(output);
  }
  return [...logs]
    .map(([path, attempts]) => ({ path, attempts: attempts.sort(compareAttempts) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Finds the log that a blob belongs to. */
export function findLog(logs: readonly TaskLog[], blobName: string): TaskLog | undefined {
  return logs.find(({ attempts }) => attempts.some((attempt) => attempt.blobName === blobName));
}

/** Finds the other standard stream of the same attempt: `stderr.txt` for `stdout.txt`, and the reverse. */
export function findCompanion(logs: readonly TaskLog[], output: OutputItem): OutputItem | undefined {
  const path = output.log?.path ?? output.path;
  const other = path.includes("stdout") ? path.replace("stdout", "stderr") : path.replace("stderr", "stdout");
  if (other === path || isPackedLog(path)) return undefined;
  const attempts = logs.find((log) => log.path === other)?.attempts;
  return attempts?.find((attempt) => attempt.log?.attempt === output.log?.attempt);
}

/** Returns the other attempts of a log: first the one before it, then the others from the latest to the first. */
export function listOtherAttempts(logs: readonly TaskLog[], output: OutputItem): readonly OutputItem[] {
  const attempts = findLog(logs, output.blobName)?.attempts ?? [];
  const at = attempts.findIndex(({ blobName }) => blobName === output.blobName);
  const before = attempts[at + 1];
  const rest = attempts.filter((attempt) => attempt.blobName !== output.blobName && attempt !== before);
  return before === undefined ? rest : [before, ...rest];
}

/** Puts the earlier of two attempts first. */
export function orderAttempts(one: OutputItem, other: OutputItem): readonly [OutputItem, OutputItem] {
  return compareAttempts(one, other) > 0 ? [one, other] : [other, one];
}

/** Sorts the latest attempt first. */
function compareAttempts(a: OutputItem, b: OutputItem): number {
  return (b.log?.attempt ?? Infinity) - (a.log?.attempt ?? Infinity);
}
