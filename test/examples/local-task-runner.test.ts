import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";

import { runTasks, type LocalTask } from "../../examples/persist-outputs/local-task-runner.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const jobId = "job-of-the-test";

function nodeTask(id: string, script: string, more: Partial<LocalTask> = {}): LocalTask {
  return { id, commandLine: [process.execPath, "--input-type=module", "--eval", script], ...more };
}

/** The ids of the tasks, in the order in which they completed. */
async function run(root: string, tasks: readonly LocalTask[], abortSignal?: AbortSignal): Promise<string[]> {
  const completed: string[] = [];
  await runTasks(tasks, {
    jobId,
    nodeRootDirectory: root,
    taskSlots: 2,
    abortSignal: abortSignal ?? new AbortController().signal,
    onTaskCompleted: (taskId) => {
      completed.push(taskId);
    },
  });
  return completed;
}

function fileOf(root: string, taskId: string, file: string): string {
  return join(root, "workitems", jobId, "job-1", taskId, file);
}

test("a task works in its wd folder, and what it prints lands one folder above", async () => {
  const root = temporaryFolder();
  await run(root, [nodeTask("t1", "console.log(process.cwd()); console.error('careful')")]);
  expect(await readFile(fileOf(root, "t1", "stdout.txt"), "utf8")).toBe(`${fileOf(root, "t1", "wd")}\n`);
  expect(await readFile(fileOf(root, "t1", "stderr.txt"), "utf8")).toBe("careful\n");
});

test("a task sees Batch's variables and its own settings, and not the client's account", async () => {
  const root = temporaryFolder();
  vi.stubEnv("AZURE_STORAGE_CONNECTION_STRING", "AccountName=a;AccountKey=c2VjcmV0");
  try {
    const script = "console.log(JSON.stringify(process.env))";
    await run(root, [nodeTask("t1", script, { environmentSettings: { AZURE_MINE: "1" } })]);
  } finally {
    vi.unstubAllEnvs();
  }
  const environment = JSON.parse(await readFile(fileOf(root, "t1", "stdout.txt"), "utf8")) as unknown;
  expect(environment).toMatchObject({
    AZ_BATCH_JOB_ID: jobId,
    AZ_BATCH_TASK_ID: "t1",
    AZ_BATCH_TASK_DIR: fileOf(root, "t1", ""),
    AZ_BATCH_TASK_WORKING_DIR: fileOf(root, "t1", "wd"),
    AZ_BATCH_NODE_ROOT_DIR: root,
    AZ_BATCH_NODE_SHARED_DIR: join(root, "shared"),
    AZURE_MINE: "1",
  });
  expect(environment).not.toHaveProperty("AZURE_STORAGE_CONNECTION_STRING");
});

test("a task starts only after those that it depends on", async () => {
  const merge = nodeTask("merge", "", { dependsOn: ["t1", "t2", "t3"] });
  const completed = await run(temporaryFolder(), [
    merge,
    nodeTask("t1", ""),
    nodeTask("t2", ""),
    nodeTask("t3", ""),
  ]);
  expect(completed.at(-1)).toBe("merge");
  expect(completed.toSorted()).toEqual(["merge", "t1", "t2", "t3"]);
});

test("no more tasks are started at a time than there are task slots", async () => {
  // Each says that it runs, then waits for the test's word to end.
  const script = `
    import { existsSync, watch, writeFileSync } from "node:fs";
    const shared = process.env.AZ_BATCH_NODE_SHARED_DIR;
    const watcher = watch(shared, () => existsSync(shared + "/end") && watcher.close());
    writeFileSync(shared + "/running-" + process.env.AZ_BATCH_TASK_ID, "");
    if (existsSync(shared + "/end")) watcher.close();`;
  const root = temporaryFolder();
  const ids = ["t1", "t2", "t3", "t4", "t5"];
  const running = run(
    root,
    ids.map((id) => nodeTask(id, script)),
  );
  const isRunning = (id: string): boolean => existsSync(join(root, "shared", `running-${id}`));
  await vi.waitUntil(() => ids.filter(isRunning).length >= 2, { timeout: 30_000 });
  expect(ids.filter((id) => existsSync(fileOf(root, id, "")))).toEqual(["t1", "t2"]);
  await writeFile(join(root, "shared", "end"), "");
  expect((await running).toSorted()).toEqual(ids);
});

test("two task slots run two tasks at the same time", async () => {
  // Each waits until it sees the other: one after the other they would never end.
  const meet = (mine: string, other: string): string => `
    import { watch, existsSync, writeFileSync } from "node:fs";
    const shared = process.env.AZ_BATCH_NODE_SHARED_DIR;
    const watcher = watch(shared, () => existsSync(shared + "/${other}") && watcher.close());
    writeFileSync(shared + "/${mine}", "");
    if (existsSync(shared + "/${other}")) watcher.close();`;
  const completed = await run(temporaryFolder(), [
    nodeTask("t1", meet("a", "b")),
    nodeTask("t2", meet("b", "a")),
  ]);
  expect(completed.toSorted()).toEqual(["t1", "t2"]);
});

test("a task that fails is named, with its exit code and the end of its stderr, and no other is started", async () => {
  const root = temporaryFolder();
  const script = `for (let i = 1; i <= 20; i++) console.error("line " + i); process.exit(3);`;
  const running = run(root, [nodeTask("t1", script), nodeTask("t2", "", { dependsOn: ["t1"] })]);
  const lastLines = Array.from({ length: 15 }, (_, i) => `    line ${i + 6}`);
  await expect(running).rejects.toMatchObject({
    name: "TaskFailedError",
    taskId: "t1",
    message: [
      "Task t1 failed: it ended with exit code 3.",
      `The last 15 lines of its stderr.txt (${fileOf(root, "t1", "stderr.txt")}):`,
      ...lastLines,
    ].join("\n"),
  });
  expect(existsSync(fileOf(root, "t2", ""))).toBe(false);
});

test("a task that fails ends those that run beside it", async () => {
  const root = temporaryFolder();
  const endless = nodeTask("t1", "setInterval(() => {}, 1000)");
  await expect(run(root, [endless, nodeTask("t2", "process.exit(1)")])).rejects.toMatchObject({
    taskId: "t2",
  });
});

test("a program that is not there is a task that failed", async () => {
  const running = run(temporaryFolder(), [{ id: "t1", commandLine: ["no-such-program-here"] }]);
  await expect(running).rejects.toThrow(/Task t1 failed: .*no-such-program-here/);
});

test("aborting ends the tasks that run, and rejects with the reason", async () => {
  const controller = new AbortController();
  const endless = nodeTask("t2", "setInterval(() => {}, 1000)");
  const running = runTasks([nodeTask("t1", ""), endless], {
    jobId,
    nodeRootDirectory: temporaryFolder(),
    taskSlots: 2,
    abortSignal: controller.signal,
    onTaskCompleted: () => {
      controller.abort(new Error("enough"));
    },
  });
  await expect(running).rejects.toThrow("enough");
});

test("tasks that wait for each other are refused instead of waited for", async () => {
  const tasks = [nodeTask("t1", "", { dependsOn: ["t2"] }), nodeTask("t2", "", { dependsOn: ["t1"] })];
  await expect(run(temporaryFolder(), tasks)).rejects.toThrow(/wait for tasks that will never run: t1, t2/);
});
