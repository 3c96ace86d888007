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

/** Five nodes that ran as many tasks each. */
const fiveNodes = new Map([0, 1, 2, 3, 4].map((n) => [`node-${n}`, 1_000]));

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
      ...{
        taskId: `t${n}`,
        attempts: 1,
        isPresumed: false,
        hasLogs: true,
        at: new Date(time),
        nodeId: `node-${n % 5}`,
      },
      ...{ exitCode, code, error: found && { ...found, kind: "TaskLog", path: "stderr.txt" } },
    };
  });
}

describe("failures", () => {
  it("of seven causes, with noise in every line, are seven groups", () => {
    const groups = groupFailures(failures(4_999), fiveNodes);
    expect(groups.map(({ count }) => count)).toEqual([715, 714, 714, 714, 714, 714, 714]);
    expect(groups.map(({ exitCode, code }) => exitCode ?? code).sort()).toEqual(
      [1, 1, 1, 2, 127, 137, "FileUploadContainerNotFound"].sort(),
    );
    expect(new Set(groups.map(({ id }) => id)).size).toBe(7);
    expect(groups.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
  });

  it("have the same groups in any order of reading", () => {
    const all = failures(70);
    const ids = (list: readonly ExaminedFailure[]) =>
      groupFailures(list, fiveNodes)
        .map(({ id }) => id)
        .sort();
    expect(ids(all.toReversed())).toEqual(ids(all));
  });

  it("have a first and a last time, the newest example, and the task ids from the newest on", () => {
    const [group] = groupFailures(
      failures(21).filter(({ exitCode }) => exitCode === 2),
      fiveNodes,
    );
    expect(group).toMatchObject({ count: 3, taskIds: ["t18", "t11", "t4"], example: { taskId: "t18" } });
    expect(group?.firstAt).toEqual(failures(21)[4]?.at);
    expect(group?.lastAt).toEqual(failures(21)[18]?.at);
  });

  it("on one node are a finding if they are many, nearly all of its tasks, and other nodes ran as many", () => {
    const onNodes = (bad: number, good: number) =>
      failures(7 * (bad + good))
        .filter((_, n) => n % 7 === 0)
        .map((failure, n) => ({ ...failure, nodeId: n < bad ? "bad" : "good" }));
    const suspect = (bad: number, good: number, ran: Record<string, number>) =>
      groupFailures(onNodes(bad, good), new Map(Object.entries(ran)))[0]?.concentratedOn;
    expect(suspect(5, 0, { bad: 5, good: 5 })).toBe("bad");
    expect(suspect(16, 2, { bad: 20, good: 400 })).toBe("bad");
    expect(suspect(4, 0, { bad: 4, good: 100 }), "few failures").toBeUndefined();
    expect(suspect(2, 1, { bad: 2, good: 1 }), "few failures").toBeUndefined();
    expect(suspect(7, 3, { bad: 10, good: 100 }), "a smaller share").toBeUndefined();
    expect(suspect(10, 0, { bad: 10, good: 9 }), "other nodes ran less").toBeUndefined();
    expect(suspect(10, 0, { bad: 90, good: 9 }), "other nodes ran less").toBeUndefined();
    expect(suspect(10, 0, { bad: 10 }), "the only node").toBeUndefined();
    expect(suspect(10, 0, {}), "nothing known of nodes").toBeUndefined();
  });

  it("of saving are grouped by the first message, and count what was not saved", () => {
    const unsaved = (taskId: string, count: number, ...messages: string[]): ExaminedFailure => ({
      ...{ taskId, attempts: 1, isPresumed: false, hasLogs: true, exitCode: 0 },
      saveFailures: { count, messages },
    });
    const groups = groupFailures(
      [
        unsaved("a", 1, "TaskOutput: /mnt/17/out is missing"),
        unsaved("b", 2, "TaskOutput: /mnt/18/out is missing", "TaskLog: no answer"),
        unsaved("c", 3000),
      ],
      new Map(),
    );
    expect(groups).toMatchObject([
      {
        taskIds: ["a", "b"],
        error: "TaskOutput: /mnt/17/out is missing",
        explanation: "The commands succeeded, but 3 of their outputs were not saved.",
        saveFailures: { count: 1 },
      },
      { taskIds: ["c"], explanation: "The command succeeded, but 3,000 outputs were not saved." },
    ]);
    expect(groups[1]?.error).toBeUndefined();
  });

  it("with the recorded exit code 0 say that the task failed elsewhere", () => {
    const failure = { taskId: "a", attempts: 1, isPresumed: false, hasLogs: false, exitCode: 0 };
    expect(groupFailures([failure], new Map())[0]?.explanation).toContain(
      "ended with 0, but the task failed",
    );
  });

  it("are grouped by the service's reason rather than the exit code", () => {
    const ended = (taskId: string, details?: string): ExaminedFailure => ({
      ...{ taskId, attempts: 1, isPresumed: false, hasLogs: false, exitCode: 143, details },
    });
    const groups = groupFailures(
      [
        ended("a", "The task ran longer than its maxWallClockTime"),
        ended("b", "The task ran longer than its maxWallClockTime"),
        ended("c", "Node 10.0.0.4 is shut down"),
        ended("d", "Node 10.0.0.5 is shut down"),
        ended("e"),
      ],
      new Map(),
    );
    expect(groups.map(({ count, explanation }) => [count, explanation]).sort()).toEqual([
      [1, expect.stringMatching(/^SIGTERM: /)],
      [2, expect.stringMatching(/^Node 10.0.0.[45] is shut down$/)],
      [2, "The task ran longer than its maxWallClockTime"],
    ]);
  });

  it("with a missing command name the recorded command, unless it is a shell or a log names another", () => {
    const missing = (taskId: string, ...command: string[]): ExaminedFailure => ({
      ...{ taskId, attempts: 1, isPresumed: false, hasLogs: false, exitCode: 127, command },
    });
    const named = findError("run.sh: line 3: gdalwarp: command not found\n");
    const groups = groupFailures(
      [
        missing("a", "film-render", "1"),
        missing("b", "film-render", "2"),
        missing("c", "/opt/encode"),
        missing("d", "/bin/sh", "-c", "encode"),
        { ...missing("e", "film-render"), error: named && { ...named, kind: "TaskLog", path: "stderr.txt" } },
      ],
      new Map(),
    );
    expect(groups.map(({ taskIds, explanation }) => [taskIds.join(), explanation])).toEqual(
      expect.arrayContaining([
        ["a,b", expect.stringContaining('"film-render" was not found')],
        ["c", expect.stringContaining('"/opt/encode" was not found')],
        ["d", expect.stringContaining("The command was not found")],
        ["e", expect.stringContaining("The command was not found")],
      ]),
    );
    expect(groups).toHaveLength(4);
  });

  it("without an error in their logs are one group for each exit code", () => {
    const words = ["alpha", "beta", "gamma"];
    const silent = words.map((word, index) => {
      const found = findError(`${word}\n`);
      return {
        ...{ taskId: word, attempts: 1, isPresumed: false, hasLogs: true, exitCode: index === 0 ? 5 : 6 },
        error: found && { ...found, kind: "TaskLog", path: "stdout.txt" },
      };
    });
    expect(groupFailures(silent, new Map())).toMatchObject([
      { exitCode: 6, count: 2, error: undefined },
      { exitCode: 5, count: 1 },
    ]);
  });
});
