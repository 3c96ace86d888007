import { describe, expect, it } from "vitest";

import { type ExaminedFailure, findError, groupFailures } from "../../src/diagnosis/index.js";

/** Seven causes, each as its program writes it, with what differs from task to task in every line. */
const causes: readonly ((noise: Noise) => {
  readonly exitCode?: number;
  readonly code?: string;
  readonly log: string;
})[] = [
  ({ n, time, id }) => ({
    exitCode: 1,
    log: `${time} INFO run ${id}\nTraceback (most recent call last):\n  File "/mnt/${id}/t.py", line ${n}, in f\nKeyError: 'lat'\n`,
  }),
  ({ n, time, id }) => ({
    exitCode: 1,
    log: `${time} worker-${n}\nTraceback (most recent call last):\n  File "/mnt/${id}/t.py", line ${n}, in f\nValueError: tile ${n} of /data/${id}/${n}.tif has ${n * 3} bands\n`,
  }),
  ({ n, id }) => ({ exitCode: 137, log: `iteration ${n} residual ${n / 7}e-${n % 9} ${id}\n` }),
  ({ n }) => ({
    exitCode: 1,
    log: `RuntimeError: CUDA out of memory. Tried to allocate ${n}.00 MiB (GPU ${n % 4}; ${n * 2}.5 GiB total)\n`,
  }),
  ({ n, time }) => ({
    exitCode: 2,
    log: `[${time}] ERROR db: cannot connect to 10.0.${n % 256}.${(n * 7) % 256}:5432 (attempt ${n})\n`,
  }),
  ({ n, id }) => ({
    exitCode: 127,
    log: `/mnt/batch/${id}/run.sh: line ${n}: gdalwarp: command not found\n`,
  }),
  ({ n }) => ({ code: "FileUploadContainerNotFound", log: `frame ${n} is drawn\n` }),
];

interface Noise {
  readonly n: number;
  readonly time: string;
  readonly id: string;
}

function failures(count: number): ExaminedFailure[] {
  return Array.from({ length: count }, (_, n) => {
    const time = new Date(Date.UTC(2026, 10, 28) + n * 1_237).toISOString();
    const id = `${(n * 2_654_435_761).toString(16)}f0a1-${n}`;
    const cause = causes[n % causes.length];
    const { log = "", exitCode, code } = cause?.({ n, time, id }) ?? {};
    const found = findError(log);
    return {
      ...{ taskId: `t${n}`, attempts: 1, isPresumed: false, at: new Date(time), nodeId: `node-${n % 5}` },
      ...{ exitCode, code, error: found && { ...found, kind: "TaskLog", path: "stderr.txt" } },
    };
  });
}

describe("failures", () => {
  it("of seven causes, with noise in every line, are seven groups", () => {
    const groups = groupFailures(failures(4_999), 5);
    expect(groups.map(({ count }) => count)).toEqual([715, 714, 714, 714, 714, 714, 714]);
    expect(groups.map(({ exitCode, code }) => exitCode ?? code).sort()).toEqual(
      [1, 1, 1, 2, 127, 137, "FileUploadContainerNotFound"].sort(),
    );
    expect(new Set(groups.map(({ id }) => id)).size).toBe(7);
    expect(groups.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
  });

  it("have the same group whichever of them is read first", () => {
    const all = failures(70);
    const ids = (list: readonly ExaminedFailure[]) =>
      groupFailures(list, 5)
        .map(({ id }) => id)
        .sort();
    expect(ids(all.toReversed())).toEqual(ids(all));
  });

  it("have a first and a last time, the newest example, and the task ids from the newest on", () => {
    const [group] = groupFailures(
      failures(21).filter(({ exitCode }) => exitCode === 2),
      5,
    );
    expect(group).toMatchObject({ count: 3, taskIds: ["t18", "t11", "t4"], example: { taskId: "t18" } });
    expect(group?.firstAt).toEqual(failures(21)[4]?.at);
    expect(group?.lastAt).toEqual(failures(21)[18]?.at);
  });

  it("on one node of several are a finding, and on the only node are none", () => {
    const onOne = failures(70).map((failure) => ({ ...failure, nodeId: "bad" }));
    expect(groupFailures(onOne, 5)[0]).toMatchObject({
      concentratedOn: "bad",
      nodes: [{ nodeId: "bad", count: 10 }],
    });
    expect(groupFailures(onOne, 1)[0]?.concentratedOn).toBeUndefined();
    expect(groupFailures(failures(70), 5)[0]?.concentratedOn).toBeUndefined();
  });

  it("whose logs name no error are one group for each exit code", () => {
    const words = ["alpha", "beta", "gamma"];
    const silent = words.map((word, index) => {
      const found = findError(`${word}\n`);
      return {
        ...{ taskId: word, attempts: 1, isPresumed: false, exitCode: index === 0 ? 5 : 6 },
        error: found && { ...found, kind: "TaskLog", path: "stdout.txt" },
      };
    });
    expect(groupFailures(silent, 1)).toMatchObject([
      { exitCode: 6, count: 2, error: undefined },
      { exitCode: 5, count: 1 },
    ]);
  });
});
