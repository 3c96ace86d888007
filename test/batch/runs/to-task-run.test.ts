import { describe, expect, it } from "vitest";

import { toTaskRun, type BatchTaskFailureInfo } from "../../../src/batch/index.js";

function readDetails(failureInfo: BatchTaskFailureInfo): string | undefined {
  const task = {
    ...{ id: "t1", url: "https://a.westeurope.batch.azure.com/jobs/j/tasks/t1", state: "completed" as const },
    executionInfo: { endTime: "2026-11-28T10:00:00Z", result: "failure" as const, failureInfo },
  };
  return toTaskRun(task, "j")?.failure?.details;
}

describe("the message of the Batch service about a failure", () => {
  it("is the detail with a sentence, or else all details", () => {
    const sentence = { name: "Message", value: "It ran too long" };
    const file = { name: "FilePath", value: "mesh.bin" };
    expect(readDetails({ code: "FailureExitCode", details: [file, sentence] })).toBe("It ran too long");
    expect(
      readDetails({ code: "BlobNotFound", details: [file, { name: "HttpStatusCode", value: "404" }] }),
    ).toBe("FilePath: mesh.bin; HttpStatusCode: 404");
    expect(readDetails({ code: "TaskEnded" })).toBeUndefined();
    expect(readDetails({ code: "TaskEnded", details: [] })).toBeUndefined();
  });

  it("contains no signature of a SAS", () => {
    const value =
      "https://films.blob.core.windows.net/in/mesh.bin?sv=2024-11-04&sig=c2VjcmV0c2VjcmV0%3D&se=2026";
    const details = readDetails({ code: "BlobAccessDenied", details: [{ name: "BlobSource", value }] });
    expect(details).toContain("films.blob.core.windows.net/in/mesh.bin");
    expect(details).not.toContain("c2VjcmV0");
  });
});
