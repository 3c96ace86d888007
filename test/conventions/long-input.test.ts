import { describe, expect, it } from "vitest";
import {
  jobIdFromContainerName,
  jobIdFromTaskUrl,
  jobOutputContainerName,
  outputBlobName,
  outputPathFor,
  parseOutputBlobName,
  parseOutputBlobUrl,
} from "../../src/conventions/index.js";

/** Long enough that whatever takes time by the square of the length does not come back before the test is given up. */
const many = 300_000;

const texts = [
  "-",
  "-a",
  "_",
  "../",
  "..\\",
  "/",
  "$",
  "a",
  "a/",
  "%",
  "%41",
  "%E9",
  "@",
  ":",
  "?",
  "a.",
  "é",
  "\ud800",
];

function settles(call: () => unknown): void {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
    expect(String(error).length).toBeLessThan(1500);
  }
}

describe("Names of 300,000 characters", () => {
  it.each(texts)("are answered or refused in time by their length alone, and briefly, made of %j", (text) => {
    const long = text.repeat(many / text.length);
    settles(() => jobOutputContainerName(long));
    settles(() => jobIdFromContainerName(`job-${long}!`));
    settles(() => outputPathFor(long));
    settles(() => outputBlobName({ taskId: long, kind: "TaskLog", path: "x" }));
    settles(() => outputBlobName({ kind: long, path: "x" }));
    settles(() => outputBlobName({ kind: "TaskLog", path: long }));
    settles(() => parseOutputBlobName(long));
    settles(() => parseOutputBlobName(`t/$${long}`));
    for (const url of [long, `https://${long}`, `https://h/c/$K/${long}`, `${long}://h/`]) {
      settles(() => parseOutputBlobUrl(url));
      settles(() => jobIdFromTaskUrl(url));
    }
    settles(() => jobIdFromTaskUrl(`https://h/jobs/${long}/tasks/t`));
  });
});
