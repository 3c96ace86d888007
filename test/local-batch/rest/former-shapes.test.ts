import { expect, it } from "vitest";

import type { LocalBatch } from "../../../src/local-batch/index.js";
import { sendBatchRequest } from "../support/send-batch-request.js";
import { startTestBatch } from "../support/start-test-batch.js";
import { expectEventually } from "../support/wait.js";
import { poolBody, runTask } from "./pool-and-job.js";

/** How values of an entity are written in the versions that recordings of the service are of. */

async function read(service: LocalBatch, path: string, apiVersion: string): Promise<Record<string, unknown>> {
  return (await sendBatchRequest(service, "GET", path, { apiVersion })).body;
}

it("shows the automatic user as in the version", async () => {
  const service = await startTestBatch();
  await sendBatchRequest(service, "POST", "/pools", {
    body: { ...poolBody("pool", 0), startTask: { commandLine: "true" } },
  });
  await sendBatchRequest(service, "POST", "/jobs", { body: { id: "film", poolInfo: { poolId: "pool" } } });
  const add = (id: string, elevationLevel?: string) =>
    sendBatchRequest(service, "POST", "/jobs/film/tasks", {
      body: {
        id,
        commandLine: "true",
        ...(elevationLevel !== undefined && { userIdentity: { autoUser: { elevationLevel } } }),
      },
    });
  await add("plain");
  await add("admin", "admin");
  const ofTask = async (id: string, version: string): Promise<unknown> =>
    (await read(service, `/jobs/film/tasks/${id}`, version))["userIdentity"];
  expect(await ofTask("plain", "2017-01-01.4.0")).toEqual({
    autoUser: { scope: "task", elevationLevel: "nonadmin" },
  });
  expect(await ofTask("plain", "2019-06-01.9.0")).toEqual({ autoUser: { elevationLevel: "nonadmin" } });
  expect(await ofTask("plain", "2019-08-01.10.0")).toEqual({
    autoUser: { scope: "pool", elevationLevel: "nonadmin" },
  });
  expect(await ofTask("admin", "2025-06-01")).toEqual({
    autoUser: { scope: "pool", elevationLevel: "admin" },
  });
  const ofStartTask = async (version: string): Promise<unknown> =>
    (await read(service, "/pools/pool", version))["startTask"];
  expect(await ofStartTask("2016-07-01.3.1")).toMatchObject({ runElevated: false });
  expect(await ofStartTask("2017-06-01.5.1")).not.toHaveProperty("userIdentity");
  expect(await ofStartTask("2017-09-01.6.0")).toMatchObject({
    userIdentity: { autoUser: { elevationLevel: "nonadmin" } },
  });
});

it("capitalizes results before 2018-08-01.7.0, and counts a node's tasks in all versions", async () => {
  const service = await startTestBatch();
  await runTask(service, { commandLine: "/bin/true" });
  const result = async (version: string): Promise<unknown> =>
    (await read(service, "/jobs/film/tasks/task", version))["executionInfo"];
  expect(await result("2018-03-01.6.1")).toMatchObject({ result: "Success" });
  expect(await result("2018-08-01.7.0")).toMatchObject({ result: "success" });
  await expectEventually(
    async () =>
      (
        await sendBatchRequest(service, "GET", "/pools/pool/nodes", { apiVersion: "2016-02-01.3.0" })
      ).body.value?.map((node) => [node["runningTasksCount"], node["totalTasksSucceeded"]]),
    [[0, 1]],
  );
});

it("shows network and user account properties only in versions that have them", async () => {
  const service = await startTestBatch();
  const endpoint = {
    name: "ssh",
    protocol: "tcp",
    backendPort: 22,
    frontendPortRangeStart: 2000,
    frontendPortRangeEnd: 2100,
    networkSecurityGroupRules: [{ priority: 150, access: "allow", sourceAddressPrefix: "*" }],
  };
  await sendBatchRequest(service, "POST", "/pools", {
    apiVersion: "2022-10-01.16.0",
    body: {
      id: "pool",
      vmSize: "small",
      cloudServiceConfiguration: { osFamily: "4" },
      userAccounts: [{ name: "ada", password: "secret" }],
      networkConfiguration: { endpointConfiguration: { inboundNATPools: [endpoint] } },
    },
  });
  const old = await read(service, "/pools/pool", "2018-08-01.7.0");
  expect(old["userAccounts"]).toEqual([{ name: "ada", elevationLevel: "nonadmin" }]);
  expect(old["networkConfiguration"]).not.toHaveProperty("dynamicVNetAssignmentScope");
  const present = await read(service, "/pools/pool", "2022-10-01.16.0");
  expect(present["userAccounts"]).toMatchObject([{ windowsUserConfiguration: { loginMode: "interactive" } }]);
  expect(present["networkConfiguration"]).toMatchObject({
    dynamicVNetAssignmentScope: "none",
    endpointConfiguration: {
      inboundNATPools: [{ networkSecurityGroupRules: [{ sourcePortRanges: ["*"] }] }],
    },
  });
});

