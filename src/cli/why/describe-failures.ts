import { type FailureGroup, type FailureReport, formatExitCode } from "../../diagnosis/index.js";
import { formatCount, formatTime } from "../terminal/formats.js";

/** `exit code 137`, `FileUploadContainerNotFound`, `no exit code known`. */
export function describeExit({ exitCode, signal, code }: FailureGroup): string {
  const exit =
    exitCode === undefined
      ? (signal ?? (code === undefined ? "exit code not known" : undefined))
      : `exit code ${formatExitCode(exitCode)}`;
  return [exit, code].filter((text) => text !== undefined).join(", ");
}

/** `12 of 40 failures (30 %)`. */
export function describeShare({ count, share }: FailureGroup, failed: number): string {
  return `${count.toLocaleString("en")} of ${formatCount(failed, "failure")} (${Math.round(share * 100)} %)`;
}

/** Describes the times and nodes of the failures of a group. */
export function describeTimeAndNodes({
  firstAt,
  lastAt,
  nodes,
  concentratedOn,
  count,
}: FailureGroup): string {
  const [from, to] = [formatTime(firstAt), formatTime(lastAt)];
  const time = from === "" ? [] : [from === to ? from : `${from} to ${to}`];
  const [first] = nodes;
  const where =
    first === undefined
      ? []
      : [
          concentratedOn === undefined
            ? `most on node ${first.nodeId} (${first.count})`
            : `${first.count} of ${count} on node ${concentratedOn}: check this node`,
        ];
  return [
    ...time,
    ...(count > 1 || concentratedOn !== undefined ? where : nodes.map(({ nodeId }) => `node ${nodeId}`)),
  ].join("; ");
}

/** Returns the sentence above the groups. */
export function describeCounts({ counts, groups }: FailureReport, whose: string): string {
  const { tasks, failed, succeeded, recovered, running, waiting, unknown, presumed } = counts;
  const others = [
    succeeded > 0 &&
      `${succeeded.toLocaleString("en")} succeeded${recovered > 0 ? ` (${recovered} after an attempt that failed)` : ""}`,
    running > 0 && `${running.toLocaleString("en")} running`,
    waiting > 0 && `${waiting.toLocaleString("en")} waiting`,
    unknown > 0 && `${unknown.toLocaleString("en")} whose result is not known`,
  ].filter((text) => text !== false);
  const causes = failed === 0 ? "" : `, for ${formatCount(groups.length, "reason")}`;
  const guess = presumed === 0 ? "" : ` (${presumed} by their logs alone)`;
  const list = [`${failed.toLocaleString("en")} failed${guess}${causes}`, ...others].join("; ");
  return `${formatCount(tasks, "task")} of ${whose}: ${list}.`;
}

/** Describes information that is missing in the report, and how to get it. */
export function describeSources({
  hasRecords,
  batch,
  counts,
  unreadCount,
  unreadableCount,
}: FailureReport): string[] {
  const isUncertain = counts.unknown > 0 || counts.presumed > 0;
  return [
    ...(batch === "jobDeleted"
      ? [
          hasRecords
            ? "The Batch job is deleted. This is what the tasks recorded and logged."
            : "The Batch job is deleted, and no run was recorded. Exit codes are not known.",
        ]
      : []),
    ...(batch === "notAsked" && isUncertain
      ? [
          hasRecords
            ? "Some tasks have no record of their end. With AZURE_BATCH_ENDPOINT, the Batch service is asked."
            : "No run was recorded, so exit codes are not known and failures are found by their logs alone. With AZURE_BATCH_ENDPOINT, the Batch service is asked; `batch-outputs run` records runs.",
        ]
      : []),
    ...(unreadCount > 0
      ? [`The logs of ${formatCount(unreadCount, "older task")} were not read; see --limit.`]
      : []),
    ...(unreadableCount > 0 ? [`${formatCount(unreadableCount, "log")} could not be read.`] : []),
  ];
}
