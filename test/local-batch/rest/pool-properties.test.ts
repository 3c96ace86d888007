import { expect, it } from "vitest";

import { sendBatchRequest } from "../support/send-batch-request.js";
import { startTestBatch } from "../support/start-test-batch.js";
import { expectEventually } from "../support/wait.js";
import { poolBody } from "./pool-and-job.js";

/** Defaults and spellings of pools and their nodes, as in recordings of the service. */

it("accepts a pool with mounts without its keys, and reports on its nodes that nothing is mounted", async () => {
  const service = await startTestBatch();
  const share = { accountName: "account", relativeMountPath: "share" };
  const mounts = [
    { azureBlobFileSystemConfiguration: { ...share, containerName: "films", sasKey: "?sig=secret" } },
    {
      azureFileShareConfiguration: {
        ...share,
        azureFileUrl: "https://account.file.core.windows.net/s",
        accountKey: "secret",
      },
    },
    {
      cifsMountConfiguration: {
        username: "anna",
        password: "secret",
        source: "//server/s",
        relativeMountPath: "s",
      },
    },
  ];
  const body = { ...poolBody("pool", 1), mountConfiguration: mounts };
  expect((await sendBatchRequest(service, "POST", "/pools", { body })).status).toBe(201);
  const { body: pool, text } = await sendBatchRequest(service, "GET", "/pools/pool");
  expect(pool["mountConfiguration"]).toEqual([
    { azureBlobFileSystemConfiguration: { ...share, containerName: "films" } },
    {
      azureFileShareConfiguration: { ...share, azureFileUrl: "https://account.file.core.windows.net/s" },
    },
    { cifsMountConfiguration: { username: "anna", source: "//server/s", relativeMountPath: "s" } },
  ]);
  expect(text).not.toContain("secret");
  const readNode = async () =>
    (await sendBatchRequest(service, "GET", "/pools/pool/nodes")).body.value?.[0] ?? {};
  await expectEventually(async () => (await readNode())["state"], "unusable");
  expect(await readNode()).toMatchObject({ errors: [{ code: "MountConfigurationError" }] });
});

it("shows properties of machines in the spelling of the service", async () => {
  const service = await startTestBatch();
  const { virtualMachineConfiguration: machine, ...body } = poolBody("pool", 0);
  await sendBatchRequest(service, "POST", "/pools", {
    body: {
      ...body,
      virtualMachineConfiguration: {
        ...(machine as object),
        nodePlacementConfiguration: { policy: "zonal" },
        securityProfile: { securityType: "trustedLaunch", encryptionAtHost: true },
        osDisk: { caching: "readwrite", diskSizeGB: 100 },
      },
      targetNodeCommunicationMode: "Classic",
    },
  });
  expect((await sendBatchRequest(service, "GET", "/pools/pool")).body).toMatchObject({
    virtualMachineConfiguration: {
      nodePlacementConfiguration: { policy: "Zonal" },
      securityProfile: { securityType: "trustedlaunch", encryptionAtHost: true },
      osDisk: { caching: "ReadWrite", diskSizeGB: 100, ephemeralOSDiskSettings: {} },
    },
    targetNodeCommunicationMode: "classic",
  });
});

it("lists the end of support of images for clients since 2021-06-01.14.0", async () => {
  const service = await startTestBatch();
  const read = async (apiVersion: string): Promise<string> =>
    (await sendBatchRequest(service, "GET", "/supportedimages", { apiVersion })).text;
  expect(await read("2020-09-01.12.0")).not.toContain("batchSupportEndOfLife");
  expect(await read("2021-06-01.14.0")).toContain("batchSupportEndOfLife");
});
