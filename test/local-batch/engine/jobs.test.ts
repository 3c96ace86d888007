import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

import { createTemporaryFolder } from "../../support/create-temporary-folder.js";
import { EngineUnderTest, isAlive, sh } from "./engine-under-test.js";

async function withPool(nodeCount = 1, slots = 2): Promise<EngineUnderTest> {
  const batch = await EngineUnderTest.start();
  batch.addPool("p", nodeCount, { taskSlotsPerNode: slots });
  return batch;
}

it("completes a job when all its tasks are completed, including failed ones", async () => {
  const batch = await withPool();
  batch.addJob("j", "p");
  batch.addTask("j", "a", "/bin/true");
  batch.addTask("j", "b", "/bin/false");
  batch.changeJob("j", { given: { ...batch.job("j").given, onAllTasksComplete: "terminatejob" } });
  const job = await batch.jobCompleted("j");
  expect(job.terminateReason).toBe("AllTasksComplete");
  expect(job.endTime).toBeDefined();
  expect(batch.task("j", "b").run.exitCode).toBe(1);
});

it.each([
  ["terminate", "completed", "TaskFailed"],
  ["disable", "disabled", undefined],
  ["none", "active", undefined],
] as const)("applies the job action of a task's exit condition: %s", async (jobAction, state, reason) => {
  const batch = await withPool();
  batch.addJob("j", "p", { onTaskFailure: "performExitOptionsJobAction" });
  const exitConditions = { exitCodes: [{ code: 3, exitOptions: { jobAction } }] };
  batch.addTask("j", "t", sh("exit 3"), { exitConditions });
  await batch.completed("j", "t");
  const job = await batch.until(() => batch.job("j").state === state && batch.job("j"));
  expect(job.terminateReason).toBe(reason);
});

it("does nothing to a job with failed tasks unless onTaskFailure is set", async () => {
  const batch = await withPool();
  batch.addJob("j", "p");
  const exitConditions = { default: { jobAction: "terminate" } };
  batch.addTask("j", "t", "/bin/false", { exitConditions });
  await batch.completed("j", "t");
  batch.addTask("j", "u", "/bin/true");
  await batch.completed("j", "u");
  expect(batch.job("j").state).toBe("active");
});

it("terminates a job: running tasks are ended, waiting tasks do not change", async () => {
  const batch = await withPool(1, 1);
  batch.addJob("j", "p");
  batch.addTask("j", "runs", sh("echo $$; sleep 1000 & wait"));
  batch.addTask("j", "waits", "/bin/true");
  await batch.until(() => batch.task("j", "runs").run.process !== undefined);
  batch.changeJob("j", { state: "terminating", terminateReason: "UserTerminate" });
  const job = await batch.jobCompleted("j");
  expect(job.terminateReason).toBe("UserTerminate");
  expect(batch.task("j", "runs")).toMatchObject({
    state: "completed",
    run: { result: "failure", failureInfo: { code: "TaskEnded" } },
  });
  expect(batch.task("j", "waits").state).toBe("active");
});

it("ends a job after its maximum time", async () => {
  const batch = await withPool();
  batch.addJob("j", "p", { constraints: { maxWallClockTime: "PT0.4S" } });
  batch.addTask("j", "t", sh("sleep 1000"));
  const job = await batch.jobCompleted("j");
  expect(job.terminateReason).toBe("MaxWallClockTimeExpiry");
  expect(batch.task("j", "t").run.failureInfo?.code).toBe("TaskEnded");
});

it("deletes a job with its tasks and their files", async () => {
  const batch = await withPool();
  batch.addJob("j", "p");
  batch.addTask("j", "done", "/bin/true");
  batch.addTask("j", "runs", sh("sleep 1000"));
  await batch.completed("j", "done");
  const { process } = await batch.until(() => {
    const { run } = batch.task("j", "runs");
    return run.process !== undefined && run;
  });
  const folder = batch.taskFolder("j", "done");
  batch.changeJob("j", { state: "deleting" });
  await batch.until(() => batch.state.jobs.get("j") === undefined);
  expect(batch.state.tasks.countOf("j")).toBe(0);
  expect(existsSync(folder)).toBe(false);
  expect(isAlive(process?.id ?? 0)).toBe(false);
});

it.each([
  ["requeue", { state: "active", run: { requeueCount: 1 } }],
  ["terminate", { state: "completed", run: { failureInfo: { code: "TaskEnded" } } }],
] as const)(
  "disables a job and applies disableTasks to running tasks: %s",
  async (disableTasks, expected) => {
    const batch = await withPool();
    batch.addJob("j", "p");
    batch.addTask("j", "t", sh("sleep 1000"));
    await batch.until(() => batch.task("j", "t").run.process !== undefined);
    batch.changeJob("j", { state: "disabling", disableTasks });
    await batch.until(() => batch.job("j").state === "disabled");
    expect(batch.task("j", "t")).toMatchObject(expected);
  },
);

