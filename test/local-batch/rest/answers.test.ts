import { expect, it } from "vitest";

import { sendBatchRequest } from "../support/send-batch-request.js";
import { startTestBatch } from "../support/start-test-batch.js";
import { expectEventually } from "../support/wait.js";
import { addIdleJob, poolBody, runTask } from "./pool-and-job.js";

it("fills in defaults and writes a pool as the service does", async () => {
  const service = await startTestBatch();
  await sendBatchRequest(service, "POST", "/pools", {
    body: {
      ...poolBody("pool", 0),
      vmSize: "Standard_D2s_v3",
      virtualMachineConfiguration: {
        imageReference: { publisher: "canonical", offer: "ubuntu-24_04-lts", sku: "server" },
        nodeAgentSKUId: "batch.node.ubuntu 24.04",
        dataDisks: [{ lun: 0, diskSizeGB: 10 }],
      },
      networkConfiguration: { publicIPAddressConfiguration: { provision: "batchmanaged" } },
      startTask: { commandLine: "true" },
      userAccounts: [{ name: "anna", password: "secret-1" }],
    },
  });
  const { body, text } = await sendBatchRequest(service, "GET", "/pools/pool");
  expect(body).toMatchObject({
    vmSize: "standard_d2s_v3",
    taskSchedulingPolicy: { nodeFillType: "Spread" },
    virtualMachineConfiguration: {
      imageReference: { version: "latest" },
      dataDisks: [{ lun: 0, diskSizeGB: 10, caching: "none", storageAccountType: "standard_lrs" }],
    },
    networkConfiguration: { dynamicVNetAssignmentScope: "none" },
    startTask: {
      userIdentity: { autoUser: { scope: "pool", elevationLevel: "nonadmin" } },
      maxTaskRetryCount: 0,
      waitForSuccess: true,
    },
    userAccounts: [{ name: "anna", elevationLevel: "nonadmin" }],
  });
  expect(text).not.toContain("secret-1");
});

it("keeps a task's ETag while the service runs it, so that a conditional change works", async () => {
  const service = await startTestBatch();
  await sendBatchRequest(service, "POST", "/pools", { body: poolBody("pool", 1) });
  await sendBatchRequest(service, "POST", "/jobs", { body: { id: "film", poolInfo: { poolId: "pool" } } });
  const body = { id: "task", commandLine: "/bin/sleep 1000" };
  const added = await sendBatchRequest(service, "POST", "/jobs/film/tasks", { body });
  const eTag = added.headers.get("etag") ?? "";
  const task = "/jobs/film/tasks/task";
  await expectEventually(async () => (await sendBatchRequest(service, "GET", task)).body["state"], "running");
  expect((await sendBatchRequest(service, "GET", task)).headers.get("etag")).toBe(eTag);
  const update = { headers: { "if-match": eTag }, body: { constraints: { maxTaskRetryCount: 1 } } };
  expect((await sendBatchRequest(service, "PUT", task, update)).status).toBe(200);
  const outdated = await sendBatchRequest(service, "PUT", task, update);
  expect(outdated).toMatchObject({ status: 412, body: { code: "ConditionNotMet" } });
  expect(outdated.body).not.toHaveProperty("values");
});

it("forgets where a task ran when it is reactivated", async () => {
  const service = await startTestBatch();
  await runTask(service, { commandLine: "false" });
  await sendBatchRequest(service, "POST", "/pools/pool/resize", { body: { targetDedicatedNodes: 0 } });
  await expectEventually(
    async () => (await sendBatchRequest(service, "GET", "/pools/pool/nodes")).body.value,
    [],
  );
  await sendBatchRequest(service, "POST", "/jobs/film/tasks/task/reactivate");
  const { body } = await sendBatchRequest(service, "GET", "/jobs/film/tasks/task");
  expect(body).toMatchObject({ state: "active", executionInfo: { retryCount: 0, requeueCount: 0 } });
  expect(body).not.toHaveProperty("nodeInfo");
});

