import { sha1 } from "@noble/hashes/legacy.js";
import { requireJobId } from "./batch-id.js";

/** What the container name of every job begins with. */
export const jobOutputContainerPrefix = "job-";

const longestPlainId = 59;
const longestHashedStem = 15;
/** Letters, digits and single hyphens between them: what a container name may hold. */
const plainId = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const hashedContainerName = /^job-[a-z0-9-]{1,15}-[0-9a-f]{40}$/;

/**
 * The container that keeps the outputs of a job and of all its tasks.
 *
 * `job-` and the job's id in lower case where that is a legal container name of at most 63 characters; otherwise
 * `job-`, up to 15 characters that remind of the id, `-`, and the SHA-1 of the lower-cased id in hexadecimal.
 * Batch ids do not differ by case alone, so lower-casing loses nothing; the shortened form is not collision-free by
 * itself (`my-job-bob-e04620bc2add214df74e158ba60d24273a0e0927` and `my_job-bob` share a container), which
 * `prepareOutputStorage` detects.
 *
 * @throws TypeError, RangeError when `jobId` cannot be the id of a Batch job.
 */
export function jobOutputContainerName(jobId: string): string {
  requireJobId(jobId);
  const id = jobId.toLowerCase();
  if (id.length <= longestPlainId && plainId.test(id)) {
    return jobOutputContainerPrefix + id;
  }
  return `${jobOutputContainerPrefix}${hashedStem(id)}-${sha1Hex(id)}`;
}

/**
 * The job id that a container name gives away by itself: in lower case, whatever the job's own spelling, which Batch
 * takes for the same job. `undefined` for other containers and for the hashed form, from which no id can be read.
 */
export function jobIdFromContainerName(containerName: string): string | undefined {
  if (!containerName.startsWith(jobOutputContainerPrefix) || hashedContainerName.test(containerName))
    return undefined;
  const id = containerName.slice(jobOutputContainerPrefix.length);
  return id.length <= longestPlainId && plainId.test(id) ? id : undefined;
}

function hashedStem(id: string): string {
  const stem = trimHyphens(trimHyphens(id.replace(/[-_:]+/g, "-")).slice(0, longestHashedStem));
  return stem === "" ? "job" : stem;
}

function trimHyphens(text: string): string {
  return text.replace(/^-+|-+$/g, "");
}

/** The id holds only ASCII characters, so each is its own UTF-8 byte. */
function sha1Hex(ascii: string): string {
  const digest = sha1(Uint8Array.from(ascii, (character) => character.charCodeAt(0)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
