import { argumentRangeError, quote, requireText } from "../core/browser.js";
import { isJobId } from "./batch-id.js";
import { decodePercent, splitUrl } from "./url-parts.js";

/**
 * Reads the id of a task's job from the URL of the task, as Batch returns it. The id is percent-decoded: the URL of a job of a job
 * schedule can contain `sched%3Ajob-1` (defect D19 of the .NET library).
 *
 * @throws TypeError or RangeError if `url` is not the absolute URL of a task.
 *
 * @example
 * ```ts
 * jobIdFromTaskUrl("https://account.region.batch.azure.com/jobs/film-7/tasks/frame-01"); // "film-7"
 * ```
 */
export function jobIdFromTaskUrl(url: string): string {
  requireText(url, "url");
  const parts = splitUrl(url);
  const segments = parts?.path.split("/") ?? [];
  const jobs = segments.findIndex((segment) => segment.toLowerCase() === "jobs");
  const jobId = decodePercent(segments[jobs + 1] ?? "");
  if (parts === undefined || jobs < 0 || !isJobId(jobId)) {
    // The query (a SAS) and the user information are omitted.
    const found = parts && `, but has the path ${quote(parts.path)}`;
    throw argumentRangeError("url", `must be the absolute URL of a task${found ?? ""}`);
  }
  return jobId;
}
