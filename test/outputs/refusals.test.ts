import { AzureNamedKeyCredential } from "@azure/core-auth";
import { AccountSASPermissions, ContainerSASPermissions } from "@azure/storage-blob";
import { createServer } from "node:net";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import type { BatchOutputsErrorCode } from "../../src/core/index.js";

import { BatchOutputsClient, JobOutputStorage, TaskOutputStorage } from "../../src/outputs/index.js";
import { createFakeCredential } from "../support/azure-tokens.js";
import { startAzurite } from "../support/azurite.js";
import { captureError, captureOurError } from "../support/capture-error.js";
import {
  collectAll,
  faultAlways,
  setUpOutputs,
  prepareJob,
  quickRetries,
} from "../support/output-fixture.js";
import { useSharedAzurite } from "../support/use-shared-azurite.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import { createJobId } from "../support/create-job-id.js";

const hourMs = 3_600_000;
/** Made up for these tests: 64 bytes, as a key has. */
const wrongKey = Buffer.alloc(64, "wrong").toString("base64");

async function sasStorage(
  permissions: string,
  times: { startsOn?: Date; expiresOn?: Date } = {},
): Promise<{ task: TaskOutputStorage; jobId: string }> {
  const { jobId, stored, client } = await prepareJob();
  await client.getTaskOutputStorage(jobId, "t1").saveText("TaskOutput", "hello", "a.txt");
  const url = await stored.generateSasUrl({
    permissions: ContainerSASPermissions.parse(permissions),
    expiresOn: new Date(Date.now() + hourMs),
    ...times,
  });
  return { task: new TaskOutputStorage(url, "t1", quickRetries), jobId };
}

/** The machine's clock is wrong by so much for the rest of the test; the store's is right. */
function setClock(byMs: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + byMs });
  onTestFinished(() => void vi.useRealTimers());
}

type Call = (task: TaskOutputStorage) => Promise<unknown>;
const calls: Readonly<Record<string, Call>> = {
  save: (task) => task.save("TaskOutput", import.meta.filename, { destinationPath: "b.ts" }),
  saveText: (task) => task.saveText("TaskOutput", "x", "b.txt"),
  saveData: (task) => task.saveData("TaskOutput", Buffer.from("x"), "b.txt"),
  saveMany: (task) => task.saveMany("TaskOutput", "refusals.test.ts", { cwd: import.meta.dirname }),
  saveTracked: (task) => task.saveTracked("TaskLog", import.meta.filename, { destinationPath: "b.log" }),
  listOutputs: (task) => collectAll(task.listOutputs()),
  downloadOutputs: (task) => task.downloadOutputs(createTemporaryFolder()),
  downloadToFile: (task) =>
    task.getOutput("TaskOutput", "a.txt").downloadToFile(join(createTemporaryFolder(), "a")),
  downloadToBuffer: (task) => task.getOutput("TaskOutput", "a.txt").downloadToBuffer(),
  openRead: (task) => task.getOutput("TaskOutput", "a.txt").openRead(),
  getProperties: (task) => task.getOutput("TaskOutput", "a.txt").getProperties(),
  tail: (task) => collectAll(task.getOutput("TaskOutput", "a.txt").tail()),
  exists: (task) => task.getOutput("TaskOutput", "a.txt").exists(),
  delete: (task) => task.getOutput("TaskOutput", "a.txt").delete(),
};

