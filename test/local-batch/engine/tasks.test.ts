import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, vi } from "vitest";

import { createTemporaryFolder } from "../../support/create-temporary-folder.js";
import { waitUntilTrue } from "../support/wait.js";
import { EngineUnderTest, isAlive, sh } from "./engine-under-test.js";

/** A service with a pool "p" and a job "j". */
async function started(slots = 1, nodeCount = 1): Promise<EngineUnderTest> {
  const batch = await EngineUnderTest.start();
  batch.addPool("p", nodeCount, { taskSlotsPerNode: slots });
  batch.addJob("j", "p");
  return batch;
}

it("runs tasks and completes them with their exit codes", async () => {
  const batch = await started(2);
  batch.addTask("j", "good", sh("echo out; echo err >&2"));
  batch.addTask("j", "bad", sh("exit 3"));
  await batch.completed("j", "good", "bad");
  expect(batch.task("j", "good").run).toMatchObject({ exitCode: 0, result: "success", retryCount: 0 });
  expect(batch.task("j", "bad").run).toMatchObject({
    exitCode: 3,
    result: "failure",
    failureInfo: { category: "UserError", code: "FailureExitCode" },
  });
  expect(batch.read("j", "good", "stdout.txt")).toBe("out\n");
  expect(batch.read("j", "good", "stderr.txt")).toBe("err\n");
});

it("gives a task the folders and variables of Batch and its settings, and none of the service's environment", async () => {
  vi.stubEnv("OF_THE_SERVICE", "1");
  const batch = await EngineUnderTest.start();
  batch.addPool("p", 1);
  batch.addJob("j", "p", {
    commonEnvironmentSettings: [
      { name: "COMMON", value: "job" },
      { name: "BOTH", value: "job" },
      { name: "AZ_BATCH_JOB_ID", value: "not this" },
    ],
  });
  const environmentSettings = [{ name: "BOTH", value: "task's own $HOME" }, { name: "EMPTY" }];
  batch.addTask("j", "t", sh("pwd -P; env"), { environmentSettings });
  await batch.completed("j", "t");

  const [node] = batch.nodes("p");
  const folder = batch.taskFolder("j", "t");
  const root = batch.folders.root({ poolId: "p", nodeId: node?.id ?? "" });
  expect(folder).toBe(join(root, "workitems/j/job-1/t"));
  const [cwd, ...lines] = batch.read("j", "t", "stdout.txt").trimEnd().split("\n");
  expect(cwd).toBe(join(folder, "wd"));
  const variables: Record<string, string> = {};
  for (const line of lines) variables[line.split("=", 1)[0] ?? ""] = line.replace(/^.*?=/, "");
  expect(variables).toMatchObject({
    AZ_BATCH_ACCOUNT_NAME: "local",
    AZ_BATCH_ACCOUNT_URL: "http://127.0.0.1:1",
    AZ_BATCH_CERTIFICATES_DIR: join(folder, "certs"),
    AZ_BATCH_JOB_ID: "j",
    AZ_BATCH_NODE_ID: node?.id,
    AZ_BATCH_NODE_IS_DEDICATED: "true",
    AZ_BATCH_NODE_MOUNTS_DIR: join(root, "fsmounts"),
    AZ_BATCH_NODE_ROOT_DIR: root,
    AZ_BATCH_NODE_SHARED_DIR: join(root, "shared"),
    AZ_BATCH_NODE_STARTUP_DIR: join(root, "startup"),
    AZ_BATCH_NODE_STARTUP_WORKING_DIR: join(root, "startup/wd"),
    AZ_BATCH_POOL_ID: "p",
    AZ_BATCH_TASK_DIR: folder,
    AZ_BATCH_TASK_ID: "t",
    AZ_BATCH_TASK_WORKING_DIR: join(folder, "wd"),
    BOTH: "task's own $HOME",
    COMMON: "job",
    EMPTY: "",
  });
  expect(variables).not.toHaveProperty("OF_THE_SERVICE");
  expect(variables).not.toHaveProperty("AZ_BATCH_JOB_PREP_DIR");
  for (const name of ["applications", "fsmounts", "shared", "startup", "volatile"])
    expect(existsSync(join(root, name)), name).toBe(true);
  expect(readdirSync(folder).sort()).toEqual(["certs", "stderr.txt", "stdout.txt", "wd"]);
});

it("starts the program itself, without a shell", async () => {
  const batch = await started();
  batch.addTask("j", "t", "echo $HOME * ; exit 3 > file");
  await batch.completed("j", "t");
  expect(batch.read("j", "t", "stdout.txt")).toBe("$HOME * ; exit 3 > file\n");
});

it.each([
  ["no-such-program at all", "CommandProgramNotFound"],
  ["./no-such-file", "CommandProgramNotFound"],
  ["/etc/passwd", "CommandLaunchFailed"],
  ["/bin/sh -c 'not closed", "CommandLaunchFailed"],
])("completes a task that cannot be started, without an exit code: %s", async (commandLine, code) => {
  const batch = await started();
  batch.addTask("j", "t", commandLine, { constraints: { maxTaskRetryCount: 3 } });
  const { run } = await batch.completed("j", "t");
  expect(run).toMatchObject({
    result: "failure",
    failureInfo: { category: "UserError", code },
    retryCount: 0,
  });
  expect(run.exitCode).toBeUndefined();
});

