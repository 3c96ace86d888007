import type { BatchServiceModels } from "@azure/batch";
import { describe, expect, it } from "vitest";

import { type EnvironmentSetting, outputFile, taskOutputFiles } from "../../../src/batch/index.js";
import { BatchOutputsClient, JobOutputStorage } from "../../../src/outputs/index.js";

type TaskAddParameter = BatchServiceModels.TaskAddParameter;
type CloudTask = BatchServiceModels.CloudTask;
type CloudJob = BatchServiceModels.CloudJob;

const containerUrl = "https://account.blob.core.windows.net/job-film-7?sig=x";
const about = { containerUrl, kind: "TaskOutput", taskId: "t1" };
const pathOf = (values: Partial<Parameters<typeof outputFile>[0]> & { pattern: string }): string =>
  outputFile({ ...about, ...values }).destination.container.path;

describe("outputFile", () => {
  it("has a pattern, a destination and a condition, and no properties that were not given", () => {
    expect(outputFile({ ...about, pattern: "**/*.jpg" })).toEqual({
      filePattern: "**/*.jpg",
      destination: { container: { containerUrl, path: "t1/$TaskOutput" } },
      uploadOptions: { uploadCondition: "taskcompletion" },
    });
  });

  it("passes identity, headers and condition, without a SAS", () => {
    const made = outputFile({
      ...about,
      pattern: "a",
      uploadCondition: "taskfailure",
      identityReference: { resourceId: "/id" },
      uploadHeaders: [{ name: "x-ms-blob-content-type", value: "text/csv" }],
    });
    expect(made.uploadOptions).toEqual({ uploadCondition: "taskfailure" });
    expect(made.destination.container).toMatchObject({
      containerUrl: "https://account.blob.core.windows.net/job-film-7",
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
    [{ pattern: "*", containerUrl: "https://a.example/c" }, RangeError, /^containerUrl must have a SAS/],
    [
      { pattern: "*", containerUrl: "https://a.example/c?sp=rl&sig=secret" },
      RangeError,
      /^containerUrl.*needs "w"/,
    ],
    [{ pattern: "*", containerUrl: undefined }, TypeError, /^storage must be given/],
    [{ pattern: "*", identityReference: { resourceId: "" } }, TypeError, /^identityReference/],
    [{ pattern: 7 as unknown as string }, TypeError, /^pattern/],
  ])("refuses %j", (values, type, message) => {
    const make = (): unknown => outputFile({ ...about, ...values });
    expect(make).toThrow(type);
    expect(make).toThrow(message);
    expect(make).not.toThrow(/secret/);
  });

  it.each([
    "std*.txt",
    "stdout.txt",
    "stderr.txt",
    "./std*",
    "std???.txt",
    "std{out,err}.txt",
    "std[eo]*.txt",
  ])("rejects %s, which would save nothing without ../, with a hint", (pattern) => {
    const make = (): unknown => outputFile({ ...about, pattern });
    expect(make).toThrow(RangeError);
    expect(make).toThrow(`write "../${pattern.replace("./", "")}"`);
    expect(outputFile({ ...about, pattern, inWorkingDirectory: true }).filePattern).toBe(pattern);
  });

  it.each([
    "*.txt",
    "../std*.txt",
    "std.txt",
    "standard/stdout.txt",
    "stdx*.txt",
    "$AZ_BATCH_TASK_DIR/std*.txt",
  ])("accepts %s unchanged", (pattern) => {
    expect(outputFile({ ...about, pattern }).filePattern).toBe(pattern);
  });
});

describe("outputFile with an output storage", () => {
  const job = new JobOutputStorage(containerUrl);
  const task = job.getTaskOutputStorage("t2");

  it("takes container and task from it", () => {
    expect(outputFile({ storage: task, pattern: "*", kind: "TaskOutput" }).destination.container).toEqual({
      containerUrl,
      path: "t2/$TaskOutput",
    });
    expect(
      outputFile({ storage: job, pattern: "film.mp4", kind: "JobOutput" }).destination.container.path,
    ).toBe("$JobOutput/film.mp4");
    expect(
      outputFile({ storage: job, taskId: "t3", pattern: "*", kind: "TaskOutput" }).destination.container.path,
    ).toBe("t3/$TaskOutput");
  });

  it("uses a SAS if there is one, and otherwise requires an identity", () => {
    const client = BatchOutputsClient.fromConnectionString("UseDevelopmentStorage=true");
    const storage = client.getTaskOutputStorage("film-7", "t2");
    const make = (): unknown => outputFile({ storage, pattern: "*", kind: "TaskOutput" });
    expect(make).toThrow(RangeError);
    expect(make).toThrow(/^storage must have a SAS, because the node/);
    const identityReference = { resourceId: "/subscriptions/s/film-identity" };
    expect(
      outputFile({ storage, pattern: "*", kind: "TaskOutput", identityReference }).destination.container,
    ).toEqual({
      containerUrl: "http://127.0.0.1:10000/devstoreaccount1/job-film-7",
      path: "t2/$TaskOutput",
      identityReference,
    });
  });

  it("rejects another task than the storage's, and both destinations at once", () => {
    const other = (): unknown =>
      outputFile({ storage: task, taskId: "t1", pattern: "*", kind: "TaskOutput" });
    expect(other).toThrow(/^taskId is "t1", but storage is of task "t2"/);
    const both = (): unknown => outputFile({ ...about, storage: task, pattern: "*" });
    expect(both).toThrow(/^storage must be given, or containerUrl in its place, and not both/);
  });
});

describe("taskOutputFiles", () => {
  it("saves the command's output as a log, whatever its result, and outputs by kind", () => {
    const specs = taskOutputFiles({
      containerUrl,
      taskId: "t1",
      uploadCondition: "tasksuccess",
      outputs: {
        TaskOutput: ["results/*.csv", { pattern: "report.html", uploadCondition: "taskcompletion" }],
        TaskPreview: { pattern: "thumb.jpg", path: "preview.jpg" },
      },
    });
    expect(
      specs.map(({ filePattern, destination, uploadOptions }) => [
        filePattern,
        destination.container.path,
        uploadOptions.uploadCondition,
      ]),
    ).toEqual([
      ["../std*.txt", "t1/$TaskLog", "taskcompletion"],
      ["results/*.csv", "t1/$TaskOutput", "tasksuccess"],
      ["report.html", "t1/$TaskOutput/report.html", "taskcompletion"],
      ["thumb.jpg", "t1/$TaskPreview/preview.jpg", "tasksuccess"],
    ]);
  });

  it("saves other logs, or none, on request", () => {
    const patterns = (logs: string | readonly string[] | false): string[] =>
      taskOutputFiles({ containerUrl, taskId: "t1", logs }).map(({ filePattern }) => filePattern);
    expect(patterns(["../stdout.txt", "logs/*.log"])).toEqual(["../stdout.txt", "logs/*.log"]);
    expect(patterns(false)).toEqual([]);
  });

  it("needs a task", () => {
    expect(() => taskOutputFiles({ containerUrl })).toThrow(/^storage must be that of a task, or taskId/);
    expect(() => taskOutputFiles({ storage: new JobOutputStorage(containerUrl) })).toThrow(TypeError);
  });
});

describe("The shapes", () => {
  it("fit both generations of Azure's own client", () => {
    const specs = taskOutputFiles({ containerUrl, taskId: "t1" });
    const settings = [{ name: "AZURE_BATCH_OUTPUTS_CONTAINER_URL", value: containerUrl }];
    const forVersion10: TaskAddParameter = {
      id: "t1",
      commandLine: "render",
      outputFiles: specs,
      environmentSettings: settings satisfies EnvironmentSetting[],
    };
    const forVersion13: BatchTaskCreateOptions = {
      id: "t1",
      commandLine: "render",
      outputFiles: specs,
      environmentSettings: settings,
    };
    expect(forVersion10.outputFiles).toBe(forVersion13.outputFiles);
  });

  it("of jobs and tasks, of either generation, are handles: the job's id comes from a task's URL, decoded", () => {
    const client = BatchOutputsClient.fromConnectionString("UseDevelopmentStorage=true");
    const url = "https://a.westeurope.batch.azure.com/jobs/nightly%3Ajob-1/tasks/t1";
    const version10: CloudTask = { id: "t1", url };
    const version13: BatchTask = { id: "t1", url, state: "completed" };
    for (const task of [version10, version13])
      expect(client.getTaskOutputStorage(task)).toMatchObject({ jobId: "nightly:job-1", taskId: "t1" });
    const job10: CloudJob = { id: "film-7" };
    const job13: BatchJob = { id: "film-7", url };
    for (const job of [job10, job13]) expect(client.getJobOutputStorage(job).jobId).toBe("film-7");
  });
});

/** As `@azure/batch` 13 declares them, in part: it cannot be installed beside version 10. */
interface BatchTaskCreateOptions {
  id: string;
  commandLine: string;
  outputFiles?: BatchOutputFile[];
  environmentSettings?: { name: string; value?: string }[];
}

interface BatchOutputFile {
  filePattern: string;
  destination: {
    container?: {
      path?: string;
      containerUrl: string;
      identityReference?: { resourceId?: string };
      uploadHeaders?: { name: string; value?: string }[];
    };
  };
  uploadOptions: { uploadCondition: "tasksuccess" | "taskfailure" | "taskcompletion" };
}

interface BatchTask {
  readonly id: string;
  readonly url: string;
  readonly state: "active" | "preparing" | "running" | "completed";
}

interface BatchJob {
  readonly id: string;
  readonly url: string;
}