test.each([
  ["save", "rl", 'grants "rl" and this needs "c" or "w"'],
  ["saveText", "r", 'grants "r" and this needs "c" or "w"'],
  ["saveData", "rl", 'needs "c" or "w"'],
  ["saveMany", "rl", 'needs "c" or "w"'],
  ["saveTracked", "acwl", 'grants "acwl" and this needs "r"'],
  ["saveTracked", "rl", 'grants "rl" and this needs "c" or "w"'],
  ["listOutputs", "racw", 'grants "racw" and this needs "l"'],
  ["downloadOutputs", "racw", 'needs "l"'],
  ["downloadToFile", "acwl", 'grants "acwl" and this needs "r"'],
  ["downloadToBuffer", "wl", 'needs "r"'],
  ["openRead", "wl", 'needs "r"'],
  ["getProperties", "wl", 'needs "r"'],
  ["tail", "wl", 'needs "r"'],
  ["exists", "wl", 'needs "r"'],
  ["delete", "racwl", 'grants "racwl" and this needs "d"'],
])("%s with a SAS that grants %j names the missing letter", async (method, permissions, expected) => {
  const { task, jobId } = await sasStorage(permissions);
  const error = await captureOurError(calls[method]?.(task) ?? Promise.resolve(), "PermissionMissing");
  expect(error).toMatchObject({ jobId, taskId: "t1" });
  expect(error.message).toContain(expected);
  expect(error.message).toContain(`task "t1" of job "${jobId}" failed: the SAS`);
});

test("downloading many with list but without read fails the call, naming the letter", async () => {
  const { task } = await sasStorage("l");
  const error = await captureOurError(task.downloadOutputs(createTemporaryFolder()), "PermissionMissing");
  expect(error.message).toContain('needs "r"');
});

test("preparing and deleting with an account SAS name the letters they need", async () => {
  const { jobId } = await prepareJob();
  const withLetters = (letters: string): BatchOutputsClient =>
    new BatchOutputsClient(
      useSharedAzurite()
        .serviceClient()
        .generateAccountSasUrl(undefined, AccountSASPermissions.parse(letters), "sco"),
      undefined,
      quickRetries,
    );
  const preparing = await captureOurError(
    withLetters("rl").prepareOutputStorage(createJobId()),
    "PermissionMissing",
  );
  expect(preparing.message).toContain('needs "c" or "w"');
  const deleting = await captureOurError(withLetters("rwl").deleteOutputStorage(jobId), "PermissionMissing");
  expect(deleting.message).toContain('needs "d"');
  const listing = await captureOurError(collectAll(withLetters("rwd").listJobs()), "PermissionMissing");
  expect(listing.message).toContain('needs "l"');
});

test.each(Object.keys(calls))(
  "%s with an expired SAS reports its end and the current time",
  async (method) => {
    const expiresOn = new Date(Date.now() - 60_000);
    const { task, jobId } = await sasStorage("racwdl", { expiresOn });
    const error = await captureOurError(calls[method]?.(task) ?? Promise.resolve(), "CredentialExpired");
    expect(error).toMatchObject({ jobId, taskId: "t1" });
    expect(error.message).toContain(`the SAS expired at ${expiresOn.toISOString().slice(0, 19)}`);
    expect(error.message).toContain("Get a new SAS with getOutputStorageContainerUrl");
  },
);

test("the error for a SAS that is not valid yet contains its start time", async () => {
  const startsOn = new Date(Date.now() + hourMs);
  const { task } = await sasStorage("racwl", { startsOn, expiresOn: new Date(Date.now() + 2 * hourMs) });
  const error = await captureOurError(collectAll(task.listOutputs()), "CredentialExpired");
  expect(error.message).toContain(`valid only from ${startsOn.toISOString().slice(0, 19)}`);
  expect(error.message).toContain("Wait, or ask for one with an earlier start time");
});

test("a SAS that is not valid yet because a clock is ahead is ClockSkew", async () => {
  setClock(hourMs);
  const { task } = await sasStorage("racwl", { startsOn: new Date() });
  const error = await captureOurError(collectAll(task.listOutputs()), "ClockSkew");
  expect(error.message).toContain("The clock that made it is ahead");
});

