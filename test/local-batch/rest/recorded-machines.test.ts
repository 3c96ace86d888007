import { expect, it } from "vitest";

import { startTestBatch } from "../support/start-test-batch.js";
import { sendBatchRequest } from "../support/send-batch-request.js";
import { poolBody } from "./pool-and-job.js";

/** The answers of this file are those of Azure's own recordings, of 2017 to 2025. */

const ubuntu = { publisher: "canonical", offer: "ubuntu-24_04-lts", sku: "server" };

function poolOf(image: object, others: object = {}): object {
  return {
    id: "pool",
    vmSize: "standard_d2s_v3",
    virtualMachineConfiguration: {
      imageReference: image,
      nodeAgentSKUId: "batch.node.ubuntu 24.04",
      ...others,
    },
  };
}

it("refuses sizes, images, containers and users that Azure has no machines for", async () => {
  const service = await startTestBatch();
  const refuse = async (body: object, apiVersion = "2025-06-01"): Promise<unknown> => {
    const answer = await sendBatchRequest(service, "POST", "/pools", { body, apiVersion });
    expect(answer.status).toBe(400);
    return { code: answer.body["code"], values: answer.body["values"] };
  };
  const refusalOf = (property: string, ...values: readonly (readonly [string, string])[]): object => ({
    code: "InvalidPropertyValue",
    values: [["PropertyName", property], ...values].map(([key, value]) => ({ key, value })),
  });
  const reason = "The value provided for one of the properties in the request body is invalid.";
  expect(await refuse({ ...poolOf(ubuntu), vmSize: "thisisinvalid" })).toEqual(
    refusalOf("vmSize", ["PropertyValue", "thisisinvalid"], ["Reason", reason]),
  );
  const unknown = "The specified imageReference with publisher a offer b sku c is not supported.";
  expect(await refuse(poolOf({ publisher: "a", offer: "b", sku: "c" }))).toEqual(
    refusalOf("imageReference", ["Reason", unknown]),
  );
  const containers = { containerConfiguration: { type: "dockerCompatible" } };
  const without =
    "The specified imageReference with publisher canonical offer ubuntu-24_04-lts sku server does not support container feature.";
  expect(await refuse(poolOf(ubuntu, containers), "2020-03-01.11.0")).toEqual(
    refusalOf("containerConfiguration", ["Reason", without]),
  );
  const account = { name: "anna", password: "pw", windowsUserConfiguration: { loginMode: "batch" } };
  expect(await refuse({ ...poolOf(ubuntu), userAccounts: [account] })).toEqual(
    refusalOf("windowsUserConfiguration", [
      "Reason",
      "The user configuration for user account 'anna' has a mismatch with the OS (Windows/Linux) configuration specified in VirtualMachineConfiguration",
    ]),
  );
  const added = await sendBatchRequest(service, "POST", "/pools", { body: poolOf(ubuntu, containers) });
  expect(added.status).toBe(201);
});

it("refuses the pool of a job with an image that Azure does not have", async () => {
  const service = await startTestBatch();
  const { id: _, ...pool } = poolOf({ publisher: "a", offer: "b", sku: "c" }) as { id: string };
  const { status, body } = await sendBatchRequest(service, "POST", "/jobs", {
    body: { id: "film", poolInfo: { autoPoolSpecification: { poolLifetimeOption: "job", pool } } },
  });
  expect([status, body["code"]]).toEqual([400, "InvalidPropertyValue"]);
});

it("takes an offer that it does not know, because publishers add offers every year", async () => {
  const service = await startTestBatch();
  const pool = poolOf({ publisher: "canonical", offer: "offer-of-2030", sku: "server" });
  const { status } = await sendBatchRequest(service, "POST", "/pools", { body: pool });
  expect(status).toBe(201);
});

it("refuses what Azure has retired from the version on that is recorded without it", async () => {
  const service = await startTestBatch();
  const pool = { id: "pool", vmSize: "small", cloudServiceConfiguration: { osFamily: "6" } };
  const add = (id: string, apiVersion: string) =>
    sendBatchRequest(service, "POST", "/pools", { body: { ...pool, id }, apiVersion });
  expect((await add("one", "2023-11-01.18.0")).status).toBe(201);
  const refused = await add("two", "2024-02-01.19.0");
  expect([refused.status, refused.body["code"]]).toEqual([400, "CloudServiceConfigurationRetired"]);
  const usage = (apiVersion: string) => sendBatchRequest(service, "GET", "/poolusagemetrics", { apiVersion });
  expect((await usage("2023-11-01.18.0")).status).toBe(200);
  const retired = await usage("2024-02-01.19.0");
  expect([retired.status, retired.body["code"]]).toEqual([400, "PoolUsageMetricAPIRetired"]);
});

it("takes whole numbers as text, as the Azure CLI sends them, and answers with numbers", async () => {
  const service = await startTestBatch();
  const osDisk = { diskSizeGB: "100" };
  const body = { ...poolOf(ubuntu, { osDisk }), targetDedicatedNodes: "0", taskSlotsPerNode: "2" };
  expect((await sendBatchRequest(service, "POST", "/pools", { body })).status).toBe(201);
  const pool = (await sendBatchRequest(service, "GET", "/pools/pool")).body;
  expect(pool).toMatchObject({
    targetDedicatedNodes: 0,
    taskSlotsPerNode: 2,
    virtualMachineConfiguration: { osDisk: { diskSizeGB: 100 } },
  });
  for (const targetDedicatedNodes of ["", " 1", "1e3", "0x1", "99999999999", "1.5"]) {
    const resize = { body: { targetDedicatedNodes } };
    expect((await sendBatchRequest(service, "POST", "/pools/pool/resize", resize)).status).toBe(400);
  }
});

it("shows empty lists of certificates as the version does", async () => {
  const service = await startTestBatch();
  const add = (id: string, apiVersion: string) =>
    sendBatchRequest(service, "POST", "/pools", { body: { ...poolBody(id, 0), id }, apiVersion });
  await add("former", "2023-11-01.18.0");
  await add("recent", "2024-02-01.19.0");
  const shown = async (id: string, apiVersion: string): Promise<unknown> =>
    (await sendBatchRequest(service, "GET", `/pools/${id}`, { apiVersion })).body["certificateReferences"];
  expect(await shown("former", "2024-02-01.19.0")).toBeUndefined();
  expect(await shown("recent", "2024-02-01.19.0")).toEqual([]);
  expect(await shown("recent", "2025-06-01")).toBeUndefined();
});
