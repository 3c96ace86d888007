import { describe, expect, test } from "vitest";

import { cliPath } from "../support/cli.js";
import { type Measured, runMeasured } from "../support/run-measured.js";
import { type GeneratedJob, startGeneratedJob } from "./generated-job.js";
import { scale } from "./scale.js";

const mebibyte = 1024 * 1024;

/** Runs a command about a job, and measures also what it holds of its heap. */
async function runAbout(job: GeneratedJob, args: readonly string[]): Promise<Measured> {
  const aboutJob = [...args, "--container-url", job.containerUrl];
  const measured = await runMeasured(cliPath, aboutJob, {}, { collectsGarbage: true });
  expect(job.unknownRequests).toEqual([]);
  return measured;
}

const countLines = (text: string): number => text.split("\n").length - 1;

const { some, many } = scale.failedTasks;

describe(`a command holds as much of a job of ${many} failed tasks as of one of ${some}`, () => {
  test.each([
    { what: "tasks --json", countExpected: (tasks: number) => tasks },
    { what: "tasks", countExpected: (tasks: number) => 2 * tasks + 1 },
    { what: "list --json", countExpected: (tasks: number) => 2 * tasks },
    { what: "usage", countExpected: () => 3 },
    { what: "usage --by task --json", countExpected: (tasks: number) => tasks },
  ])("`$what`", async ({ what, countExpected }) => {
    const peaks: number[] = [];
    for (const taskCount of [some, many]) {
      await using job = await startGeneratedJob({ taskCount });
      const { exitCode, stdout, peakLiveHeapBytes } = await runAbout(job, what.split(" "));
      expect(exitCode).toBe(0);
      expect(countLines(stdout)).toBe(countExpected(taskCount));
      peaks.push(peakLiveHeapBytes);
    }
    expectFlat(peaks, 100 * (many - some));
  });

  test("`why`, whose limit decides how many failures it holds", async () => {
    const peaks: number[] = [];
    for (const taskCount of [some, many]) {
      await using job = await startGeneratedJob({ taskCount });
      const { exitCode, stdout, peakLiveHeapBytes } = await runAbout(job, [
        "why",
        "--json",
        "--limit",
        "300",
      ]);
      expect(exitCode).toBe(0);
      const objects = stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as object);
      expect(objects).toMatchObject([
        ...[{ count: 100 }, { count: 100 }, { count: 100 }],
        { summary: { tasks: taskCount, failed: 300, unreadCount: taskCount - 300 } },
      ]);
      peaks.push(peakLiveHeapBytes);
    }
    expectFlat(peaks, 100 * (many - some));
  });
});

test("`grep` holds as much of one log of gigabytes as of a short one", async () => {
  const heaps: number[] = [];
  const residents: number[] = [];
  for (const logBytes of [64 * mebibyte, scale.viewed.logBytes]) {
    await using job = await startGeneratedJob({ taskCount: 1, logBytes });
    const { exitCode, stdout, ...peaks } = await runAbout(job, ["grep", "-n", "^Key.*'lat'$"]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("KeyError: 'lat'\n");
    heaps.push(peaks.peakLiveHeapBytes);
    residents.push(peaks.peakRssBytes);
  }
  expectFlat(heaps, 4 * mebibyte);
  expectFlat(residents, 32 * mebibyte);
});

/** What was held at the moment of a collection differs by up to 2 MiB; a task's line of output alone has over 200 bytes. */
function expectFlat([small = 0, large = 0]: readonly number[], addedBytes: number): void {
  expect(small).toBeGreaterThan(0);
  expect(large).toBeLessThan(small + addedBytes);
}