test("an expired SAS is recognized by the store's clock, not by this machine's", async () => {
  const { task } = await sasStorage("racwl", { expiresOn: new Date(Date.now() - 60_000) });
  setClock(-2 * hourMs);
  await captureOurError(collectAll(task.listOutputs()), "CredentialExpired");
  vi.useRealTimers();
  const { task: valid } = await sasStorage("r");
  setClock(48 * hourMs);
  await captureOurError(collectAll(valid.listOutputs()), "PermissionMissing");
});

test("the error for a wrong signature lists possible causes", async () => {
  const { jobId, stored } = await prepareJob();
  const url = `${stored.url}?sv=2021-12-02&sr=c&sp=racwl&se=2099-01-01T00%3A00%3A00Z&sig=${encodeURIComponent(wrongKey)}`;
  const error = await captureOurError(collectAll(new JobOutputStorage(url).listOutputs()), "NotAuthorized");
  expect(error).toMatchObject({ jobId });
  expect(error.message).toMatch(/did not accept the SAS \(AuthorizationFailure\)/);
});

test.each([
  ["prepareOutputStorage", (client, jobId) => client.prepareOutputStorage(jobId)],
  ["listJobs", (client) => collectAll(client.listJobs())],
  ["deleteOutputStorage", (client, jobId) => client.deleteOutputStorage(jobId)],
  ["listTasks", (client, jobId) => collectAll(client.getJobOutputStorage(jobId).listTasks())],
  ["saveText", (client, jobId) => client.getTaskOutputStorage(jobId, "t1").saveText("TaskOutput", "x", "a")],
] satisfies [string, (client: BatchOutputsClient, jobId: string) => Promise<unknown>][])(
  "%s with a wrong key is NotAuthorized",
  async (_, call) => {
    const { blobEndpoint, accountName } = useSharedAzurite();
    const { jobId } = await prepareJob();
    const key = new AzureNamedKeyCredential(accountName, wrongKey);
    const error = await captureOurError(
      call(new BatchOutputsClient(blobEndpoint, key, quickRetries), jobId),
      "NotAuthorized",
    );
    expect(error.message).toContain("did not accept the credential");
    expect(error.message).toMatch(
      /\(AuthorizationFailure\): the account key is wrong|the account's firewall/,
    );
  },
);

test("a rejected request of a machine whose clock is wrong by hours is ClockSkew", async () => {
  const { blobEndpoint, accountName } = useSharedAzurite();
  const client = new BatchOutputsClient(
    blobEndpoint,
    new AzureNamedKeyCredential(accountName, wrongKey),
    quickRetries,
  );
  for (const byMs of [2 * hourMs, -2 * hourMs]) {
    setClock(byMs);
    const error = await captureOurError(client.prepareOutputStorage("j1"), "ClockSkew");
    expect(error.message).toMatch(/differ by 1(?:19|20|21) minutes/);
    vi.useRealTimers();
  }
});

test.each<[string, number, BatchOutputsErrorCode, RegExp]>([
  ["AuthorizationPermissionMismatch", 403, "PermissionMissing", /Assign the role "Storage Blob Data Reader"/],
  ["InsufficientAccountPermissions", 403, "AccountUnavailable", /does not accept reads/],
  [
    "KeyBasedAuthenticationNotPermitted",
    403,
    "NotAuthorized",
    /does not accept its keys .* Use Microsoft Entra ID/,
  ],
  [
    "InvalidAuthenticationInfo",
    401,
    "NotAuthorized",
    /did not accept the credential \(InvalidAuthenticationInfo, HTTP 401\)/,
  ],
])("the service's %s is explained", async (code, status, expected, message) => {
  const { client, jobId } = await setUpOutputs(() => ({ kind: "answer", status, code }));
  const error = await captureOurError(collectAll(client.getJobOutputStorage(jobId).listOutputs()), expected);
  expect(error.message).toMatch(message);
  expect(error.cause).toMatchObject({ name: "RestError", statusCode: status });
});