it("returns file properties of the node's operating system", async () => {
  const service = await startTestBatch();
  await runTask(service, { commandLine: "/bin/echo hello" });
  const linux = await sendBatchRequest(service, "GET", "/jobs/film/tasks/task/files/stdout.txt");
  expect(linux.headers.get("ocp-batch-file-mode")).toMatch(/^0o/);
  expect(linux.headers.has("ocp-creation-time")).toBe(false);
  expect(linux.headers.get("content-type")).toBe("text/plain");
  const old = await sendBatchRequest(service, "GET", "/jobs/film/tasks/task/files/stdout.txt", {
    apiVersion: "2017-06-01.5.1",
  });
  expect(old.headers.get("content-type")).toBe("application/octet-stream");
  const virtualMachineConfiguration = {
    imageReference: { publisher: "microsoftwindowsserver", offer: "windowsserver", sku: "2022-datacenter" },
    nodeAgentSKUId: "batch.node.windows amd64",
  };
  await sendBatchRequest(service, "POST", "/pools", {
    body: { ...poolBody("windows", 1), virtualMachineConfiguration },
  });
  const nodes = async (): Promise<readonly Readonly<Record<string, unknown>>[]> =>
    (await sendBatchRequest(service, "GET", "/pools/windows/nodes")).body.value ?? [];
  await expectEventually(async () => (await nodes()).map(({ state }) => state), ["idle"]);
  const [node] = await nodes();
  const folder = await sendBatchRequest(
    service,
    "HEAD",
    `/pools/windows/nodes/${String(node?.["id"])}/files/shared`,
  );
  expect(folder.headers.has("ocp-creation-time")).toBe(true);
  expect(folder.headers.has("ocp-batch-file-mode")).toBe(false);
});

it("fills in the pool of a job after an update, and normalizes durations", async () => {
  const service = await startTestBatch();
  const poolInfo = {
    autoPoolSpecification: {
      poolLifetimeOption: "job",
      pool: { vmSize: "small", cloudServiceConfiguration: { osFamily: "5" } },
    },
  };
  const apiVersion = "2020-09-01.12.0";
  await sendBatchRequest(service, "POST", "/jobs", {
    apiVersion,
    body: {
      id: "film",
      poolInfo,
      jobReleaseTask: { commandLine: "true" },
      jobPreparationTask: { commandLine: "true" },
    },
  });
  await sendBatchRequest(service, "PUT", "/jobs/film", {
    apiVersion,
    body: { poolInfo, constraints: { maxWallClockTime: "P1Y2M3DT90M" } },
  });
  expect(await read(service, "/jobs/film", apiVersion)).toMatchObject({
    constraints: { maxWallClockTime: "P428DT1H30M" },
    jobReleaseTask: { retentionTime: "P7D" },
    poolInfo: {
      autoPoolSpecification: {
        keepAlive: false,
        pool: {
          taskSlotsPerNode: 1,
          targetDedicatedNodes: 0,
          targetLowPriorityNodes: 0,
          cloudServiceConfiguration: { osVersion: "*" },
        },
      },
    },
  });
});

it("names the targets of a formula's results as in the version", async () => {
  const service = await startTestBatch();
  const { targetDedicatedNodes: _, ...body } = poolBody("pool", 0);
  await sendBatchRequest(service, "POST", "/pools", {
    body: { ...body, enableAutoScale: true, autoScaleFormula: "$TargetDedicatedNodes = 0;" },
  });
  const evaluate = async (apiVersion: string): Promise<unknown> =>
    (
      await sendBatchRequest(service, "POST", "/pools/pool/evaluateautoscale", {
        apiVersion,
        body: { autoScaleFormula: "nothing_known" },
      })
    ).body["results"];
  expect(await evaluate("2016-07-01.3.1")).toBe("$TargetDedicated=0;$NodeDeallocationOption=requeue");
  expect(await evaluate("2022-10-01.16.0")).toBe(
    "$TargetDedicatedNodes=0;$TargetLowPriorityNodes=0;$NodeDeallocationOption=requeue",
  );
});
