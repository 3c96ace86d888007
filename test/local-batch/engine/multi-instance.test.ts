import { expect, it } from "vitest";

import type { LocalBatch } from "../../../src/local-batch/index.js";
import { contractVersions } from "../contract/contract.js";
import { poolBody } from "../rest/pool-and-job.js";
import { sendBatchRequest } from "../support/send-batch-request.js";
import { startTestBatch } from "../support/start-test-batch.js";
import { expectEventually } from "../support/wait.js";

const path = "/jobs/film/tasks/mpi";

async function read(service: LocalBatch, of: string, apiVersion?: string): Promise<Record<string, unknown>> {
  return (await sendBatchRequest(service, "GET", of, apiVersion === undefined ? {} : { apiVersion })).body;
}

async function add(
  nodeCount: number,
  coordinationCommandLine: string,
  commandLine: string,
  numberOfInstances = 3,
): Promise<LocalBatch> {
  const service = await startTestBatch();
  const body = { ...poolBody("pool", nodeCount), enableInterNodeCommunication: true };
  await sendBatchRequest(service, "POST", "/pools", { body });
  await sendBatchRequest(service, "POST", "/jobs", { body: { id: "film", poolInfo: { poolId: "pool" } } });
  const multiInstanceSettings = { numberOfInstances, coordinationCommandLine };
  const task = { id: "mpi", commandLine, multiInstanceSettings };
  const { status, text } = await sendBatchRequest(service, "POST", "/jobs/film/tasks", { body: task });
  expect([status, text]).toEqual([201, ""]);
  return service;
}

async function subtasks(
  service: LocalBatch,
  apiVersion?: string,
): Promise<readonly Record<string, unknown>[]> {
  return (await read(service, `${path}/subtasksinfo`, apiVersion))["value"] as readonly Record<
    string,
    unknown
  >[];
}

it.each(contractVersions)(
  "runs the coordination command on every node, then the command on one of them, with %s",
  async (version) => {
    const service = await add(
      3,
      "/bin/sh -c 'echo $AZ_BATCH_IS_CURRENT_NODE_MASTER $AZ_BATCH_NODE_ID'",
      "/bin/sh -c 'echo $AZ_BATCH_HOST_LIST $AZ_BATCH_MASTER_NODE $CCP_NODES $AZ_BATCH_IS_CURRENT_NODE_MASTER; echo $AZ_BATCH_TASK_SHARED_DIR >&2'",
    );
    await expectEventually(async () => (await read(service, path, version))["state"], "completed");
    const task = await read(service, path, version);
    expect(task["executionInfo"]).toMatchObject({ exitCode: 0, result: "success" });
    expect((await sendBatchRequest(service, "GET", `${path}/files/stdout.txt`)).text).toBe(
      "127.0.0.1,127.0.0.1,127.0.0.1 127.0.0.1:6000 3 127.0.0.1 1 127.0.0.1 1 127.0.0.1 1 true\n",
    );
    await expectEventually(
      async () => (await subtasks(service, version)).map(({ state }) => state),
      ["completed", "completed"],
    );
    const listed = await subtasks(service, version);
    expect(listed).toMatchObject([
      { id: 1, exitCode: 0, result: "success", previousState: "running" },
      { id: 2, exitCode: 0, result: "success", previousState: "running" },
    ]);
    const nodes = [task, ...listed].map(
      ({ nodeInfo }) => nodeInfo as { nodeId: string; taskRootDirectory: string },
    );
    expect(new Set(nodes.map(({ nodeId }) => nodeId)).size).toBe(3);
    expect(nodes[1]?.taskRootDirectory).toBe("workitems/film/job-1/mpi/1");
    const { nodeId = "" } = nodes[1] ?? {};
    const output = `/pools/pool/nodes/${nodeId}/files/workitems/film/job-1/mpi/1/stdout.txt`;
    expect((await sendBatchRequest(service, "GET", output)).text).toBe(`false ${nodeId}\n`);
  },
);

it("waits until there is a node for each instance", async () => {
  const service = await add(2, "/bin/true", "/bin/true");
  await expectEventually(async () => (await read(service, "/pools/pool"))["currentDedicatedNodes"], 2);
  expect((await read(service, path))["state"]).toBe("active");
  await expectEventually(async () => (await read(service, "/pools/pool"))["allocationState"], "steady");
  await sendBatchRequest(service, "POST", "/pools/pool/resize", { body: { targetDedicatedNodes: 3 } });
  await expectEventually(async () => (await read(service, path))["state"], "completed");
});

it("does not run its command if a coordination command fails", async () => {
  const service = await add(
    2,
    "/bin/sh -c 'test $AZ_BATCH_IS_CURRENT_NODE_MASTER = true'",
    "/bin/touch ran",
    2,
  );
  await expectEventually(async () => (await read(service, path))["state"], "completed");
  expect((await read(service, path))["executionInfo"]).toMatchObject({
    result: "failure",
    failureInfo: { code: "FailureExitCode" },
  });
  await expectEventually(
    async () => (await subtasks(service)).map(({ exitCode, result }) => [exitCode, result]),
    [[1, "failure"]],
  );
  expect((await sendBatchRequest(service, "HEAD", `${path}/files/wd/ran`)).status).toBe(404);
});

it("is queued again as a whole when one of its nodes is lost", async () => {
  const service = await add(2, "/bin/true", "/bin/sleep 1000", 2);
  await expectEventually(async () => (await read(service, path))["state"], "running");
  const [subtask] = await subtasks(service);
  const { nodeId } = subtask?.["nodeInfo"] as { nodeId: string };
  await service.preemptNode("pool", nodeId);
  await expectEventually(async () => {
    const [next] = await subtasks(service);
    const { nodeId: now } = (next?.["nodeInfo"] ?? {}) as { nodeId?: string };
    return (await read(service, path))["state"] === "running" && now !== nodeId;
  }, true);
  expect((await read(service, path))["executionInfo"]).toMatchObject({ requeueCount: 1 });
  await sendBatchRequest(service, "POST", `${path}/terminate`);
  await expectEventually(async () => {
    const { value = [] } = (await sendBatchRequest(service, "GET", "/pools/pool/nodes")).body;
    return value.map(({ state }) => state);
  }, ["idle", "idle"]);
});

it("a task that runs on one node has no subtasks", async () => {
  const service = await startTestBatch();
  await sendBatchRequest(service, "POST", "/pools", { body: poolBody("pool", 0) });
  await sendBatchRequest(service, "POST", "/jobs", { body: { id: "film", poolInfo: { poolId: "pool" } } });
  await sendBatchRequest(service, "POST", "/jobs/film/tasks", {
    body: { id: "mpi", commandLine: "/bin/true" },
  });
  expect(await subtasks(service)).toEqual([]);
});