test("a rejected request without a code of this package is RequestRefused, with the service's error as the cause", async () => {
  const { client, jobId } = await setUpOutputs(
    faultAlways("ListBlobs", { kind: "answer", status: 400, code: "InvalidQueryParameterValue" }),
  );
  const error = await captureError(collectAll(client.getJobOutputStorage(jobId).listOutputs()));
  expect(error).toMatchObject({
    code: "RequestRefused",
    cause: { name: "RestError", statusCode: 400, code: "InvalidQueryParameterValue" },
  });
});

test.each([
  ["a SAS", 403, "NotAuthorized"],
  ["a key", 403, "NotAuthorized"],
  ["a key", 400, "RequestRefused"],
] as const)(
  "a code that is not known, to a request with %s and with status %i, is explained in the service's words, without a guess",
  async (credential, status, expected) => {
    const { client, jobId, proxy, stored } = await setUpOutputs();
    proxy.onRequest = () => ({ kind: "answer", status, code: "SomethingNew" });
    const url = await stored.generateSasUrl({
      permissions: ContainerSASPermissions.parse("racwl"),
      expiresOn: new Date(Date.now() + hourMs),
    });
    const job =
      credential === "a key"
        ? client.getJobOutputStorage(jobId)
        : new JobOutputStorage(proxy.getUrlThrough(url), quickRetries);
    const { message, hint } = await captureOurError(collectAll(job.listOutputs()), expected);
    expect(message).toMatch(/: the store refused the request \(SomethingNew, HTTP status 40.\): "[^"]+"\.$/);
    expect(message).not.toMatch(/RequestId|Time:|credential|signed|key/);
    expect(hint).toBeUndefined();
  },
);

test("a service that stays busy is StoreBusy after the retries", async () => {
  const { client, jobId, proxy } = await setUpOutputs(
    faultAlways("ListBlobs", { kind: "answer", status: 503 }),
  );
  const error = await captureError(collectAll(client.getJobOutputStorage(jobId).listOutputs()));
  expect(error).toMatchObject({ code: "StoreBusy", cause: { name: "RestError", statusCode: 503 } });
  expect(proxy.exchanges).toHaveLength(3);
});

test.each(["with nobody listening", "that resets every connection", "that does not exist"])(
  "a store at an address %s is StoreUnreachable, and what was tried is said",
  async (which) => {
    const address = await addressOf(which);
    const sas = "?sv=2021-12-02&sr=c&sp=racwl&se=2099-01-01T00%3A00%3A00Z&sig=c2VjcmV0";
    const task = new TaskOutputStorage(`${address}/devstoreaccount1/job-j1${sas}`, "t1", quickRetries);
    for (const method of ["saveText", "listOutputs", "downloadToBuffer", "exists"]) {
      const error = await captureOurError(calls[method]?.(task) ?? Promise.resolve(), "StoreUnreachable");
      expect(error).toMatchObject({ jobId: "j1", taskId: "t1" });
      expect(error.message).toContain(`nothing answered at ${address}/devstoreaccount1/job-j1 (E`);
      expect(error.message).not.toContain("sig");
    }
  },
);

async function addressOf(which: string): Promise<string> {
  if (which === "that does not exist") return "http://no-such-host.invalid";
  const server = createServer((socket) => socket.resetAndDestroy());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    server.close();
    await once(server, "close");
  };
  if (which === "with nobody listening") await close();
  else onTestFinished(close);
  return `http://127.0.0.1:${port}`;
}

test("an untrusted certificate is CertificateNotTrusted, with a hint how to trust it", async () => {
  await using azurite = await startAzurite({ oauth: true });
  const client = new BatchOutputsClient(azurite.blobEndpoint, createFakeCredential(), quickRetries);
  const error = await captureOurError(client.prepareOutputStorage("j1"), "CertificateNotTrusted");
  expect(error.hint).toEqual({ action: "trust-certificate" });
  expect(error.message).toMatch(/certificate is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)/);
  expect(error.message).toContain("NODE_EXTRA_CA_CERTS");
});
