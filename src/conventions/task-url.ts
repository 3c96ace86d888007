import { argumentRangeError, quoted, requireText } from "../core/browser.js";
import { requireJobId } from "./batch-id.js";
import { decodePercent, splitUrl } from "./url-parts.js";

/**
 * The id of the job that a task belongs to, from the task's URL as Batch gives it
 * (`https://account.region.batch.azure.com/jobs/myjob/tasks/mytask`), percent-decoded: the URL of a job that a
 * schedule made may say `sched%3Ajob-1` (defect D19 of the .NET library).
 *
 * @throws TypeError, RangeError when `url` is not an absolute URL of a task.
 */
export function jobIdFromTaskUrl(url: string): string {
  requireText(url, "url");
  const parts = splitUrl(url);
  if (!parts) {
    throw argumentRangeError(
      "url",
      `must be the absolute URL of a task, but is ${quoted(withoutSecrets(url))}`,
    );
  }
  const segments = parts.path.split("/").slice(1);
  const jobs = segments.findIndex((segment) => segment.toLowerCase() === "jobs");
  const jobId = jobs === -1 ? undefined : segments[jobs + 1];
  if (jobId === undefined || jobId === "") {
    throw argumentRangeError(
      "url",
      `must be that of a task, with its job's id after "jobs", but is ${quoted(withoutSecrets(url))}`,
    );
  }
  const decoded = decodePercent(jobId);
  requireJobId(decoded, 'url of the task: what follows "jobs"');
  return decoded;
}

/** A URL that somebody passed by mistake may carry a SAS or a password: neither query nor user goes into a message. */
function withoutSecrets(url: string): string {
  return url.replace(/[?#].*$/s, "").replace(/:\/\/[^/]*@/, "://");
}
