import {
  BlobSASPermissions,
  BlobServiceClient,
  ContainerSASPermissions,
  RestError,
  StorageSharedKeyCredential,
  type AppendBlobClient,
  type ContainerClient,
  type StoragePipelineOptions,
} from "@azure/storage-blob";
import { onTestFinished, expect, test } from "vitest";

import { startFaultProxy, type FaultProxy, type OnRequest } from "../../support/fault-proxy.js";
import { makeGate, type Fault } from "../../support/faults.js";
import { useSharedAzurite } from "../../support/use-shared-azurite.js";
import { getStorageOperation } from "../../support/storage-operation.js";
import { createJobId } from "../../support/create-job-id.js";
import { storedFiles } from "../../support/stored-files.js";

const oneTry: StoragePipelineOptions = { retryOptions: { maxTries: 1 } };
const quickRetries: StoragePipelineOptions = {
  retryOptions: { maxTries: 4, retryDelayInMs: 1, maxRetryDelayInMs: 2 },
};

interface Fixture {
  proxy: FaultProxy;
  /** The container through the proxy. */
  container: ContainerClient;
  /** The same container on Azurite itself: what is really stored. */
  stored: ContainerClient;
}

async function setUp(onRequest?: OnRequest, options: StoragePipelineOptions = oneTry): Promise<Fixture> {
  const azurite = useSharedAzurite();
  const stored = azurite.serviceClient().getContainerClient(createJobId());
  await stored.create();
  const proxy = await startFaultProxy(azurite.blobEndpoint, onRequest && { onRequest });
  onTestFinished(() => proxy.stop());
  const key = new StorageSharedKeyCredential(azurite.accountName, azurite.accountKey);
  const service = new BlobServiceClient(proxy.endpoint, key, options);
  return { proxy, container: service.getContainerClient(stored.containerName), stored };
}

/** The fault for the first request of one operation, and nothing for the others. */
function faultFirst(operation: string, fault: Fault): OnRequest {
  return (info) => (info.operation === operation && info.nth === 1 ? fault : undefined);
}

async function captureRestError(work: Promise<unknown>): Promise<RestError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RestError);
  return error as RestError;
}

async function createEmptyLog(
  stored: ContainerClient,
  container: ContainerClient,
): Promise<AppendBlobClient> {
  await stored.getAppendBlobClient("log").create();
  return container.getAppendBlobClient("log");
}

async function readText(container: ContainerClient, name: string): Promise<string> {
  return (await container.getBlobClient(name).downloadToBuffer()).toString();
}

test("without a fault requests pass unchanged, with shared key and SAS, and metadata names keep their case", async () => {
  const { proxy, container, stored } = await setUp();
  const name = "t1/$TaskOutput/déjà vu +#%?&'.txt";
  await container.getBlockBlobClient(name).upload("abc", 3, { metadata: { SourcePath: "a" } });
  expect(await readText(container, name)).toBe("abc");
  const listed = await storedFiles(container, { includeMetadata: true });
  expect(listed).toMatchObject([{ name, metadata: { SourcePath: "a" } }]);

  const sas = await stored.generateSasUrl({
    permissions: ContainerSASPermissions.parse("rl"),
    expiresOn: new Date(Date.now() + 60_000),
  });
  const response = await fetch(`${proxy.getUrlThrough(sas)}&restype=container&comp=list`);
  expect(response.status).toBe(200);
  expect(await response.text()).toContain("<Name>t1/$TaskOutput/");
});

test("recorded exchanges contain no signatures", async () => {
  const { proxy, container, stored } = await setUp();
  await container.getBlockBlobClient("a").upload("abc", 3);
  const sas = await stored.generateSasUrl({
    permissions: ContainerSASPermissions.parse("r"),
    expiresOn: new Date(Date.now() + 60_000),
  });
  await (await fetch(proxy.getUrlThrough(sas.replace("?", "/missing?")))).text();
  await proxy.waitUntilIdle();

  expect(proxy.exchanges).toMatchObject([
    {
      sequence: 1,
      method: "PUT",
      operation: "PutBlob",
      nth: 1,
      attempt: 1,
      forwarded: "all",
      status: 201,
      clientGot: "answer",
    },
    {
      sequence: 2,
      method: "GET",
      operation: "GetBlob",
      nth: 1,
      attempt: 1,
      forwarded: "all",
      status: 404,
      clientGot: "answer",
    },
  ]);
  const signature = new URL(sas).searchParams.get("sig") ?? "";
  const record = JSON.stringify(proxy.exchanges);
  expect(record).toContain("sig=REDACTED");
  expect(record).not.toContain(encodeURIComponent(signature));
  expect(record).not.toMatch(/SharedKey/);
});

