import { createHash } from "node:crypto";
import { explainExit } from "../lines/explain-exit.js";
import type { FoundError } from "../lines/find-error.js";
import type { FailureExample, FailureGroup, TaskFailure } from "./failure-report.js";

/** A failure with the error in its logs. */
export interface ExaminedFailure extends TaskFailure {
  readonly error?:
    (FoundError & { readonly kind: string; readonly path: string; readonly blobName?: string }) | undefined;
}

/** Exits for which the last line shows what the program was doing, not why it ended. */
const isEndedFromOutside = ({ exitCode, signal }: TaskFailure): boolean =>
  signal === "SIGKILL" || signal === "SIGTERM" || exitCode === 137 || exitCode === 143 || exitCode === 124;

/** Groups failures by their cause, the largest group first. */
export function groupFailures(
  failures: readonly ExaminedFailure[],
  nodeCount: number,
): readonly FailureGroup[] {
  const groups = new Map<string, ExaminedFailure[]>();
  for (const failure of failures) {
    const key = JSON.stringify(getCause(failure));
    const group = groups.get(key);
    if (group) group.push(failure);
    else groups.set(key, [failure]);
  }
  return [...joinUncertain(groups)]
    .map(([key, members]) => describeGroup(key, members, failures.length, nodeCount))
    .sort((one, other) => other.count - one.count || one.id.localeCompare(other.id));
}

interface Cause {
  readonly exit: string | undefined;
  readonly code: string | undefined;
  readonly pattern: string | undefined;
  readonly isCertain: boolean;
}

function getCause(failure: ExaminedFailure): Cause {
  const { exitCode, signal, code, error } = failure;
  const exit = exitCode === undefined ? signal : String(exitCode);
  // The service's error is the cause: the command had no part in it.
  const isOwn =
    error !== undefined && (error.isCertain || !isEndedFromOutside(failure)) && code === undefined;
  return {
    exit,
    code,
    pattern: isOwn ? error.pattern : undefined,
    isCertain: !isOwn || error.isCertain,
  };
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
  nodeCount: number,
): FailureGroup {
  const cause = JSON.parse(key) as Cause;
  const newestFirst = [...members].sort(
    (one, other) => (other.at?.getTime() ?? 0) - (one.at?.getTime() ?? 0),
  );
  const example = newestFirst.find(({ error }) => error !== undefined) ?? newestFirst[0];
  const times = newestFirst.flatMap(({ at }) => at ?? []);
  const nodes = countNodes(members);
  const [first] = nodes;
  const isConcentrated =
    first !== undefined && nodeCount > 1 && members.length >= 3 && first.count / members.length > 0.6;
  const { exitCode, signal, code, message } = example ?? {};
  return {
    id: createHash("sha256").update(key).digest("hex").slice(0, 8),
    exitCode,
    signal,
    code,
    explanation: describeCause(exitCode, message),
    error: cause.pattern === undefined ? undefined : example?.error?.line,
    pattern: cause.pattern,
    count: members.length,
    share: members.length / failureCount,
    firstAt: times.at(-1),
    lastAt: times[0],
    nodes: nodes.slice(0, 3),
    concentratedOn: isConcentrated ? first.nodeId : undefined,
    example: example && describeExample(example),
    taskIds: newestFirst.map(({ taskId }) => taskId),
  };
}

function describeCause(exitCode: number | undefined, message: string | undefined): string | undefined {
  const exit = exitCode === undefined ? undefined : explainExit(exitCode);
  return exit === undefined ? message : `${exit.name}: ${exit.meaning}`;
}

function describeExample({ taskId, error }: ExaminedFailure): FailureExample {
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
