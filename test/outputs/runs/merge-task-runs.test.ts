import { describe, expect, it } from "vitest";

import { mergeTaskRuns, type TaskRun, getTaskRunResult } from "../../../src/outputs/index.js";

const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 28, 12, minute));

function run(runId: string, values: Partial<TaskRun> = {}): TaskRun {
  return { runId, taskId: "t1", source: "run", state: "ended", startedAt: at(0), ...values };
}

describe("the attempts of a task", () => {
  it("are ordered by their starts, in whichever order the records are read", () => {
    const [first, second] = [run("a", { exitCode: 1 }), run("b", { startedAt: at(9), exitCode: 0 })];
    expect(mergeTaskRuns([second, first]).map(({ runId }) => runId)).toEqual(["a", "b"]);
  });

  it("are ordered by their ids if a record has no time, not by the time of the write", () => {
    const damaged = run("20200101T000000005Z-00000005", { startedAt: undefined, recordedAt: at(30) });
    const records = [damaged, run("20261128T120000000Z-0000000a", { exitCode: 1, recordedAt: at(1) })];
    expect(mergeTaskRuns(records).at(-1)).toMatchObject({ exitCode: 1 });
    const unnamed = run("a", { startedAt: undefined, recordedAt: at(30), exitCode: 2 });
    expect(mergeTaskRuns([unnamed, ...records]).at(-1)).toMatchObject({ exitCode: 2 });
  });

  it("end with the last record of a run that could not be overwritten", () => {
    const records = [
      run("a", { exitCode: 3, recordedAt: at(5) }),
      run("a", { state: "running", recordedAt: at(9) }),
    ];
    expect(mergeTaskRuns(records)).toMatchObject([{ state: "ended", exitCode: 3 }]);
  });

  it("include how a killed run ended, from the record of Batch", () => {
    const killed = run("a", { state: "running", startedAt: at(1) });
    const batch = run("b", {
      source: "batch",
      startedAt: at(0),
      endedAt: at(7),
      exitCode: 137,
      retryCount: 0,
    });
    expect(mergeTaskRuns([killed, batch])).toMatchObject([
      { runId: "a", state: "ended", exitCode: 137, endedAt: at(7), source: "run" },
    ]);
  });

  it("are running if Batch says so, and unknown from the record of their start alone", () => {
    const started = run("a", { state: "running", startedAt: at(1) });
    const batch = run("b", { source: "batch", state: "running", startedAt: at(0) });
    const resultsOf = (records: readonly TaskRun[]) => mergeTaskRuns(records).map(getTaskRunResult);
    expect(resultsOf([started, batch])).toEqual(["running"]);
    expect(resultsOf([started])).toEqual(["unknown"]);
  });

  it("combine the record of Batch with its own attempt only", () => {
    const records = [
      run("a", { exitCode: 1, startedAt: at(1), endedAt: at(2) }),
      run("b", { exitCode: 0, startedAt: at(31), endedAt: at(32) }),
      run("c", { source: "batch", startedAt: at(30), endedAt: at(33), retryCount: 1, nodeId: "n1" }),
    ];
    expect(mergeTaskRuns(records)).toMatchObject([
      { runId: "a" },
      { runId: "b", retryCount: 1, nodeId: "n1" },
    ]);
  });

  it("combine the record of Batch with its own attempt if the node's clock is hours off", () => {
    const killed = run("b", { state: "running", startedAt: at(151), recordedAt: at(31) });
    const failed = run("b", { exitCode: 1, startedAt: at(-89), endedAt: at(-88), recordedAt: at(32) });
    const batch = run("c", { source: "batch", startedAt: at(30), endedAt: at(33), exitCode: 137 });
    expect(mergeTaskRuns([killed, batch])).toMatchObject([{ runId: "b", state: "ended", exitCode: 137 }]);
    expect(mergeTaskRuns([failed, batch])).toMatchObject([{ runId: "b", exitCode: 1 }]);
    const earlier = run("a", { exitCode: 1, startedAt: at(1), endedAt: at(2), recordedAt: at(2) });
    expect(mergeTaskRuns([earlier, killed, batch])).toHaveLength(2);
  });

  it("include what Batch reports about a task that no node ran", () => {
    const never = run("b", { source: "batch", failure: { code: "BlobNotFound" } });
    expect(mergeTaskRuns([{ ...never, startedAt: undefined }])).toHaveLength(1);
  });
});

describe("the result of a run", () => {
  it.each([
    [{ exitCode: 0 }, "succeeded"],
    [{ exitCode: 2 }, "failed"],
    [{ exitCode: 0, failure: { code: "FileUploadMiscError" } }, "failed"],
    [{ signal: "SIGKILL", exitCode: 137 }, "failed"],
    [{ exitCode: 0, saveFailures: { count: 1, messages: [] } }, "failed"],
    [{ exitCode: 0, saveFailures: { count: 1, messages: [], isTolerated: true } }, "succeeded"],
    [{ exitCode: 0, saveFailures: { count: 0, messages: [] } }, "succeeded"],
    [{ saveFailures: { count: 1, messages: [] } }, "unknown"],
    [{ state: "running" as const }, "unknown"],
    [{ state: "running" as const, source: "batch" as const }, "running"],
    [{}, "unknown"],
  ])("%j: %s", (values, expected) => {
    expect(getTaskRunResult(run("a", values))).toBe(expected);
  });
});
