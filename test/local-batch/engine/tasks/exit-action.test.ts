import { expect, it } from "vitest";

import { chooseExitAction } from "../../../../src/local-batch/engine/tasks/exit-action.js";

const failed = { exitCode: 5, failureCode: "FailureExitCode" };
const neverRan = { failureCode: "BlobNotFound" };
const notUploaded = { exitCode: 0, failureCode: "FileUploadAccessDenied" };
const satisfy = { dependencyAction: "satisfy" } as const;

it.each([{ exitCode: 0 }, failed, neverRan, notUploaded])(
  "satisfies dependents only after success, and terminates the job after a failure: %j",
  (ending) => {
    const succeeded = !("failureCode" in ending);
    expect(chooseExitAction(undefined, ending)).toEqual({
      job: succeeded ? "none" : "terminate",
      dependency: succeeded ? "satisfy" : "block",
    });
  },
);

it("prefers a listed exit code to other conditions, including zero", () => {
  const conditions = {
    exitCodes: [
      { code: 5, exitOptions: { jobAction: "disable", dependencyAction: "satisfy" } },
      { code: 0, exitOptions: { dependencyAction: "block" } },
    ],
    default: { jobAction: "none" },
  } as const;
  expect(chooseExitAction(conditions, failed)).toEqual({ job: "disable", dependency: "satisfy" });
  expect(chooseExitAction(conditions, { exitCode: 0 })).toEqual({ job: "none", dependency: "block" });
  const listedAndNotUploaded = { ...failed, failureCode: "FileUploadMiscError" };
  expect(chooseExitAction({ ...conditions, fileUploadError: {} }, listedAndNotUploaded).dependency).toBe(
    "satisfy",
  );
});

it.each([
  [4, "block"],
  [5, "satisfy"],
  [9, "satisfy"],
  [10, "block"],
])("includes both ends of a range: %i", (exitCode, dependency) => {
  const exitCodeRanges = [{ start: 5, end: 9, exitOptions: satisfy }];
  expect(chooseExitAction({ exitCodeRanges }, { ...failed, exitCode }).dependency).toBe(dependency);
});

it("handles preProcessingError, fileUploadError, and the default for both", () => {
  expect(chooseExitAction({ preProcessingError: satisfy }, neverRan).dependency).toBe("satisfy");
  expect(chooseExitAction({ preProcessingError: satisfy }, notUploaded).dependency).toBe("block");
  expect(chooseExitAction({ fileUploadError: satisfy }, notUploaded).dependency).toBe("satisfy");
  expect(chooseExitAction({ fileUploadError: satisfy }, neverRan).dependency).toBe("block");
  for (const ending of [failed, neverRan, notUploaded])
    expect(chooseExitAction({ default: satisfy }, ending).dependency).toBe("satisfy");
  expect(chooseExitAction({ default: { jobAction: "terminate" } }, { exitCode: 0 }).job).toBe("none");
});
