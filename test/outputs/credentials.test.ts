import { connect, createServer } from "node:net";
import { once } from "node:events";
import { AzureNamedKeyCredential, AzureSASCredential } from "@azure/core-auth";
import {
  AccountSASPermissions,
  BlobServiceClient,
  ContainerSASPermissions,
  newPipeline,
  StorageSharedKeyCredential,
} from "@azure/storage-blob";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packageVersion } from "../../src/core/index.js";

import { BatchOutputsClient, JobOutputStorage, TaskOutputStorage } from "../../src/outputs/index.js";
import { createClientOptions, createFakeCredential } from "../support/azure-tokens.js";
import { startAzurite, type Azurite } from "../support/azurite.js";
import { startFaultProxy } from "../support/fault-proxy.js";
import { captureError } from "../support/capture-error.js";
import { collectAll, prepareJob } from "../support/output-fixture.js";
import { useSharedAzurite } from "../support/use-shared-azurite.js";
import { createJobId } from "../support/create-job-id.js";

let secure: Azurite;
beforeAll(async () => {
  secure = await startAzurite({ oauth: true });
});
afterAll(() => secure.stop());

/** Everything that a client with the whole account does: prepare, save, list, fetch, delete, list jobs. */
async function exerciseAccount(client: BatchOutputsClient): Promise<void> {
  const jobId = createJobId();
  await client.prepareOutputStorage(jobId);
  await exerciseContainer(client.getTaskOutputStorage(jobId, "t1"));
  await client.getTaskOutputStorage(jobId, "t1").getOutput("TaskOutput", "a.txt").delete();
  expect((await collectAll(client.listJobs())).map((job) => job.jobId)).toContain(jobId);
  expect(await client.deleteOutputStorage(jobId)).toBe(true);
}

/** Everything that a task does with its container URL: save, list, fetch. */
async function exerciseContainer(task: TaskOutputStorage): Promise<void> {
  await task.saveText("TaskOutput", "hello", "a.txt");
  const [output] = await collectAll(task.listOutputs("TaskOutput"));
  expect((await output?.downloadToBuffer())?.toString()).toBe("hello");
  expect(await task.getOutput("TaskOutput", "a.txt").exists()).toBe(true);
}

function accountSasUrl(): string {
  return useSharedAzurite()
    .serviceClient()
    .generateAccountSasUrl(undefined, AccountSASPermissions.parse("rwdlac"), "sco");
}

test("the account's key, as the storage SDK's StorageSharedKeyCredential", async () => {
  const { blobEndpoint, accountName, accountKey } = useSharedAzurite();
  const key = new StorageSharedKeyCredential(accountName, accountKey);
  await exerciseAccount(new BatchOutputsClient(blobEndpoint, key));
  await exerciseAccount(new BatchOutputsClient(`${blobEndpoint}/`, key));
});

test("the account's key, as core-auth's AzureNamedKeyCredential", async () => {
  const { blobEndpoint, accountName, accountKey } = useSharedAzurite();
  const client = new BatchOutputsClient(blobEndpoint, new AzureNamedKeyCredential(accountName, accountKey));
  await exerciseAccount(client);
  expect(await client.getOutputStorageContainerUrl("j1")).toContain("sig=");
});

test("a connection string, with a key and with a SAS", async () => {
  const { blobEndpoint, connectionString } = useSharedAzurite();
  await exerciseAccount(BatchOutputsClient.fromConnectionString(connectionString));
  const sas = new URL(accountSasUrl()).search.slice(1);
  const withSas = `BlobEndpoint=${blobEndpoint};SharedAccessSignature=${sas}`;
  await exerciseAccount(BatchOutputsClient.fromConnectionString(withSas));
});

test("UseDevelopmentStorage=true means Azurite at its usual address", () => {
  const client = BatchOutputsClient.fromConnectionString("UseDevelopmentStorage=true");
  expect(client.blobServiceClient.url).toBe("http://127.0.0.1:10000/devstoreaccount1");
  expect(client.getJobOutputStorage("j1").containerClient.url).toBe(
    "http://127.0.0.1:10000/devstoreaccount1/job-j1",
  );
});

test("UseDevelopmentStorage=true works with the service on Azurite's port", async (context) => {
  const { blobEndpoint } = useSharedAzurite();
  const proxy = await listenOnUsualPort(new URL(blobEndpoint));
  if (!proxy) return context.skip("port 10000 is taken");
  try {
    await exerciseAccount(BatchOutputsClient.fromConnectionString("UseDevelopmentStorage=true"));
  } finally {
    await proxy();
  }
});

