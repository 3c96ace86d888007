import { formatInteger } from "../../core/index.js";
import { createHash } from "node:crypto";
import { explainExit } from "../lines/explain-exit.js";
import type { FoundError } from "../lines/find-error.js";
import { normalizeError } from "../lines/normalize-error.js";
import type { FailureExample, FailureGroup, TaskFailure } from "./failure-report.js";

/** A failure with the error in its logs. */
export interface ExaminedFailure extends TaskFailure {
  readonly error?:
    (FoundError & { readonly kind: string; readonly path: string; readonly blobName?: string }) | undefined;
}

/** Whether the process was ended from outside: then the last line of its log does not show the cause. */
const isEndedFromOutside = ({ exitCode, signal }: TaskFailure): boolean =>
  signal === "SIGKILL" || signal === "SIGTERM" || exitCode === 137 || exitCode === 143 || exitCode === 124;

/**
 * Groups failures by their cause, the largest group first.
 *
 * @param tasksByNode - The number of tasks that each node ran, successful ones included.
 */
export function groupFailures(
  failures: readonly ExaminedFailure[],
  tasksByNode: ReadonlyMap<string, number>,
): readonly FailureGroup[] {
  const groups = new Map<string, ExaminedFailure[]>();
  for (const failure of failures) {
    const key = JSON.stringify(getCause(failure));
    const group = groups.get(key);
    if (group) group.push(failure);
    else groups.set(key, [failure]);
  }
  return [...joinUncertain(groups)]
    .map(([key, members]) => describeGroup(key, members, failures.length, tasksByNode))
    .sort((one, other) => other.count - one.count || (one.id < other.id ? -1 : 1));
}

interface Cause {
  readonly exit: string | undefined;
  readonly code: string | undefined;
  /** The service's details without the parts that differ. */
  readonly details?: string | undefined;
  /** The program that was not found. */
  readonly program?: string | undefined;
  /** The command succeeded, and outputs were not saved. */
  readonly isOfSaving?: true | undefined;
  readonly pattern: string | undefined;
  readonly isCertain: boolean;
}

function getCause(failure: ExaminedFailure): Cause {
  const { exitCode, signal, code, details, error, saveFailures } = failure;
  const exit = exitCode === undefined ? signal : String(exitCode);
  if (saveFailures !== undefined) {
    const [message] = saveFailures.messages;
    const pattern = message === undefined ? undefined : normalizeError(message);
    return { exit, code, isOfSaving: true, pattern, isCertain: true };
  }
  // If the service reports an error, that is the cause, not the command.
  const isOfService = code !== undefined || details !== undefined;
  const program = isOfService || error?.isCertain === true ? undefined : findMissingProgram(failure);
  const isOwn =
    error !== undefined &&
    (error.isCertain || !isEndedFromOutside(failure)) &&
    !isOfService &&
    program === undefined;
  return {
    exit,
    code,
    details: details === undefined ? undefined : normalizeError(details),
    program,
    pattern: isOwn ? error.pattern : undefined,
    isCertain: !isOwn || error.isCertain,
  };
}

/** Whether the program is a shell, which exists: then the missing program is not the first word. */
const isShell = (program: string): boolean =>
  /^(?:(?:ba|da|z|k|c|fi)?sh|cmd|powershell|pwsh|env)(?:\.exe)?$/i.test(program.replace(/^.*[/\\]/, ""));

/** Returns the program of a recorded command that ended with the exit code of a missing command. */
function findMissingProgram({ exitCode, command: [program] = [] }: TaskFailure): string | undefined {
  return exitCode !== 127 || program === undefined || isShell(program) ? undefined : program;
}

/** Joins single failures without an error line into one group per exit: their last lines have nothing in common. */
function joinUncertain(groups: ReadonlyMap<string, ExaminedFailure[]>): Map<string, ExaminedFailure[]> {
  const joined = new Map<string, ExaminedFailure[]>();
  for (const [key, members] of groups) {
    const cause = JSON.parse(key) as Cause;
    const isKept = cause.isCertain || members.length > 1;
    const target = isKept ? key : JSON.stringify({ exit: cause.exit, code: cause.code, isCertain: true });
    joined.set(target, [...(joined.get(target) ?? []), ...members]);
  }
  return joined;
}

