import { type FailureGroup, type FailureReport, formatExitCode } from "../../diagnosis/index.js";
import { formatRescueCommand } from "../suggestions/rescue-command.js";
import { formatCount, formatInteger, formatTime } from "../terminal/formats.js";

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
  return `${formatInteger(count)} of ${formatCount(failed, "failure")} (${Math.round(share * 100)} %)`;
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
  const isAll = nodes.reduce((sum, node) => sum + node.count, 0) === count;
  const where =
    first === undefined
      ? []
      : [
          concentratedOn === undefined
            ? `on ${nodes.map((node) => `${node.nodeId} (${node.count})`).join(", ")}${isAll ? "" : " and others"}`
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
      `${formatInteger(succeeded)} succeeded${recovered > 0 ? ` (${recovered} after an attempt that failed)` : ""}`,
    running > 0 && `${formatInteger(running)} running`,
    waiting > 0 && `${formatInteger(waiting)} waiting`,
    unknown > 0 && `${formatInteger(unknown)} whose result is not known`,
  ].filter((text) => text !== false);
  const causes = failed === 0 ? "" : `, for ${formatCount(groups.length, "reason")}`;
  const guess = presumed === 0 ? "" : ` (${presumed} by their logs alone)`;
  // Nothing says that a task whose result is not known has not failed.
  const isKnown = tasks === 0 || unknown < tasks;
  const list = [...(isKnown ? [`${formatInteger(failed)} failed${guess}${causes}`] : []), ...others].join(
    "; ",
  );
  return `${formatCount(tasks, "task")} of ${whose}: ${list}.`;
}

/** Explains why no error of a log is shown for a group, and how to get logs that are not stored. */
export function describeMissingError(
  { error, explanation, count, withoutLogsCount, archivedCount, nodes }: FailureGroup,
  { batch, jobId }: Pick<FailureReport, "batch" | "jobId">,
): string | undefined {
  const hasLogs = withoutLogsCount < count;
  const nothingFound =
    hasLogs && error === undefined && explanation === undefined
      ? [
          archivedCount > 0
            ? `The logs of ${archivedCount} of them are archived: their error is not known.`
            : "No line of the logs names an error.",
        ]
      : [];
  if (withoutLogsCount === 0) return nothingFound[0];
  const isOnNodes = batch === "asked" && nodes.length > 0 && jobId !== undefined;
  return [
    ...nothingFound,
    hasLogs ? `No logs of ${withoutLogsCount} of them are stored.` : "No logs are stored.",
    ...(isOnNodes ? [`While the nodes exist: ${formatRescueCommand({ jobId })}`] : []),
  ].join(" ");
}

/** Describes the sources of the report, missing sources, and how to get them. */
export function describeSources(report: FailureReport): string[] {
  const { counts, unreadCount } = report;
  const isUncertain = counts.unknown > 0 || counts.presumed > 0;
  return [
    describeBasis(report),
    ...(report.batch === "notAsked" && report.hasRecords && isUncertain
      ? ["Some tasks have no record of their end. With AZURE_BATCH_ENDPOINT, the Batch service is asked."]
      : []),
    ...describeUnexamined(report),
    ...(unreadCount > 0 ? [`${formatCount(unreadCount, "older task")} not examined; see --limit.`] : []),
  ];
}

function describeBasis({ batch, hasRecords, hasContainer, jobId }: FailureReport): string {
  if (batch === "jobDeleted") {
    return hasRecords
      ? "The Batch account has no such job, or it is deleted. Based on the records and logs of its tasks."
      : "The Batch account has no such job, or it is deleted, and no run was recorded. Exit codes are not known.";
  }
  if (batch === "asked") {
    if (hasContainer)
      return hasRecords
        ? "Based on the Batch service, the records of runs and the logs."
        : "Based on the Batch service and the logs. No run was recorded.";
    const job = jobId === undefined ? "" : ` --job ${jobId}`;
    return `Based on the Batch service alone: the job has no container, so none of its outputs are saved. While its nodes exist, \`batch-outputs prepare${job}\` and then \`${formatRescueCommand({ jobId })}\` save the files that they have.`;
  }
  return hasRecords
    ? "Based on the records of runs and the logs."
    : "Based on the logs alone. No run was recorded, so exit codes are not known and failures are found by their logs alone. With AZURE_BATCH_ENDPOINT, the Batch service is asked; `batch-outputs run` records runs.";
}

/** Reports the number of failed tasks without known logs, and of tasks with logs that could not be read. */
function describeUnexamined(report: FailureReport): string[] {
  const { counts, withoutLogsCount, unreadableCount, archivedCount, jobId } = report;
  const tasks = formatCount(counts.failed, "failed task");
  const job = jobId === undefined ? "" : ` --job ${jobId}`;
  const damagedCount = unreadableCount - archivedCount;
  // If the service was asked, each cause names the nodes and this command.
  const rescue =
    report.batch === "notAsked"
      ? ` While their nodes exist, \`${formatRescueCommand({ jobId })}\` saves their files; it asks the Batch account of AZURE_BATCH_ENDPOINT.`
      : "";
  return [
    ...(withoutLogsCount > 0
      ? [
          `${formatInteger(withoutLogsCount)} of ${tasks} could not be examined: no logs of them are stored.${rescue}`,
        ]
      : []),
    ...(archivedCount > 0
      ? [
          `The logs of ${formatCount(archivedCount, "task")} are in the access tier Archive and could not be read. \`batch-outputs rehydrate TaskLog --task '*'${job}\` makes them readable.`,
        ]
      : []),
    ...(damagedCount > 0 ? [`The logs of ${formatCount(damagedCount, "task")} could not be read.`] : []),
  ];
}
