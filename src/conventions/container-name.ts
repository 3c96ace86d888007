import { sha1 } from "@noble/hashes/legacy.js";
import { requireJobId } from "./batch-id.js";

/** The prefix of every job output container. */
export const jobOutputContainerPrefix = "job-";

const maxPlainIdLength = 59;
const maxHashedStemLength = 15;
/** Lower-case letters, digits and single hyphens between them: the characters of a container name. */
const plainId = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const hashedContainerName = /^job-[a-z0-9-]{1,15}-[0-9a-f]{40}$/;

/**
 * Returns the name of the container that keeps the outputs of a job and of all its tasks.
 *
 * The name is `job-` and the job id in lower case, if that is a legal container name of at most 63 characters. Otherwise it is
 * `job-`, up to 15 characters of the id, `-`, and the hexadecimal SHA-1 of the id in lower case. Batch ids are
 * case-insensitive, so no information is lost. Two ids can share a hashed name
 * (`my-job-bob-e04620bc2add214df74e158ba60d24273a0e0927` and `my_job-bob`); `prepareOutputStorage` detects that.
 *
 * @throws TypeError or RangeError if `jobId` cannot be the id of a Batch job.
 *
 * @example
 * ```ts
 * jobOutputContainerName("Film-7"); // "job-film-7"
 * ```
 */
export function jobOutputContainerName(jobId: string): string {
  requireJobId(jobId);
  const id = jobId.toLowerCase();
  if (id.length <= maxPlainIdLength && plainId.test(id)) {
    return jobOutputContainerPrefix + id;
  }
  return `${jobOutputContainerPrefix}${createHashedStem(id)}-${computeSha1Hex(id)}`;
}

/**
 * Reads the job id from a container name. The id is in lower case, which Batch treats as the same job. Returns `undefined` for
 * other containers and for hashed names, which do not contain the id.
 */
export function jobIdFromContainerName(containerName: string): string | undefined {
  if (!containerName.startsWith(jobOutputContainerPrefix) || hashedContainerName.test(containerName))
    return undefined;
  const id = containerName.slice(jobOutputContainerPrefix.length);
  return id.length <= maxPlainIdLength && plainId.test(id) ? id : undefined;
}

function createHashedStem(id: string): string {
  const stem = trimHyphens(trimHyphens(id.replace(/[-_:]+/g, "-")).slice(0, maxHashedStemLength));
  return stem === "" ? "job" : stem;
}

function trimHyphens(text: string): string {
  return text.replace(/^-+|-+$/g, "");
}

/** Computes the SHA-1 of a job id, which is ASCII, so that each character is one byte of UTF-8. */
function computeSha1Hex(ascii: string): string {
  const digest = sha1(Uint8Array.from(ascii, (character) => character.charCodeAt(0)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
