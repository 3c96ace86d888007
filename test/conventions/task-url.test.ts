import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jobIdFromTaskUrl } from "../../src/conventions/index.js";
import { jobId, taskId } from "./arbitraries.js";
import { taskUrlSets } from "./conformance.js";
import { captureResult, findRefusalFault } from "./capture-result.js";

describe("The job's id in the URL of a task", () => {
  it.each(taskUrlSets)("is the one that %s say", (_from, entries) => {
    const wrong = entries
      .filter((entry) => entry.jobId !== null)
      .map((entry) => ({ ...entry, answer: captureResult(() => jobIdFromTaskUrl(entry.taskUrl)) }))
      .filter(({ answer, jobId: id }) => answer !== id);
    expect(wrong).toEqual([]);
  });

  it.each(taskUrlSets)("is rejected, naming url, for the invalid URLs of %s", (_from, entries) => {
    const wrong = entries
      .filter((entry) => entry.jobId === null)
      .map((entry) => ({ ...entry, fault: findRefusalFault(() => jobIdFromTaskUrl(entry.taskUrl), ["url"]) }))
      .filter(({ fault }) => fault !== undefined);
    expect(wrong).toEqual([]);
  });

  it("is parsed for every job and task, escaped or not", () => {
    fc.assert(
      fc.property(jobId, taskId, fc.boolean(), (id, task, isEscaped) => {
        const segment = isEscaped ? encodeURIComponent(id) : id;
        expect(jobIdFromTaskUrl(`https://a.westus.batch.azure.com/jobs/${segment}/tasks/${task}`)).toBe(id);
      }),
    );
  });

  it.each([
    ["null", null],
    ["undefined", undefined],
    ["empty", ""],
    ["invalid", "contoso\\litware test environment***"],
    ["relative", "jobs/myjob/tasks/mytask"],
  ])("cannot be had from a url that is %s", (_, url) => {
    expect(findRefusalFault(() => jobIdFromTaskUrl(url as string), ["url"])).toBeUndefined();
  });

  it("is missing if the jobs segment is not present", () => {
    expect(findRefusalFault(() => jobIdFromTaskUrl("https://a.example/pools/p"), ["url"])).toBeUndefined();
  });

  it("is missing if the jobs segment is the last segment", () => {
    expect(findRefusalFault(() => jobIdFromTaskUrl("https://a.example/jobs"), ["url"])).toBeUndefined();
    expect(findRefusalFault(() => jobIdFromTaskUrl("https://a.example/jobs/"), ["url"])).toBeUndefined();
  });

  it("is the next segment if the jobs segment is present, without any trailing slash", () => {
    expect(jobIdFromTaskUrl("https://a.example/jobs/j")).toBe("j");
    expect(jobIdFromTaskUrl("https://a.example/jobs/j/")).toBe("j");
  });

  it("is missing if the segment after jobs is empty, and the error shows the path of the URL", () => {
    const url = "https://a.example/jobs//tasks/t";
    expect(() => jobIdFromTaskUrl(url)).toThrow('"/jobs//tasks/t"');
  });

  it("is not what no job can be called", () => {
    for (const segment of ["my%20job", "a.b", "%2e%2e", "j%2Ftasks"]) {
      const url = `https://a.example/jobs/${segment}/tasks/t`;
      expect(findRefusalFault(() => jobIdFromTaskUrl(url), ["url"])).toBeUndefined();
    }
  });

  it("is rejected without showing a SAS or a password that the URL contains", () => {
    const secret = "c2VjcmV0";
    for (const url of [
      `https://x.blob.core.windows.net/job-a?sv=1&sig=${secret}`,
      `https://user:${secret}@a.example/pools/p`,
      `no url?sig=${secret}`,
    ]) {
      expect(() => jobIdFromTaskUrl(url)).toThrow(/^url must be/);
      expect(() => jobIdFromTaskUrl(url)).not.toThrow(secret);
    }
  });
});