it("retries up to the maximum, each time in an empty working directory", async () => {
  const batch = await started();
  const marks = createTemporaryFolder();
  const script = sh(`ls >>${marks}/seen; echo x >>${marks}/runs; touch left-behind; exit 1`);
  batch.addTask("j", "t", script, { constraints: { maxTaskRetryCount: 2 } });
  const { run } = await batch.completed("j", "t");
  expect(run).toMatchObject({ exitCode: 1, retryCount: 2, requeueCount: 0 });
  expect(run.lastRetryTime).toBeDefined();
  expect(readFileSync(join(marks, "runs"), "utf8")).toBe("x\nx\nx\n");
  expect(readFileSync(join(marks, "seen"), "utf8")).toBe("");
});

it("retries without limit for -1, until the task succeeds", async () => {
  const batch = await started();
  const marks = createTemporaryFolder();
  const script = sh(`echo x >>${marks}/runs; test $(wc -l <${marks}/runs) -ge 5`);
  batch.addTask("j", "t", script, { constraints: { maxTaskRetryCount: -1 } });
  const { run } = await batch.completed("j", "t");
  expect(run).toMatchObject({ exitCode: 0, retryCount: 4, result: "success" });
});

it("reports the signal that killed a task", async () => {
  const batch = await started();
  batch.addTask("j", "itself", sh("kill -SEGV $$"));
  batch.addTask("j", "group", sh("kill -KILL 0"));
  await batch.completed("j", "itself", "group");
  expect(batch.task("j", "itself").run.exitCode).toBe(139);
  expect(batch.task("j", "group").run.exitCode).toBe(137);
  expect(batch.read("j", "itself", "stderr.txt")).toBe("");
});

it("ends background processes of a task", async () => {
  const batch = await started();
  batch.addTask("j", "t", sh("sleep 1000 & echo $!"));
  await batch.completed("j", "t");
  expect(isAlive(Number(batch.read("j", "t", "stdout.txt")))).toBe(false);
});

it("ends a task with all its processes after its maximum time, with SIGTERM first", async () => {
  const batch = await started();
  const script = sh('trap "echo asked; exit 9" TERM; sleep 1000 & echo $!; wait');
  batch.addTask("j", "t", script, { constraints: { maxWallClockTime: "PT0.3S", maxTaskRetryCount: 5 } });
  const { run } = await batch.completed("j", "t");
  expect(run).toMatchObject({ exitCode: 9, result: "failure", retryCount: 0 });
  const [child, asked] = batch.read("j", "t", "stdout.txt").split("\n");
  expect(asked).toBe("asked");
  expect(isAlive(Number(child))).toBe(false);
});

it("kills a terminated task that ignores SIGTERM, and keeps its record as the client set it", async () => {
  const batch = await started();
  batch.addTask("j", "t", sh('trap "" TERM; sleep 1000 & echo $!; wait; wait'));
  const child = await firstOutput(batch, "t");
  const failureInfo = { category: "UserError", code: "TaskEnded", message: "" } as const;
  const { run } = batch.task("j", "t");
  batch.changeTask("j", "t", { state: "completed", run: { ...run, result: "failure", failureInfo } });
  await batch.until(() => batch.nodes("p")[0]?.state === "idle");
  expect(isAlive(child)).toBe(false);
  expect(batch.task("j", "t")).toMatchObject({
    state: "completed",
    run: { failureInfo: { code: "TaskEnded" } },
  });
});

it("removes a deleted task with its processes and files", async () => {
  const batch = await started();
  batch.addTask("j", "t", sh("sleep 1000 & echo $!; wait"));
  const child = await firstOutput(batch, "t");
  const folder = batch.taskFolder("j", "t");
  batch.changeTask("j", "t", { state: "deleting" });
  await batch.until(() => batch.state.tasks.get("j", "t") === undefined);
  expect(isAlive(child)).toBe(false);
  expect(existsSync(folder)).toBe(false);
});

it("runs a task again that is reactivated while its old run is ending", async () => {
  const batch = await started();
  const marks = createTemporaryFolder();
  batch.addTask("j", "t", sh(`test -e ${marks}/go && exit 0; echo $$; sleep 1000 & wait`));
  const first = await firstOutput(batch, "t");
  writeFileSync(join(marks, "go"), "");
  batch.changeTask("j", "t", { state: "active", run: { retryCount: 0, requeueCount: 0 } });
  const { run } = await batch.completed("j", "t");
  expect(run).toMatchObject({ exitCode: 0, requeueCount: 0 });
  expect(isAlive(first)).toBe(false);
});

it("removes a task's folder when its retention time is over, and keeps the task", async () => {
  const batch = await started();
  batch.addTask("j", "short", "/bin/true", { constraints: { retentionTime: "PT0.2S" } });
  batch.addTask("j", "long", "/bin/true");
  await batch.completed("j", "short", "long");
  await waitUntilTrue(() => !existsSync(batch.taskFolder("j", "short")));
  expect(existsSync(batch.taskFolder("j", "long"))).toBe(true);
  expect(batch.task("j", "short").state).toBe("completed");
});

