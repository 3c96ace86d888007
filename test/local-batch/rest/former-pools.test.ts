import { expect, it } from "vitest";

import { sendBatchRequest } from "../support/send-batch-request.js";
import { startTestBatch } from "../support/start-test-batch.js";
import { poolBody } from "./pool-and-job.js";

/** Properties and operations of pools and nodes in the versions that recordings of the service are of. */

const cloudPool = { id: "cloud", vmSize: "small", cloudServiceConfiguration: { osFamily: "4" } };

it("upgrades the operating system of a pool of cloud services until 2018-08-01.7.0", async () => {
  const service = await startTestBatch();
  await sendBatchRequest(service, "POST", "/pools", { apiVersion: "2018-08-01.7.0", body: cloudPool });
  await sendBatchRequest(service, "POST", "/pools", { body: poolBody("machines", 0) });
  const upgrade = (id: string, targetOSVersion: string, apiVersion: string) =>
    sendBatchRequest(service, "POST", `/pools/${id}/upgradeos`, { apiVersion, body: { targetOSVersion } });
  expect(await upgrade("cloud", "*", "2018-08-01.7.0")).toMatchObject({
    status: 400,
    body: { code: "PoolVersionEqualsUpgradeVersion" },
  });
  const release = "WA-GUEST-OS-4.32_201605-01";
  expect((await upgrade("cloud", release, "2016-07-01.3.1")).status).toBe(202);
  const pool = await sendBatchRequest(service, "GET", "/pools/cloud", { apiVersion: "2016-07-01.3.1" });
  expect(pool.body).toMatchObject({ cloudServiceConfiguration: { targetOSVersion: release } });
  expect(await upgrade("machines", release, "2017-09-01.6.0")).toMatchObject({
    status: 409,
    body: { code: "OperationNotValidOnPool" },
  });
  expect(await upgrade("cloud", "*", "2018-12-01.8.0")).toMatchObject({
    status: 400,
    body: { code: "InvalidUri" },
  });
});

it("shows the source ports of a rule since 2019-06-01.9.0, and the caching of a disk as the version writes it", async () => {
  const service = await startTestBatch();
  const { virtualMachineConfiguration: machine, ...machines } = poolBody("machines", 0);
  const rule = { priority: 150, access: "allow", sourceAddressPrefix: "*" };
  const endpoint = {
    name: "rule",
    protocol: "tcp",
    backendPort: 64,
    frontendPortRangeStart: 60000,
    frontendPortRangeEnd: 61000,
    networkSecurityGroupRules: [rule],
  };
  await sendBatchRequest(service, "POST", "/pools", {
    body: {
      ...machines,
      virtualMachineConfiguration: { ...(machine as object), osDisk: { caching: "readwrite" } },
      networkConfiguration: { endpointConfiguration: { inboundNATPools: [endpoint] } },
    },
  });
  const read = async (apiVersion: string): Promise<string> =>
    JSON.stringify((await sendBatchRequest(service, "GET", "/pools/machines", { apiVersion })).body);
  expect(await read("2018-12-01.8.0")).not.toContain("sourcePortRanges");
  expect(await read("2019-06-01.9.0")).toContain('"sourcePortRanges":["*"]');
  expect(await read("2018-08-01.7.0")).toContain('"osDisk":{"caching":"ReadWrite"}');
  expect(await read("2024-02-01.19.0")).toContain('"ephemeralOSDiskSettings":{},"caching":"ReadWrite"');
});

it("requires a subnet of the account's subscription before 2017-05-01.5.0, and Microsoft Entra ID since", async () => {
  const service = await startTestBatch();
  const add = (apiVersion: string) =>
    sendBatchRequest(service, "POST", "/pools", {
      apiVersion,
      body: { ...cloudPool, networkConfiguration: { subnetId: "/subscriptions/other/subnets/one" } },
    });
  expect(await add("2017-01-01.4.0")).toMatchObject({ status: 400, body: { code: "InvalidPropertyValue" } });
  expect(await add("2017-05-01.5.0")).toMatchObject({ status: 403, body: { code: "Forbidden" } });
});

it("counts leaving nodes in the first version with counts, and before 2018-12-01.8.0 the tasks of booted nodes only", async () => {
  const service = await startTestBatch();
  service.faults.delayNodeStarts(3_600_000);
  await sendBatchRequest(service, "POST", "/pools", { body: poolBody("machines", 1) });
  const readNodes = async (apiVersion: string): Promise<readonly unknown[]> =>
    (await sendBatchRequest(service, "GET", "/pools/machines/nodes", { apiVersion })).body[
      "value"
    ] as unknown[];
  await expect.poll(async () => (await readNodes("2018-12-01.8.0")).length, { timeout: 50_000 }).toBe(1);
  expect((await readNodes("2018-12-01.8.0"))[0]).toMatchObject({
    runningTasksCount: 0,
    totalTasksSucceeded: 0,
  });
  const [former] = await readNodes("2018-08-01.7.0");
  expect(former).toMatchObject({ totalTasksRun: 0 });
  expect(former).not.toHaveProperty("runningTasksCount");
  expect(former).not.toHaveProperty("totalTasksSucceeded");
  const counts = await sendBatchRequest(service, "GET", "/nodecounts", { apiVersion: "2018-03-01.6.1" });
  expect(JSON.stringify(counts.body)).toContain('"leavingPool":0');
});
