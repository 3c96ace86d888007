import { AzureSASCredential } from "@azure/core-auth";
import { AnonymousCredential, BlobServiceClient } from "@azure/storage-blob";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

import { BatchOutputsClient, JobOutputStorage, TaskOutputStorage } from "../../../src/outputs/index.js";
import { createClientOptions, createFakeCredential } from "../../support/azure-tokens.js";
import { startAzurite, type Azurite } from "../../support/azurite.js";
import { captureError, captureOurError } from "../../support/capture-error.js";
import { collectAll, setUpOutputs, prepareJob } from "../../support/output-fixture.js";
import { conditionTimeoutInMs } from "../../support/time-limits.js";
import { useSharedAzurite } from "../../support/use-shared-azurite.js";

const dayMs = 24 * 60 * 60 * 1000;

/** What the SAS of a URL says. Its dates have whole seconds, cut off. */
function sasOf(url: string) {
  const sas = new URL(url).searchParams;
  return {
    permissions: sas.get("sp"),
    resource: sas.get("sr"),
    start: sas.get("st"),
    protocol: sas.get("spr"),
    expiryMs: Date.parse(sas.get("se") ?? ""),
    keyStartMs: Date.parse(sas.get("skt") ?? ""),
    keyExpiryMs: Date.parse(sas.get("ske") ?? ""),
  };
}

let secure: Azurite;
beforeAll(async () => {
  secure = await startAzurite({ oauth: true });
});
afterAll(() => secure.stop());

function tokenClient(): BatchOutputsClient {
  return new BatchOutputsClient(secure.blobEndpoint, createFakeCredential(), createClientOptions(secure));
}

test("by default the URL is valid for 7 days and grants read, add, create, write and list", async () => {
  const { client, jobId, stored } = await prepareJob();
  const before = Date.now();
  const url = await client.getOutputStorageContainerUrl(jobId);
  const after = Date.now();
  const sas = sasOf(url);
  expect(sas).toMatchObject({ permissions: "racwl", resource: "c", start: null });
  expect(sas.expiryMs).toBeGreaterThan(before + 7 * dayMs - 1000);
  expect(sas.expiryMs).toBeLessThanOrEqual(after + 7 * dayMs);
  expect(url.split("?")[0]).toBe(stored.url);
});

test("lifetime and permissions are those of the options, with the letters in any order", async () => {
  const { client, jobId } = await prepareJob();
  const before = Date.now();
  const sas = sasOf(
    await client.getOutputStorageContainerUrl(jobId, { lifetimeInMs: 90_000, permissions: "ltr" }),
  );
  expect(sas.permissions).toBe("rlt");
  expect(sas.expiryMs).toBeGreaterThan(before + 89_000);
  expect(sas.expiryMs).toBeLessThanOrEqual(Date.now() + 90_000);
});

test("CloudJobGetStorageContainerUrlExtensionSasPermitsWritingToJobOutputContainer", async () => {
  const { client, jobId } = await prepareJob();
  const url = await client.getOutputStorageContainerUrl(jobId, { lifetimeInMs: 5 * 60_000 });
  const task = new TaskOutputStorage(url, "t1");
  await task.saveText("TaskOutput", "hello", "a.txt");
  const [output] = await collectAll(client.getTaskOutputStorage(jobId, "t1").listOutputs());
  expect((await output?.downloadToBuffer())?.toString()).toBe("hello");
  await captureOurError(task.getOutput("TaskOutput", "a.txt").delete(), "PermissionMissing");
});

test.each([
  ["CannotGetOutputStorageUrlWithZeroExpiryTime", 0],
  ["CannotGetOutputStorageUrlWithNegativeExpiryTime", -1],
  ["a lifetime of less than a second, which no SAS can say", 999],
])("%s", async (_, lifetimeInMs) => {
  const { client, jobId, proxy } = await setUpOutputs();
  const error = await captureError(client.getOutputStorageContainerUrl(jobId, { lifetimeInMs }));
  expect(error).toBeInstanceOf(RangeError);
  expect(error.message).toContain("options.lifetimeInMs");
  expect(proxy.exchanges).toEqual([]);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, "3600", null])(
  "a lifetime of %s is no number",
  async (lifetimeInMs) => {
    const { client, jobId } = await prepareJob();
    const options = { lifetimeInMs } as { lifetimeInMs: number };
    const error = await captureError(client.getOutputStorageContainerUrl(jobId, options));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toContain("options.lifetimeInMs");
  },
);

test.each(["", "q", "racwlZ", "r,w", 7])(
  "the permissions %j are refused with an error that names the option",
  async (permissions) => {
    const { client, jobId } = await prepareJob();
    const options = { permissions } as { permissions: string };
    const error = await captureError(client.getOutputStorageContainerUrl(jobId, options));
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toContain("options.permissions");
  },
);