it("disables a job after its running tasks have ended, and runs the others when it is enabled", async () => {
  const batch = await withPool(1, 1);
  const end = createTemporaryFolder();
  batch.addJob("j", "p");
  batch.addTask("j", "runs", sh(`until test -e ${end}/go; do sleep 0.02; done`));
  batch.addTask("j", "waits", "/bin/true");
  await batch.until(() => batch.task("j", "runs").run.process !== undefined);
  batch.changeJob("j", { state: "disabling", disableTasks: "wait" });
  writeFileSync(join(end, "go"), "");
  await batch.until(() => batch.job("j").state === "disabled");
  expect(batch.task("j", "runs").run.exitCode).toBe(0);
  expect(batch.task("j", "waits").state).toBe("active");
  batch.changeJob("j", { state: "enabling" });
  await batch.completed("j", "waits");
  expect(batch.job("j").state).toBe("active");
});

it("adds the job manager task once, runs it alone on its node, and ends the job with it", async () => {
  const batch = await withPool(1, 2);
  const end = createTemporaryFolder();
  const commandLine = sh(`until test -e ${end}/go; do sleep 0.02; done; echo $AZ_BATCH_TASK_ID`);
  batch.addJob("j", "p", { jobManagerTask: { id: "manager", commandLine } });
  await batch.until(() => batch.state.tasks.get("j", "manager")?.run.process !== undefined);
  batch.addTask("j", "other", "/bin/true");
  await batch.until(() => batch.nodes("p")[0]?.state === "running");
  expect(batch.task("j", "other").state).toBe("active");
  writeFileSync(join(end, "go"), "");
  const job = await batch.jobCompleted("j");
  expect(job.terminateReason).toBe("JMComplete");
  expect(batch.read("j", "manager", "stdout.txt")).toBe("manager\n");
});

it("follows killJobOnCompletion and runExclusive of a job manager task", async () => {
  const batch = await withPool(1, 2);
  const end = createTemporaryFolder();
  const commandLine = sh(`until test -e ${end}/go; do sleep 0.02; done`);
  const jobManagerTask = { id: "manager", commandLine, killJobOnCompletion: false, runExclusive: false };
  batch.addJob("j", "p", { jobManagerTask });
  batch.addTask("j", "beside", sh(`touch ${end}/go`));
  await batch.completed("j", "manager", "beside");
  batch.addTask("j", "after", "/bin/true");
  await batch.completed("j", "after");
  expect(batch.job("j").state).toBe("active");
});

it("prepares each node for a job once, before its tasks, and releases it at the end", async () => {
  const batch = await withPool(1, 2);
  const marks = createTemporaryFolder();
  const mark = (what: string): string => sh(`echo ${what} >>${marks}/order; pwd -P`);
  batch.addJob("j", "p", {
    jobPreparationTask: { id: "jobpreparation", commandLine: mark("prepared") },
    jobReleaseTask: { id: "jobrelease", commandLine: mark("released $AZ_BATCH_JOB_PREP_DIR") },
  });
  batch.addTask("j", "a", sh(`echo task >>${marks}/order; echo $AZ_BATCH_JOB_PREP_WORKING_DIR`));
  batch.addTask("j", "b", sh(`echo task >>${marks}/order`));
  await batch.completed("j", "a", "b");
  const [node] = batch.nodes("p");
  const address = { poolId: "p", nodeId: node?.id ?? "" };
  const preparation = batch.folders.task(address, "j", "jobpreparation");
  expect(batch.read("j", "a", "stdout.txt")).toBe(`${join(preparation, "wd")}\n`);
  batch.changeJob("j", { state: "terminating" });
  await batch.jobCompleted("j");
  expect(readFileSync(join(marks, "order"), "utf8")).toBe(`prepared\ntask\ntask\nreleased ${preparation}\n`);
  expect(batch.state.jobNodes.get("j", "p", address.nodeId)).toMatchObject({
    preparation: { state: "completed", result: "success", exitCode: 0 },
    release: { state: "completed", result: "success", exitCode: 0 },
  });
});

it("does not wait for a preparation that need not succeed", async () => {
  const batch = await withPool();
  const marks = createTemporaryFolder();
  const commandLine = sh(`until test -e ${marks}/task; do sleep 0.02; done; exit 4`);
  const jobPreparationTask = { id: "jobpreparation", commandLine, waitForSuccess: false };
  batch.addJob("j", "p", { jobPreparationTask });
  batch.addTask("j", "t", sh(`touch ${marks}/task`));
  await batch.completed("j", "t");
  const preparation = await batch.until(() => {
    const [record] = batch.state.jobNodes.of("j");
    return record?.preparation?.state === "completed" && record.preparation;
  });
  expect(preparation).toMatchObject({ result: "failure", exitCode: 4 });
});

it("runs no tasks of the job, but those of other jobs, on a node where the preparation failed", async () => {
  const batch = await withPool();
  batch.addJob("j", "p", { jobPreparationTask: { id: "jobpreparation", commandLine: "/bin/false" } });
  batch.addJob("other", "p");
  batch.addTask("j", "t", "/bin/true");
  await batch.until(() => [...batch.state.jobNodes.of("j")][0]?.preparation?.state === "completed");
  batch.addTask("other", "t", "/bin/true");
  await batch.completed("other", "t");
  await batch.until(() => batch.task("j", "t").state === "active");
  expect([...batch.state.jobNodes.of("j")][0]?.preparation).toMatchObject({ result: "failure", exitCode: 1 });
});