it("counts the completed tasks of a node, and shows the last ones", async () => {
  const service = await startTestBatch();
  await runTask(service, { commandLine: "true" });
  const { body } = await sendBatchRequest(service, "GET", "/pools/pool/nodes");
  expect(body.value).toMatchObject([
    {
      totalTasksRun: 1,
      totalTasksSucceeded: 1,
      recentTasks: [
        {
          taskUrl: `${service.endpoint}/jobs/film/tasks/task`,
          jobId: "film",
          taskId: "task",
          taskState: "completed",
          executionInfo: { exitCode: 0, result: "success" },
        },
      ],
      endpointConfiguration: { inboundEndpoints: [{ name: "SSHRule.0", backendPort: 22 }] },
    },
  ]);
});

it("returns DataServiceId for an action, and not for a deletion", async () => {
  const service = await startTestBatch();
  await addIdleJob(service);
  const disabled = await sendBatchRequest(service, "POST", "/jobs/film/disable", {
    body: { disableTasks: "requeue" },
  });
  expect(disabled.headers.get("dataserviceid")).toBe(`${service.endpoint}/jobs/film/disable`);
  const deleted = await sendBatchRequest(service, "DELETE", "/jobs/film");
  expect(deleted.headers.has("dataserviceid")).toBe(false);
});

it("rejects what the service rejects: subnets with a shared key, unknown images, unknown packages", async () => {
  const service = await startTestBatch();
  const subnetId =
    "/subscriptions/s/resourceGroups/r/providers/Microsoft.Network/virtualNetworks/v/subnets/s";
  const image = "/subscriptions/s/resourceGroups/r/providers/Microsoft.Compute/images/mine";
  const cases: readonly (readonly [Record<string, unknown>, number, string])[] = [
    [{ networkConfiguration: { subnetId } }, 403, "Forbidden"],
    [
      { virtualMachineConfiguration: { imageReference: { virtualMachineImageId: image } } },
      400,
      "InvalidPropertyValue",
    ],
    [
      { applicationPackageReferences: [{ applicationId: "blender" }] },
      409,
      "InvalidApplicationPackageReferences",
    ],
  ];
  for (const [more, status, code] of cases) {
    const { status: answered, body } = await sendBatchRequest(service, "POST", "/pools", {
      body: { ...poolBody("pool", 0), ...more },
    });
    expect([answered, body.code]).toEqual([status, code]);
  }
});

it("reports in a task's failure that there is no Windows shell", async () => {
  const service = await startTestBatch();
  await runTask(service, { commandLine: "cmd /c echo hello" });
  const { text } = await sendBatchRequest(service, "GET", "/jobs/film/tasks/task");
  expect(text).toContain("CommandProgramNotFound");
  expect(text).toContain("cmd and powershell are shells of Windows");
});

it("fails a Windows program with a message if the start task fails first, and keeps a Linux program waiting", async () => {
  const service = await startTestBatch();
  const startTask = { commandLine: "cmd.exe /c setup.exe", waitForSuccess: true };
  const pool = { ...poolBody("pool", 1), startTask };
  await sendBatchRequest(service, "POST", "/pools", { body: pool });
  const jobManagerTask = { id: "manager", commandLine: "cmd.exe /c python program.py" };
  await sendBatchRequest(service, "POST", "/jobs", {
    body: { id: "film", poolInfo: { poolId: "pool" }, jobManagerTask },
  });
  await sendBatchRequest(service, "POST", "/jobs", { body: { id: "other", poolInfo: { poolId: "pool" } } });
  await sendBatchRequest(service, "POST", "/jobs/other/tasks", { body: { id: "t", commandLine: "true" } });
  const read = async (path: string): Promise<Record<string, unknown>> =>
    (await sendBatchRequest(service, "GET", path)).body;
  await expectEventually(async () => (await read("/jobs/film"))["state"], "completed");
  const manager = await read("/jobs/film/tasks/manager");
  expect(manager).toMatchObject({
    state: "completed",
    executionInfo: { result: "failure", failureInfo: { code: "CommandProgramNotFound" } },
  });
  expect(JSON.stringify(manager)).toContain("cmd and powershell are shells of Windows");
  expect(await read("/jobs/other/tasks/t")).toMatchObject({ state: "active" });
});