test("cut-before: the client gets a reset and the service gets nothing", async () => {
  const { proxy, container, stored } = await setUp(() => ({ kind: "cut-before" }));
  const error = await captureRestError(container.getBlockBlobClient("a").upload("abc", 3));
  expect(error.code).toBe("ECONNRESET");
  expect(await stored.getBlobClient("a").exists()).toBe(false);
  expect(proxy.exchanges).toMatchObject([{ fault: "cut-before", forwarded: "nothing", clientGot: "reset" }]);
  expect(proxy.exchanges[0]).not.toHaveProperty("status");
});

test("cut-after: the client gets a reset and the service has completed the request", async () => {
  const { proxy, container, stored } = await setUp(() => ({ kind: "cut-after" }));
  const log = await createEmptyLog(stored, container);
  const error = await captureRestError(log.appendBlock("line\n", 5, { conditions: { appendPosition: 0 } }));
  expect(error.code).toBe("ECONNRESET");
  expect(await readText(stored, "log")).toBe("line\n");
  expect(proxy.exchanges).toMatchObject([
    { operation: "AppendBlock", fault: "cut-after", forwarded: "all", status: 201, clientGot: "reset" },
  ]);
});

test("cut-after and the SDK's own retry: an append without a position is stored twice", async () => {
  const onRequest = faultFirst("AppendBlock", { kind: "cut-after" });
  const { proxy, container, stored } = await setUp(onRequest, quickRetries);
  const log = await createEmptyLog(stored, container);
  await log.appendBlock("line\n", 5);
  expect(await readText(stored, "log")).toBe("line\nline\n");
  expect(proxy.exchanges).toMatchObject([
    { nth: 1, attempt: 1 },
    { nth: 2, attempt: 2 },
  ]);
});

test("cut-and-forward-later: the service gets it after the client has tried again", async () => {
  const gate = makeGate();
  const onRequest = faultFirst("AppendBlock", { kind: "cut-and-forward-later", until: gate.opened });
  const { proxy, container, stored } = await setUp(onRequest);
  const log = await createEmptyLog(stored, container);
  expect((await captureRestError(log.appendBlock("first", 5))).code).toBe("ECONNRESET");
  await log.appendBlock("second", 6);
  expect(await readText(stored, "log")).toBe("second");
  gate.open();
  await proxy.waitUntilIdle();
  expect(await readText(stored, "log")).toBe("secondfirst");
  expect(proxy.exchanges[0]).toMatchObject({ forwarded: "all", status: 201, clientGot: "reset" });
});

test.each([
  { afterBytes: 0, size: 1 },
  { afterBytes: 700_000, size: 1_000_000 },
  { afterBytes: 5_000_000, size: 1_000_000 },
])("cut-body: after $afterBytes of $size bytes, nothing is stored", async ({ afterBytes, size }) => {
  const { proxy, container, stored } = await setUp(() => ({ kind: "cut-body", afterBytes }));
  await stored.getBlockBlobClient("a").upload("former", 6);
  const error = await captureRestError(
    container.getBlockBlobClient("a").upload(Buffer.alloc(size, "x"), size),
  );
  expect(["ECONNRESET", "EPIPE"]).toContain(error.code);
  expect(await readText(stored, "a")).toBe("former");
  expect(proxy.exchanges).toMatchObject([{ fault: "cut-body", forwarded: "part", clientGot: "reset" }]);
});

test("cut-body of an append does not change the blob, and the next append succeeds", async () => {
  const onRequest = faultFirst("AppendBlock", { kind: "cut-body", afterBytes: 100_000 });
  const { container, stored } = await setUp(onRequest);
  const log = await createEmptyLog(stored, container);
  await captureRestError(log.appendBlock(Buffer.alloc(200_000), 200_000));
  await log.appendBlock("line\n", 5, { conditions: { appendPosition: 0 } });
  expect(await readText(stored, "log")).toBe("line\n");
});