function describeGroup(
  key: string,
  members: readonly ExaminedFailure[],
  failureCount: number,
  tasksByNode: ReadonlyMap<string, number>,
): FailureGroup {
  const cause = JSON.parse(key) as Cause;
  const newestFirst = [...members].sort(
    (one, other) => (other.at?.getTime() ?? 0) - (one.at?.getTime() ?? 0),
  );
  const example = newestFirst.find(({ error }) => error !== undefined) ?? newestFirst[0];
  const times = newestFirst.flatMap(({ at }) => at ?? []);
  const nodes = countNodes(members);
  const [first] = nodes;
  const { exitCode, signal, code, saveFailures } = example ?? {};
  const errorLine = cause.isOfSaving ? saveFailures?.messages[0] : example?.error?.line;
  return {
    id: createHash("sha256").update(key).digest("hex").slice(0, 8),
    exitCode,
    signal,
    code,
    explanation: cause.isOfSaving
      ? describeUnsaved(members)
      : example && describeCause(example, cause.program),
    error: cause.pattern === undefined ? undefined : errorLine,
    pattern: cause.pattern,
    saveFailures,
    count: members.length,
    withoutLogsCount: members.filter(({ hasLogs }) => !hasLogs).length,
    archivedCount: members.filter(({ unreadable, error }) => unreadable === "archived" && error === undefined)
      .length,
    share: members.length / failureCount,
    firstAt: times.at(-1),
    lastAt: times[0],
    nodes: nodes.slice(0, 3),
    concentratedOn: first && isDefective(first, members.length, tasksByNode) ? first.nodeId : undefined,
    example: example && describeExample(example),
    taskIds: newestFirst.map(({ taskId }) => taskId),
  };
}

/** Fewer failures, or a smaller share of them, may be on one node by chance. */
const minFailuresOfNode = 5;
const minShareOfNode = 0.8;

/** Whether so many failures of one cause are on a node that it may be defective. */
function isDefective(
  { nodeId, count }: { readonly nodeId: string; readonly count: number },
  failureCount: number,
  tasksByNode: ReadonlyMap<string, number>,
): boolean {
  const here = Math.max(count, tasksByNode.get(nodeId) ?? 0);
  let elsewhere = 0;
  for (const [other, tasks] of tasksByNode) if (other !== nodeId) elsewhere += tasks;
  return count >= minFailuresOfNode && count >= minShareOfNode * failureCount && elsewhere >= here;
}

/** Describes the cause: as reported by the service, or the usual causes of an exit code. */
function describeCause(
  { exitCode, message, details }: TaskFailure,
  program: string | undefined,
): string | undefined {
  const service = [message, details].filter((text) => text !== undefined);
  if (service.length > 0) return service.join(": ");
  if (program !== undefined)
    return `command not found: "${program}" was not found, or could not find a command itself: check its name, PATH, and that it is installed on the node.`;
  if (exitCode === 0)
    return "The recorded command ended with 0, but the task failed: look for what else its command line does.";
  const exit = exitCode === undefined ? undefined : explainExit(exitCode);
  return exit === undefined ? undefined : `${exit.name}: ${exit.meaning}`;
}

function describeUnsaved(members: readonly ExaminedFailure[]): string {
  const count = members.reduce((sum, { saveFailures }) => sum + (saveFailures?.count ?? 0), 0);
  return members.length === 1
    ? `The command succeeded, but ${count === 1 ? "1 output was" : `${formatInteger(count)} outputs were`} not saved.`
    : `The commands succeeded, but ${formatInteger(count)} of their outputs were not saved.`;
}

function describeExample({ taskId, error, saveFailures }: ExaminedFailure): FailureExample {
  // A single message is the error itself.
  if (saveFailures !== undefined)
    return { taskId, lines: saveFailures.messages.length > 1 ? saveFailures.messages : [] };
  const { kind, path, blobName, context: lines = [] } = error ?? {};
  return { taskId, kind, path, blobName, lines };
}

function countNodes(members: readonly TaskFailure[]): { nodeId: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { nodeId } of members)
    if (nodeId !== undefined) counts.set(nodeId, (counts.get(nodeId) ?? 0) + 1);
  return Array.from(counts, ([nodeId, count]) => ({ nodeId, count })).sort(
    (one, other) => other.count - one.count,
  );
}
