import { describe, expect, test } from "vitest";

import { cliPath } from "../support/cli.js";
import { type Measured, runMeasured } from "../support/run-measured.js";
import { type GeneratedJob, startGeneratedJob } from "./generated-job.js";
import { scale } from "./scale.js";

const mebibyte = 1024 * 1024;

/** Runs a command with so much memory for its heap: beyond it, Node.js ends the process by a signal, which is an error here. */
async function runWithHeap(
  job: GeneratedJob,
  heapMebibytes: number,
  args: readonly string[],
): Promise<Measured> {
  const measured = await runMeasured(cliPath, [...args, "--container-url", job.containerUrl], {
    NODE_OPTIONS: `--max-old-space-size=${heapMebibytes}`,
  });
  expect(job.unknownRequests).toEqual([]);
  return measured;
}

const countLines = (text: string): number => text.split("\n").length - 1;

describe(`a job of ${scale.failedTasks} failed tasks needs no more memory than one of a few`, () => {
  const taskCount = scale.failedTasks;

  test.each([
    { what: "tasks --json", heap: 28, expected: taskCount },
    { what: "tasks", heap: 28, expected: 2 * taskCount + 1 },
    { what: "list --json", heap: 20, expected: 2 * taskCount },
    { what: "usage", heap: 20, expected: 3 },
    { what: "usage --by task --json", heap: 20, expected: taskCount },
  ])("in `$what`", async ({ what, heap, expected }) => {
    await using job = await startGeneratedJob({ taskCount });
    const { exitCode, stdout } = await runWithHeap(job, heap, what.split(" "));
    expect(exitCode).toBe(0);
    expect(countLines(stdout)).toBe(expected);
  });

  test("in `why`, whose limit decides how many failures it holds", async () => {
    await using job = await startGeneratedJob({ taskCount });
    const { exitCode, stdout } = await runWithHeap(job, 32, ["why", "--json", "--limit", "300"]);
    expect(exitCode).toBe(0);
    const objects = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as object);
    expect(objects).toMatchObject([
      ...[{ count: 100 }, { count: 100 }, { count: 100 }],
      { summary: { tasks: taskCount, failed: 300, unreadCount: taskCount - 300 } },
    ]);
  });
});

test("`grep` holds as much of one log of gigabytes as of a short one", async () => {
  const peaks: number[] = [];
  for (const logBytes of [64 * mebibyte, scale.viewed.logBytes]) {
    await using job = await startGeneratedJob({ taskCount: 1, logBytes });
    const { exitCode, stdout, peakRssBytes } = await runWithHeap(job, 24, ["grep", "-n", "^Key.*'lat'$"]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("KeyError: 'lat'\n");
    peaks.push(peakRssBytes);
  }
  const [short = 0, long = 0] = peaks;
  expect(long).toBeLessThan(1.25 * short);
});