test("an account URL with a SAS", async () => {
  await exerciseAccount(new BatchOutputsClient(accountSasUrl()));
});

test("an account URL and an AzureSASCredential, with and without the question mark", async () => {
  const { blobEndpoint } = useSharedAzurite();
  const { search } = new URL(accountSasUrl());
  for (const signature of [search, search.slice(1)])
    await exerciseAccount(new BatchOutputsClient(blobEndpoint, new AzureSASCredential(signature)));
});

test("a container URL with a SAS, as a task has it", async () => {
  const { client, jobId } = await prepareJob();
  const url = await client.getOutputStorageContainerUrl(jobId);
  await exerciseContainer(new TaskOutputStorage(url, "t1"));
  const job = new JobOutputStorage(url);
  await job.saveText("JobOutput", "x", "b.txt");
  expect(await collectAll(job.listOutputs())).toHaveLength(1);
});

test("a container URL as people write it: slashes, and a signature whose plus signs are not escaped", async () => {
  const { stored } = await prepareJob();
  const permissions = ContainerSASPermissions.parse("racwl");
  let url = "";
  for (let minutes = 60; !url.includes("%2B"); minutes += 1)
    url = await stored.generateSasUrl({ permissions, expiresOn: new Date(Date.now() + minutes * 60_000) });
  for (const written of [
    url.replaceAll("%2B", "+"),
    url.replaceAll("%2B", "%20"),
    url.replace("?", "/?"),
    url.replace(`/${stored.containerName}`, `//${stored.containerName}`),
    url.replace("/devstoreaccount1/", "//devstoreaccount1//"),
  ]) {
    const task = new TaskOutputStorage(written, "t1", { retryOptions: { maxTries: 1 } });
    await exerciseContainer(task);
    // Sent by the SDK.
    expect(await task.containerClient.getBlobClient("t1/$TaskOutput/a.txt").exists()).toBe(true);
  }
});

test("a container URL without a SAS, and a credential beside it", async () => {
  const { client, jobId, stored } = await prepareJob();
  const { accountName, accountKey } = useSharedAzurite();
  const sas = new URL(await client.getOutputStorageContainerUrl(jobId)).search;
  for (const credential of [
    new StorageSharedKeyCredential(accountName, accountKey),
    new AzureNamedKeyCredential(accountName, accountKey),
    new AzureSASCredential(sas),
  ])
    await exerciseContainer(new TaskOutputStorage(stored.url, "t1", { credential }));
});

test("the storage SDK's own ContainerClient", async () => {
  const { stored } = await prepareJob();
  const task = new TaskOutputStorage(stored, "t1");
  expect(task.containerClient).toBe(stored);
  await exerciseContainer(task);
});

test("any TokenCredential, over HTTPS, for the account and for one container", async () => {
  const credential = createFakeCredential();
  const client = new BatchOutputsClient(secure.blobEndpoint, credential, createClientOptions(secure));
  await exerciseAccount(client);
  expect(credential.askedFor).toContainEqual(["https://storage.azure.com/.default"]);

  const jobId = createJobId();
  await client.prepareOutputStorage(jobId);
  const { url } = client.getJobOutputStorage(jobId).containerClient;
  const options = { ...createClientOptions(secure), credential: createFakeCredential() };
  await exerciseContainer(new TaskOutputStorage(url, "t1", options));
});

test("the caller's own BlobServiceClient keeps the policies that the caller gave it", async () => {
  const { blobEndpoint, accountName, accountKey } = useSharedAzurite();
  const seen: (string | undefined)[] = [];
  await using proxy = await startFaultProxy(blobEndpoint, {
    onRequest: ({ headers }) => {
      seen.push(String(headers["x-of-the-caller"]));
      return undefined;
    },
  });
  const pipeline = newPipeline(new StorageSharedKeyCredential(accountName, accountKey));
  pipeline.factories.push({
    create: (next) => ({
      sendRequest: (request) => {
        request.headers.set("x-of-the-caller", "here");
        return next.sendRequest(request);
      },
    }),
  });
  const service = new BlobServiceClient(proxy.endpoint, pipeline);
  const client = new BatchOutputsClient(service);
  expect(client.blobServiceClient).toBe(service);
  await exerciseAccount(client);
  expect(new Set(seen)).toEqual(new Set(["here"]));
});

