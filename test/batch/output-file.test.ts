import { describe, expect, it } from "vitest";

import { outputFile } from "../../src/batch/index.js";

const containerUrl = "https://account.blob.core.windows.net/job-film-7?sig=x";
const about = { containerUrl, kind: "TaskOutput", taskId: "t1" };
const pathOf = (values: Partial<Parameters<typeof outputFile>[0]> & { pattern: string }): string =>
  outputFile({ ...about, ...values }).destination.container.path;

describe("outputFile", () => {
  it("tells Batch a pattern, a place and a condition, and nothing that was not said", () => {
    expect(outputFile({ ...about, pattern: "**/*.jpg" })).toEqual({
      filePattern: "**/*.jpg",
      destination: { container: { containerUrl, path: "t1/$TaskOutput" } },
      uploadOptions: { uploadCondition: "taskcompletion" },
    });
  });

  it("passes on identity, headers and condition", () => {
    const made = outputFile({
      ...about,
      pattern: "a",
      uploadCondition: "taskfailure",
      identityReference: { resourceId: "/id" },
      uploadHeaders: [{ name: "x-ms-blob-content-type", value: "text/csv" }],
    });
    expect(made.uploadOptions).toEqual({ uploadCondition: "taskfailure" });
    expect(made.destination.container).toMatchObject({
      identityReference: { resourceId: "/id" },
      uploadHeaders: [{ name: "x-ms-blob-content-type", value: "text/csv" }],
    });
  });

  it.each([
    [{ pattern: "a.csv" }, "t1/$TaskOutput/a.csv"],
    [{ pattern: "../stdout.txt", kind: "TaskLog" }, "t1/$TaskLog/stdout.txt"],
    [{ pattern: "results\\a.csv" }, "t1/$TaskOutput/results/a.csv"],
    [{ pattern: "a.csv", path: "b/c.csv" }, "t1/$TaskOutput/b/c.csv"],
    [{ pattern: "$AZ_BATCH_TASK_DIR/x", path: "x" }, "t1/$TaskOutput/x"],
    [{ pattern: "/var/log/x", path: "x" }, "t1/$TaskOutput/x"],
    [{ pattern: "film.mp4", kind: "JobOutput", taskId: undefined }, "$JobOutput/film.mp4"],
  ])("gives a pattern without wildcards the whole name: %j", (values, expected) => {
    expect(pathOf(values)).toBe(expected);
  });

  it.each([
    [{ pattern: "*.csv" }, "t1/$TaskOutput"],
    [{ pattern: "frame?.jpg" }, "t1/$TaskOutput"],
    [{ pattern: "frame[0-9].jpg" }, "t1/$TaskOutput"],
    [{ pattern: "../std*.txt", kind: "TaskLog" }, "t1/$TaskLog"],
    [{ pattern: "**/*", path: "all/" }, "t1/$TaskOutput/all"],
  ])("gives a pattern with wildcards a folder: %j", (values, expected) => {
    expect(pathOf(values)).toBe(expected);
  });

  it.each([
    [{ pattern: "" }, RangeError, /^pattern/],
    [{ pattern: "/etc/passwd" }, RangeError, /^pattern/],
    [{ pattern: "%AZ_BATCH_TASK_DIR%\\x" }, RangeError, /^pattern/],
    [{ pattern: "*", path: "../x" }, RangeError, /^path/],
    [{ pattern: "*", kind: "a/b" }, RangeError, /^kind/],
    [{ pattern: "*", taskId: "a/b" }, RangeError, /^taskId/],
    [{ pattern: "*", containerUrl: "job-film-7" }, RangeError, /^containerUrl/],
  ])("refuses %j", (values, type, message) => {
    const make = (): unknown => outputFile({ ...about, ...values });
    expect(make).toThrow(type);
    expect(make).toThrow(message);
  });
});