it("fills slots by the requirements of tasks, in the order in which they were added", async () => {
  const batch = await EngineUnderTest.start();
  const marks = createTemporaryFolder();
  mkdirSync(join(marks, "running"));
  batch.addPool("p", 1, { taskSlotsPerNode: 3 });
  batch.addJob("j", "p");
  const script = (slots: number): string =>
    sh(
      `for i in $(seq ${slots}); do touch ${marks}/running/$AZ_BATCH_TASK_ID.$i; done; ls ${marks}/running | wc -l; echo $AZ_BATCH_TASK_ID >>${marks}/order; sleep 0.05; rm ${marks}/running/$AZ_BATCH_TASK_ID.*`,
    );
  const slots = [2, 2, 1, 3, 1, 1, 1];
  for (const [index, requiredSlots] of slots.entries())
    batch.addTask("j", `t${index}`, script(requiredSlots), { requiredSlots });
  await batch.completed("j", ...slots.map((_, index) => `t${index}`));
  for (const index of slots.keys())
    expect(Number(batch.read("j", `t${index}`, "stdout.txt"))).toBeLessThanOrEqual(3);
  const order = readFileSync(join(marks, "order"), "utf8");
  expect(order.indexOf("t1")).toBeGreaterThan(order.indexOf("t0"));
  expect(order.indexOf("t1")).toBeGreaterThan(order.indexOf("t2"));
});

it("prefers the job of higher priority, and limits the parallel tasks of a job", async () => {
  const batch = await EngineUnderTest.start();
  const marks = createTemporaryFolder();
  batch.addJob("low", "p");
  batch.addJob("high", "p", { priority: 10, maxParallelTasks: 1 });
  const script = sh(`echo $AZ_BATCH_TASK_ID >>${marks}/order; sleep 0.1`);
  for (const id of ["l1", "l2"]) batch.addTask("low", id, script);
  for (const id of ["h1", "h2"]) batch.addTask("high", id, script);
  batch.addPool("p", 1, { taskSlotsPerNode: 1 });
  await batch.completed("high", "h1", "h2");
  await batch.completed("low", "l1", "l2");
  expect(readFileSync(join(marks, "order"), "utf8").split("\n")).toEqual(["h1", "h2", "l1", "l2", ""]);

  batch.addPool("wide", 1, { taskSlotsPerNode: 4 });
  batch.addJob("one-at-a-time", "wide", { maxParallelTasks: 1 });
  const alone = sh(`mkdir ${marks}/alone && sleep 0.05 && rmdir ${marks}/alone`);
  const ids = ["a", "b", "c"];
  for (const id of ids) batch.addTask("one-at-a-time", id, alone);
  await batch.completed("one-at-a-time", ...ids);
  expect(ids.map((id) => batch.task("one-at-a-time", id).run.exitCode)).toEqual([0, 0, 0]);
});

it("makes tasks wait for their dependencies, by ids and by ranges", async () => {
  const batch = await started(4);
  const marks = createTemporaryFolder();
  const script = sh(`cat ${marks}/order; echo $AZ_BATCH_TASK_ID >>${marks}/order`);
  batch.addTask("j", "last", script, { dependsOn: { taskIdRanges: [{ start: 1, end: 2 }], taskIds: ["a"] } });
  batch.addTask("j", "after-last", script, { dependsOn: { taskIds: ["last"] } });
  batch.addTask("j", "1", script);
  batch.addTask("j", "2", script, { dependsOn: { taskIds: ["1"] } });
  batch.addTask("j", "a", script, { dependsOn: { taskIds: ["2"] } });
  await batch.completed("j", "after-last");
  expect(readFileSync(join(marks, "order"), "utf8")).toBe("1\n2\na\nlast\nafter-last\n");
});

it("keeps a task waiting for a failed one, unless the failed one's exit conditions satisfy it", async () => {
  const batch = await started(4);
  batch.addTask("j", "blocks", sh("exit 1"));
  const exitConditions = { exitCodes: [{ code: 1, exitOptions: { dependencyAction: "Satisfy" } }] };
  batch.addTask("j", "satisfies", sh("exit 1"), { exitConditions });
  batch.addTask("j", "blocked", "/bin/true", { dependsOn: { taskIds: ["blocks"] } });
  batch.addTask("j", "free", "/bin/true", { dependsOn: { taskIds: ["satisfies"] } });
  await batch.completed("j", "blocks", "free");
  expect(batch.task("j", "blocked").state).toBe("active");
});

/** What the task has printed first: the id of a process. */
async function firstOutput(batch: EngineUnderTest, taskId: string): Promise<number> {
  await batch.until(() => batch.task("j", taskId).run.process !== undefined);
  const line = await waitUntilTrue(() => /^(\d+)\n/.exec(batch.read("j", taskId, "stdout.txt"))?.[1]);
  return Number(line);
}
