import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

import { applyChange } from "../../../src/local-batch/state/stamps.js";
import type { NodeRecord } from "../../../src/local-batch/state/records.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";
import { waitUntilTrue } from "../support/wait.js";
import { EngineUnderTest, isAlive, sh } from "./engine-under-test.js";

it("creates the target number of dedicated and spot nodes", async () => {
  const batch = await EngineUnderTest.start();
  batch.addPool("p", 3);
  batch.changePool("p", { targetSpotNodeCount: 1 });
  await batch.until(() => batch.nodes("p").filter(({ state }) => state === "idle").length === 3);
  expect(batch.nodes("p").filter(({ isDedicated }) => isDedicated)).toHaveLength(2);
});

it("resizes a pool: idle nodes go first", async () => {
  const batch = await EngineUnderTest.start();
  batch.addPool("p", 3);
  batch.addJob("j", "p");
  const end = createTemporaryFolder();
  batch.addTask("j", "t", sh(`until test -e ${end}/go; do sleep 0.02; done`));
  const node = await batch.until(() => batch.task("j", "t").node);
  batch.changePool("p", { targetNodeCount: 1 });
  await batch.until(() => batch.nodes("p").length === 1);
  expect(batch.nodes("p")[0]?.id).toBe(node.nodeId);
  batch.changePool("p", { targetNodeCount: 2 });
  await batch.until(() => batch.nodes("p").filter(({ state }) => state === "idle").length === 1);
  writeFileSync(join(end, "go"), "");
  expect((await batch.completed("j", "t")).run).toMatchObject({ exitCode: 0, requeueCount: 0 });
});

it("preempts a node at once, with processes and folder, and runs its tasks again on another one", async () => {
  const batch = await EngineUnderTest.start();
  batch.addPool("p", 1);
  batch.addJob("j", "p");
  const marks = createTemporaryFolder();
  const script = sh(
    `trap "" TERM; echo $$ >>${marks}/runs; test $(wc -l <${marks}/runs) -gt 1 || sleep 1000 & wait`,
  );
  batch.addTask("j", "t", script, { constraints: { maxTaskRetryCount: 5 } });
  const first = await waitUntilTrue(
    () => existsSync(join(marks, "runs")) && Number(readFileSync(join(marks, "runs"), "utf8")),
  );
  const [node] = batch.nodes("p");
  preempt(batch, node);
  const { run, node: second } = await batch.completed("j", "t");
  expect(run).toMatchObject({ exitCode: 0, requeueCount: 1, retryCount: 0 });
  expect(second?.nodeId).not.toBe(node?.id);
  expect(isAlive(first)).toBe(false);
  await batch.until(() => batch.nodes("p").length === 1);
  expect(existsSync(batch.folders.node({ poolId: "p", nodeId: node?.id ?? "" }))).toBe(false);
});

it("deletes a pool with its nodes and their folders; tasks wait for another pool", async () => {
  const batch = await EngineUnderTest.start();
  batch.addPool("p", 2);
  batch.addJob("j", "p");
  batch.addTask("j", "t", sh("sleep 1000"));
  await batch.until(() => batch.task("j", "t").run.process !== undefined);
  batch.changePool("p", { state: "deleting" });
  await batch.until(() => batch.state.pools.get("p") === undefined);
  expect(batch.nodes("p")).toEqual([]);
  expect(readdirSync(join(batch.folder, "nodes/p"))).toEqual([]);
  expect(batch.task("j", "t")).toMatchObject({ state: "active", run: { requeueCount: 1 } });
});

it("runs the start task before any other, in its own folder, and retries it", async () => {
  const batch = await EngineUnderTest.start();
  const marks = createTemporaryFolder();
  const commandLine = sh(`echo x >>${marks}/runs; env; pwd -P; test $(wc -l <${marks}/runs) -ge 3`);
  batch.addPool("p", 1, { startTask: { commandLine, maxTaskRetryCount: 5 } });
  batch.addJob("j", "p");
  batch.addTask("j", "t", sh(`cat ${marks}/runs; cat $AZ_BATCH_NODE_STARTUP_DIR/stdout.txt`));
  await batch.completed("j", "t");
  const [node] = batch.nodes("p");
  expect(node?.startTask).toMatchObject({ exitCode: 0, retryCount: 2, result: "success" });
  const output = batch.read("j", "t", "stdout.txt");
  const startup = batch.folders.startup({ poolId: "p", nodeId: node?.id ?? "" });
  expect(output).toContain("x\nx\nx\n");
  expect(output).toContain(`AZ_BATCH_TASK_DIR=${startup}\n`);
  expect(output).toContain(`\n${join(startup, "wd")}\n`);
  expect(output).not.toContain("AZ_BATCH_TASK_ID");
});

it("runs no task on a node whose start task failed", async () => {
  const batch = await EngineUnderTest.start();
  batch.addPool("p", 1, { startTask: { commandLine: sh("exit 4"), waitForSuccess: true } });
  batch.addJob("j", "p");
  batch.addTask("j", "t", "/bin/true");
  const node = await batch.until(() => batch.nodes("p").find(({ state }) => state === "starttaskfailed"));
  expect(node.startTask).toMatchObject({ exitCode: 4, failureInfo: { code: "FailureExitCode" } });
  expect(batch.task("j", "t").state).toBe("active");
});

it("does not wait for a start task that need not succeed", async () => {
  const batch = await EngineUnderTest.start();
  const marks = createTemporaryFolder();
  const commandLine = sh(`until test -e ${marks}/task; do sleep 0.02; done; exit 4`);
  batch.addPool("p", 1, { startTask: { commandLine, waitForSuccess: false } });
  batch.addJob("j", "p");
  batch.addTask("j", "t", sh(`touch ${marks}/task`));
  await batch.completed("j", "t");
  await batch.until(() => batch.nodes("p")[0]?.startTask?.endTime !== undefined);
  expect(batch.nodes("p")[0]?.startTask).toMatchObject({ exitCode: 4 });
  await batch.until(() => batch.nodes("p")[0]?.state === "idle");
});

it("leaves no process when the service is stopped, and runs the interrupted tasks again", async () => {
  const folder = createTemporaryFolder();
  const marks = createTemporaryFolder();
  const before = await EngineUnderTest.start({}, folder);
  before.addPool("p", 1, { taskSlotsPerNode: 2 });
  before.addJob("j", "p");
  before.addTask("j", "done", "/bin/true");
  before.addTask("j", "t", sh(`test -e ${marks}/pid && exit; echo $$ >${marks}/pid; sleep 1000 & wait`));
  await before.completed("j", "done");
  const first = await waitUntilTrue(
    () => existsSync(join(marks, "pid")) && Number(readFileSync(join(marks, "pid"), "utf8")),
  );
  await before.stop();
  expect(isAlive(first)).toBe(false);

  const after = await EngineUnderTest.start({}, folder);
  const { run } = await after.completed("j", "t");
  expect(run).toMatchObject({ exitCode: 0, requeueCount: 1, retryCount: 0 });
  expect(after.task("j", "done").run.requeueCount).toBe(0);
});

function preempt({ state }: EngineUnderTest, node: NodeRecord | undefined): void {
  if (node) state.nodes.put(applyChange(node, { state: "preempted" }));
}