test("cut-body of a request without a body is an error in the test, which stop reports", async () => {
  const azurite = useSharedAzurite();
  const proxy = await startFaultProxy(azurite.blobEndpoint, {
    onRequest: () => ({ kind: "cut-body", afterBytes: 1 }),
  });
  await expect(fetch(`${proxy.endpoint}/c/b`)).rejects.toThrow();
  await expect(proxy.stop()).rejects.toMatchObject({
    errors: [new RangeError("cut-body was asked for a request without a body (GetBlob)")],
  });
});

test.each([
  { status: 500, code: "InternalError" },
  { status: 503, code: "ServerBusy" },
  { status: 429, code: "TooManyRequests" },
])("answer: $status comes from the proxy, the service gets nothing", async ({ status, code }) => {
  const { proxy, container, stored } = await setUp(() => ({ kind: "answer", status, retryAfterSeconds: 7 }));
  const size = 3_000_000;
  const error = await captureRestError(container.getBlockBlobClient("a").upload(Buffer.alloc(size), size));
  expect(error).toMatchObject({ statusCode: status, code });
  expect(error.response?.headers.get("retry-after")).toBe("7");
  expect(await stored.getBlobClient("a").exists()).toBe(false);
  expect(proxy.exchanges).toMatchObject([
    { fault: "answer", forwarded: "nothing", status, clientGot: "answer" },
  ]);
});

test("answer-after: the service completes the request, and the client gets the given response", async () => {
  const { proxy, container, stored } = await setUp(() => ({ kind: "answer-after", status: 503 }));
  const error = await captureRestError(container.getBlockBlobClient("a").upload("abc", 3));
  expect(error).toMatchObject({ statusCode: 503, code: "ServerBusy" });
  expect(await readText(stored, "a")).toBe("abc");
  expect(proxy.exchanges).toMatchObject([{ fault: "answer-after", forwarded: "all", clientGot: "answer" }]);
});

test("answer: a HEAD request gets a status without a body, with the given code", async () => {
  const { container } = await setUp(() => ({ kind: "answer", status: 403, code: "AuthenticationFailed" }));
  const error = await captureRestError(container.getBlobClient("a").getProperties());
  expect(error).toMatchObject({ statusCode: 403, details: { errorCode: "AuthenticationFailed" } });
});

test("answer: the SDK's retries succeed when the fault ends", async () => {
  const onRequest: OnRequest = ({ attempt }) => (attempt <= 2 ? { kind: "answer", status: 503 } : undefined);
  const { proxy, container, stored } = await setUp(onRequest, quickRetries);
  await container.getBlockBlobClient("a").upload("abc", 3);
  expect(await readText(stored, "a")).toBe("abc");
  expect(proxy.exchanges.map(({ attempt, status }) => [attempt, status])).toEqual([
    [1, 503],
    [2, 503],
    [3, 201],
  ]);
});

test.each([
  { afterBytes: 0, gets: 0 },
  { afterBytes: 600_000, gets: 600_000 },
  { afterBytes: 2_000_000, gets: 999_999 },
])("truncate-download: the client gets the first $gets bytes and an error", async ({ afterBytes, gets }) => {
  const { proxy, container, stored } = await setUp(() => ({ kind: "truncate-download", afterBytes }));
  const content = Buffer.from(Array.from({ length: 1_000_000 }, (_, index) => index % 251));
  await stored.getBlockBlobClient("a").upload(content, content.length);
  const url = await container.getBlobClient("a").generateSasUrl({
    permissions: BlobSASPermissions.parse("r"),
    expiresOn: new Date(Date.now() + 60_000),
  });
  const response = await fetch(url);
  expect(response.headers.get("content-length")).toBe("1000000");
  const got: Uint8Array[] = [];
  const reading = (async () => {
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) got.push(chunk);
  })();
  await expect(reading).rejects.toThrow("terminated");
  expect(Buffer.concat(got).equals(content.subarray(0, gets))).toBe(true);
  expect(proxy.exchanges).toMatchObject([{ fault: "truncate-download", status: 200, clientGot: "part" }]);
});

test("delay: nothing reaches the service until the gate opens", async () => {
  const gate = makeGate();
  const { proxy, container, stored } = await setUp(() => ({ kind: "delay", until: gate.opened }));
  const uploading = container.getBlockBlobClient("a").upload("abc", 3);
  await proxy.waitForRequest(({ operation }) => operation === "PutBlob");
  expect(await stored.getBlobClient("a").exists()).toBe(false);
  gate.open();
  await uploading;
  expect(await readText(stored, "a")).toBe("abc");
});