test("every request names this package in its user agent, after the caller's own prefix", async () => {
  const { blobEndpoint, accountName, accountKey } = useSharedAzurite();
  const { client: direct, jobId } = await prepareJob();
  const agents: string[] = [];
  await using proxy = await startFaultProxy(blobEndpoint, {
    onRequest: ({ headers }) => {
      agents.push(headers["user-agent"] ?? "");
      return undefined;
    },
  });
  const key = new StorageSharedKeyCredential(accountName, accountKey);
  const ours = `azure-batch-outputs/${packageVersion} Node/`;
  const options = { userAgentOptions: { userAgentPrefix: "my-app/2.0" } };
  const url = proxy.getUrlThrough(await direct.getOutputStorageContainerUrl(jobId));
  const connectionString = `AccountName=${accountName};AccountKey=${accountKey};BlobEndpoint=${proxy.endpoint};`;
  await collectAll(new BatchOutputsClient(proxy.endpoint, key).getJobOutputStorage(jobId).listOutputs());
  await collectAll(
    BatchOutputsClient.fromConnectionString(`DefaultEndpointsProtocol=http;${connectionString}`)
      .getJobOutputStorage(jobId)
      .listOutputs(),
  );
  await collectAll(new JobOutputStorage(url).listOutputs());
  await collectAll(new JobOutputStorage(url, options).listOutputs());
  expect(agents.map((agent) => agent.slice(0, agent.indexOf(ours)))).toEqual(["", "", "", "my-app/2.0 "]);
  expect(agents.every((agent) => agent.includes(ours))).toBe(true);
});

test("a token is never sent over http: refused before any request, for account and container", async () => {
  const { blobEndpoint } = useSharedAzurite();
  const credential = createFakeCredential();
  expect(() => new BatchOutputsClient(blobEndpoint, credential)).toThrow(/accountUrl must be an https URL/);
  expect(() => new TaskOutputStorage(`${blobEndpoint}/job-j1`, "t1", { credential })).toThrow(
    /jobOutputContainerUrl must be an https URL/,
  );
  expect(credential.askedFor).toEqual([]);
});

test("a call fails with the error of its credential, and names the action", async () => {
  const failing = (error: Error) => ({ getToken: () => Promise.reject(error) });
  const call = async (error: Error): Promise<Error> => {
    const options = { ...createClientOptions(secure), retryOptions: { maxTries: 1 } };
    const client = new BatchOutputsClient(secure.blobEndpoint, failing(error), options);
    return await captureError(client.prepareOutputStorage("j1"));
  };
  const unavailable = Object.assign(new Error("tried this; tried that"), {
    name: "CredentialUnavailableError",
  });
  expect(await call(unavailable)).toMatchObject({
    code: "NotAuthorized",
    jobId: "j1",
    message: expect.stringMatching(
      /^Preparing the output storage of job "j1" failed: Microsoft Entra ID returned no token/,
    ) as string,
    cause: unavailable,
  });
  const own = new Error("of a credential of the caller's own");
  expect(await call(own)).toBe(own);
});

test("a container SAS reaches its own container and no other", async () => {
  const { stored } = await prepareJob();
  const { stored: other } = await prepareJob();
  const sas = await stored.generateSasUrl({
    permissions: ContainerSASPermissions.parse("racwl"),
    expiresOn: new Date(Date.now() + 60_000),
  });
  const url = `${other.url}${new URL(sas).search}`;
  const failure = await captureError(collectAll(new JobOutputStorage(url).listOutputs()));
  expect(failure).toMatchObject({ code: "NotAuthorized" });
  expect(failure.message).toContain("did not accept the SAS");
});

/** Passes connections of Azurite's usual port on to `target`; `undefined` when somebody else has it. */
async function listenOnUsualPort(target: URL): Promise<(() => Promise<void>) | undefined> {
  const sockets = new Set<{ destroy: () => void }>();
  const server = createServer((socket) => {
    const onward = connect(Number(target.port), target.hostname);
    for (const end of [socket, onward]) {
      sockets.add(end);
      end.on("error", () => undefined).on("close", () => void sockets.delete(end));
    }
    socket.pipe(onward).pipe(socket);
  });
  server.listen(10_000, "127.0.0.1");
  const isListening = await Promise.race([
    once(server, "listening").then(() => true),
    once(server, "error").then(() => false),
  ]).catch(() => false);
  if (!isListening) return undefined;
  return async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  };
}
