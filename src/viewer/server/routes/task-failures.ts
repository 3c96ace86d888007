import { omitUndefined, isBatchOutputsError } from "../../../core/index.js";
import {
  explainFailures,
  type ExplainFailuresOptions,
  type ErrorCache,
  type FailureGroup,
  type FailureReport,
  formatExitCode,
} from "../../../diagnosis/index.js";
import type { JobOutputStorage } from "../../../outputs/index.js";
import type { FailureGroupItem, FailureSummary } from "../../protocol/index.js";
import type { ViewerBatch } from "../store/options.js";

/** The maximum number of failures whose logs are read, the newest first: the reader waits for the response. */
const maxFailures = 1_000;
/** The maximum length of a shown line: the page shows an example, not the log. */
const maxLineLength = 500;

/**
 * GET why tasks of the job failed, as `batch-outputs why` groups them. Logs of tasks whose result is not known are searched only with
 * `?unknown`: most of such tasks succeeded.
 */
export async function sendFailures(
  request: Request,
  job: JobOutputStorage,
  batch: ViewerBatch | undefined,
  errorCache: ErrorCache,
): Promise<Response> {
  const includeUnknown = new URL(request.url).searchParams.has("unknown");
  const report = await explain(job, batch, { abortSignal: request.signal, includeUnknown, errorCache });
  const summary: FailureSummary = {
    groups: report.groups.map(createGroupItem),
    failedCount: report.counts.failed,
    unreadCount: report.unreadCount,
    archivedCount: report.archivedCount,
    notSearchedCount: report.notSearchedCount,
  };
  return Response.json(summary);
}

async function explain(
  job: JobOutputStorage,
  batch: ViewerBatch | undefined,
  options: Pick<ExplainFailuresOptions, "abortSignal" | "includeUnknown" | "errorCache">,
): Promise<FailureReport> {
  try {
    return await explainFailures(job, { ...options, batch, maxFailures });
  } catch (error) {
    // The page shows errors of Batch with the states of tasks. Failures are explained without Batch.
    if (batch === undefined || !isBatchOutputsError(error) || !withoutBatch.includes(error.code)) throw error;
    return await explainFailures(job, { ...options, maxFailures });
  }
}

const withoutBatch: readonly string[] = [
  "BatchUnreachable",
  "CertificateNotTrusted",
  "BatchBusy",
  "NotAuthorized",
  "PermissionMissing",
  "ClockSkew",
];

function createGroupItem(group: FailureGroup): FailureGroupItem {
  const { id, exitCode, signal, code, explanation, error, count, share, concentratedOn, taskIds } = group;
  const item = {
    ...{ id, signal, code, explanation, count, share, concentratedOn, taskIds },
    exitCode: exitCode === undefined ? undefined : formatExitCode(exitCode),
    error: error?.slice(0, maxLineLength),
    firstAt: group.firstAt?.toISOString(),
    lastAt: group.lastAt?.toISOString(),
    example: group.example && createExample(group.example),
  };
  return omitUndefined(item);
}

function createExample({
  taskId,
  blobName,
  lines,
}: NonNullable<FailureGroup["example"]>): NonNullable<FailureGroupItem["example"]> {
  return omitUndefined({ taskId, blobName, lines: lines.map((line) => line.slice(0, maxLineLength)) });
}