test("delay, then another fault", async () => {
  const gate = makeGate();
  const { proxy, container } = await setUp(() => ({
    kind: "delay",
    until: gate.opened,
    then: { kind: "answer", status: 503 },
  }));
  const uploading = captureRestError(container.getBlockBlobClient("a").upload("abc", 3));
  await proxy.waitForRequest(() => true);
  gate.open();
  expect((await uploading).statusCode).toBe(503);
});

test("delay-answer: the service completes the request while the client still waits", async () => {
  const gate = makeGate();
  const { proxy, container, stored } = await setUp(() => ({ kind: "delay-answer", until: gate.opened }));
  let answered = false;
  const uploading = container
    .getBlockBlobClient("a")
    .upload("abc", 3)
    .finally(() => (answered = true));
  await proxy.waitForRequest(({ status }) => status === 201);
  expect(await readText(stored, "a")).toBe("abc");
  expect(answered).toBe(false);
  gate.open();
  await uploading;
});

test("an abort by the client is distinguished from a fault, and the service does nothing", async () => {
  const gate = makeGate();
  const { proxy, container, stored } = await setUp(() => ({ kind: "delay", until: gate.opened }));
  const aborter = new AbortController();
  const uploading = container
    .getBlockBlobClient("a")
    .upload(Buffer.alloc(30_000_000), 30_000_000, { abortSignal: aborter.signal });
  await proxy.waitForRequest(() => true);
  aborter.abort();
  await expect(uploading).rejects.toMatchObject({ name: "AbortError" });
  gate.open();
  await proxy.waitUntilIdle();
  expect(proxy.exchanges).toMatchObject([{ clientGot: "gone" }]);
  expect(await stored.getBlobClient("a").exists()).toBe(false);
});

test("a response before the whole request body was read is passed on", async () => {
  const { proxy } = await setUp();
  const response = await fetch(`${proxy.endpoint}/container/unauthorized`, {
    method: "PUT",
    body: Buffer.alloc(20_000_000),
    headers: { "x-ms-blob-type": "BlockBlob", "x-ms-version": "2021-08-06" },
  });
  expect(response.status).toBe(403);
});

test("stop ends running requests, and rejects if the service could not be reached", async () => {
  const waits = await startFaultProxy(useSharedAzurite().blobEndpoint, {
    onRequest: () => ({ kind: "delay", until: makeGate().opened }),
  });
  const hanging = expect(fetch(waits.endpoint)).rejects.toThrow("fetch failed");
  await waits.waitForRequest(() => true);
  await waits.stop();
  await hanging;

  const nobody = await startFaultProxy(waits.endpoint);
  await expect(fetch(nobody.endpoint)).rejects.toThrow("fetch failed");
  await expect(nobody.stop()).rejects.toMatchObject({ errors: [{ code: "ECONNREFUSED" }] });
});

test.each([
  ["GET", "/acc?comp=list", "ListContainers"],
  ["POST", "/acc?restype=service&comp=userdelegationkey", "GetUserDelegationKey"],
  ["PUT", "/acc/c?restype=container", "CreateContainer"],
  ["GET", "/acc/c?restype=container&comp=list&prefix=a", "ListBlobs"],
  ["PUT", "/acc/c/b?comp=block&blockid=AA", "PutBlock"],
  ["PUT", "/acc/c/b/d?comp=blocklist", "PutBlockList"],
  ["GET", "/acc/c/b?comp=blocklist", "GetBlockList"],
  ["PUT", "/acc/c/b?comp=appendblock", "AppendBlock"],
  ["PUT", "/acc/c/b%2Fc", "PutBlob"],
  ["HEAD", "/acc/c/b", "GetBlobProperties"],
  ["GET", "/acc/c/b?sv=1&sig=x", "GetBlob"],
  ["DELETE", "/acc/c/b", "DeleteBlob"],
  ["PUT", "/acc/c/b?comp=new", "PUT new"],
])("%s %s is %s", (method, url, operation) => {
  expect(getStorageOperation(method, url, {})).toBe(operation);
});

test("a copy source makes the request another operation", () => {
  const headers = { "x-ms-copy-source": "http://127.0.0.1/acc/c/a" };
  expect(getStorageOperation("PUT", "/acc/c/b", headers)).toBe("CopyBlob");
});