test("with the key, more than 7 days are allowed", async () => {
  const { client, jobId } = await prepareJob();
  const url = await client.getOutputStorageContainerUrl(jobId, { lifetimeInMs: 30 * dayMs });
  expect(sasOf(url).expiryMs).toBeGreaterThan(Date.now() + 29 * dayMs);
  expect(await collectAll(new JobOutputStorage(url).listOutputs())).toEqual([]);
});

test("CannotGetOutputStorageUrlWithoutBlobClientAuthenticated: neither a SAS nor nothing can sign", async () => {
  const { jobId } = await prepareJob();
  const { blobEndpoint, connectionString } = useSharedAzurite();
  const sasUrl =
    BatchOutputsClient.fromConnectionString(connectionString).blobServiceClient.generateAccountSasUrl();
  const sas = new AzureSASCredential(new URL(sasUrl).search);
  const clients = [
    new BatchOutputsClient(sasUrl),
    new BatchOutputsClient(blobEndpoint, sas),
    new BatchOutputsClient(blobEndpoint),
    new BatchOutputsClient(new BlobServiceClient(sasUrl, new AnonymousCredential())),
    BatchOutputsClient.fromConnectionString(
      `BlobEndpoint=${blobEndpoint};SharedAccessSignature=${new URL(sasUrl).search.slice(1)}`,
    ),
  ];
  for (const client of clients) {
    const error = await captureOurError(client.getOutputStorageContainerUrl(jobId), "CannotSign");
    expect(error).toMatchObject({ jobId });
    expect(error.message).toMatch(/^Signing a container URL for job .* failed: signing a URL requires/);
  }
});

test("over HTTPS the URL works over HTTPS only", async () => {
  const client = BatchOutputsClient.fromConnectionString(
    secure.connectionString,
    createClientOptions(secure),
  );
  await client.prepareOutputStorage("by-key");
  expect(sasOf(await client.getOutputStorageContainerUrl("by-key")).protocol).toBe("https");
});

test("with a token, the URL is signed by a user delegation key, and another client works with it alone", async () => {
  const client = tokenClient();
  await client.prepareOutputStorage("by-token");
  const url = await client.getOutputStorageContainerUrl("by-token", { lifetimeInMs: 3_600_000 });
  expect(new URL(url).searchParams.get("skoid")).toBe("66666666-7777-8888-9999-000000000000");
  expect(sasOf(url)).toMatchObject({ permissions: "racwl", resource: "c", protocol: "https", start: null });

  const task = new TaskOutputStorage(url, "t1", createClientOptions(secure));
  await task.saveText("TaskOutput", "by user delegation", "a.txt");
  const [output] = await collectAll(task.listOutputs());
  expect((await output?.downloadToBuffer())?.toString()).toBe("by user delegation");
});

test("the delegation key is valid from some minutes ago, and a SAS of 7 days ends with its key", async () => {
  const client = tokenClient();
  await client.prepareOutputStorage("week");
  const before = Date.now();
  const sas = sasOf(await client.getOutputStorageContainerUrl("week"));
  expect(sas.keyStartMs).toBeLessThan(before - 4 * 60_000);
  expect(sas.keyExpiryMs - sas.keyStartMs).toBeLessThanOrEqual(7 * dayMs);
  expect(sas.expiryMs).toBe(sas.keyExpiryMs);
  expect(sas.expiryMs).toBeGreaterThan(before + 7 * dayMs - 6 * 60_000);
  const hour = sasOf(await client.getOutputStorageContainerUrl("week", { lifetimeInMs: 3_600_000 }));
  expect(hour.expiryMs).toBeGreaterThan(before + 3_599_000 - 1000);
});

test("with a token, a lifetime of more than 7 days is refused before a request", async () => {
  const credential = createFakeCredential();
  const client = new BatchOutputsClient(secure.blobEndpoint, credential, createClientOptions(secure));
  const error = await captureError(
    client.getOutputStorageContainerUrl("j1", { lifetimeInMs: 7 * dayMs + 1 }),
  );
  expect(error).toBeInstanceOf(RangeError);
  expect(error.message).toMatch(/options\.lifetimeInMs .*7 days/);
  expect(credential.askedFor).toEqual([]);
});

test("the error for an expired SAS contains both times and a hint", async () => {
  const { client, jobId } = await prepareJob();
  const url = await client.getOutputStorageContainerUrl(jobId, { lifetimeInMs: 1000 });
  const storage = new JobOutputStorage(url);
  const expiry = new URL(url).searchParams.get("se") ?? "";
  await vi.waitUntil(() => Date.now() > Date.parse(expiry) + 1000, { timeout: conditionTimeoutInMs });
  const error = await captureOurError(collectAll(storage.listOutputs()), "CredentialExpired");
  expect(error.message).toContain(`the SAS expired at ${expiry}, and the service's clock says`);
  expect(error.message).toContain("getOutputStorageContainerUrl");
});

test("a URL with a stored access policy cannot be signed with a token", async () => {
  const signing = tokenClient().getOutputStorageContainerUrl("film-7", { policyId: "tasks" });
  await captureOurError(signing, "CannotSign");
});
