import assert from "node:assert/strict";
import fc from "fast-check";

import { jobIdFromTaskUrl, parseOutputBlobName, parseOutputBlobUrl } from "../../../src/conventions/index.js";
import { jobId, outputPath } from "../../conventions/arbitraries.js";
import type { FuzzTarget } from "../support/fuzz-target.js";
import { attemptArgument, requireHidden } from "../support/properties.js";

const secret = "S3cretS3cret";

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** The segments of the path in the eyes of the platform, if these are what the text says. */
function readByPlatform(text: string): { url: URL; segments: (string | undefined)[] } | undefined {
  if (
    !/^https?:\/\/[\w.:-]+\/[!-~]*$/.test(text) ||
    /[\\"<>^`{|}]|%2e|\/\.{1,2}(?:[/?#]|$)/i.test(text) ||
    !URL.canParse(text)
  )
    return undefined;
  const url = new URL(text);
  return { url, segments: url.pathname.split("/").map(decode) };
}

function checkTaskUrl(input: string): void {
  const { value: id, error } = attemptArgument(() => jobIdFromTaskUrl(input));
  if (id !== undefined) assert.match(id, /^[\w:-]+$/);
  // What looks like a path is shown, whatever it contains.
  const isHidden = input.includes(`?sig=${secret}`) || /^https?:\/\/[^/?#@]*@/.test(input);
  if (isHidden && input.split(secret).length === 2) requireHidden(error, secret);
  const seen = readByPlatform(input);
  if (seen === undefined) return;
  const jobs = seen.segments.findIndex((segment) => segment?.toLowerCase() === "jobs");
  const expected = jobs < 0 ? undefined : seen.segments[jobs + 1];
  if (expected !== undefined && /^[\w:-]+$/.test(expected)) assert.equal(id, expected);
}

function checkBlobUrl(input: string): void {
  const found = parseOutputBlobUrl(input);
  const seen = readByPlatform(input);
  if (seen?.segments.includes(undefined) === false) {
    const texts = seen.segments as string[];
    const depth = [1, 2].find((start) => texts[start] === found?.containerName);
    const names = [2, 3].map((start) => parseOutputBlobName(texts.slice(start).join("/")));
    if (found === undefined) assert.ok(names.includes(undefined), "one of both places holds no output");
    else {
      assert.ok(depth !== undefined, "the container is the first or the second segment");
      const { containerName: _, ...address } = found;
      assert.ok(names.some((name) => JSON.stringify(name) === JSON.stringify(address)));
    }
  }
}

const encodedPath = outputPath.map((path) => path.split("/").map(encodeURIComponent).join("/"));

export const target: FuzzTarget = {
  seeds: [
    "https://account.region.batch.azure.com/jobs/film-7/tasks/frame-01",
    `https://account.region.batch.azure.com/jobs/sched%3Ajob-1/tasks/t?sig=${secret}`,
    `https://user:${secret}@host/jobs//tasks/t`,
    "https://films.blob.core.windows.net/job-a/t1/%24TaskLog/stdout.txt?sv=1&sig=x",
    "http://127.0.0.1:10000/devstoreaccount1/job-a/$JobOutput/a%20b",
    "http://[::1]:10000/devstoreaccount1/job-a/$JobOutput/a",
  ],
  grammar: fc.oneof(
    fc
      .tuple(jobId, fc.boolean())
      .map(
        ([id, isEncoded]) =>
          `https://a.b.batch.azure.com/jobs/${isEncoded ? encodeURIComponent(id) : id}/tasks/t`,
      ),
    fc
      .tuple(fc.constantFrom("films.blob.core.windows.net", "127.0.0.1:10000/a", "localhost/a"), encodedPath)
      .map(([host, path]) => `https://${host}/job-a/t1/$K/${path}`),
  ),
  words: [
    "/jobs/",
    "/JOBS/",
    "/tasks/",
    "://",
    "@",
    "%24",
    "%3A",
    "[::1]",
    ":10000",
    "localhost",
    `?sig=${secret}`,
  ],
  check(input) {
    checkTaskUrl(input);
    checkBlobUrl(input);
  },
};
