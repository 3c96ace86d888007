import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { AzureNamedKeyCredential, AzureSASCredential } from "@azure/core-auth";
import { AccountSASPermissions, ContainerSASPermissions } from "@azure/storage-blob";
import { afterAll, beforeAll, expect, test } from "vitest";

import { BatchAccountClient } from "../../src/batch/index.js";
import { BatchOutputsClient, JobOutputStorage, TaskOutputStorage } from "../../src/outputs/index.js";
import { createClientOptions, createFakeCredential } from "../support/azure-tokens.js";
import { startAzurite, type Azurite } from "../support/azurite.js";
import { captureError, captureErrors } from "../support/capture-error.js";
import { collectAll, setUpOutputs, prepareJob, quickRetries } from "../support/output-fixture.js";
import { runProgram } from "../support/run-program.js";
import { useSharedAzurite } from "../support/use-shared-azurite.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import { collectText } from "../support/collect-text.js";
import { createJobId } from "../support/create-job-id.js";

let secure: Azurite;
beforeAll(async () => {
  secure = await startAzurite({ oauth: true });
});
afterAll(() => secure.stop());

/** Where a text tells a SAS signature, a signature by the account's key, a token, or the key: a few words around it. */
function secretIn(text: string, ...urls: readonly string[]): string | undefined {
  const patterns = [
    /\bsig=(?!REDACTED)/i,
    /SharedKey \w+:(?!REDACTED)/,
    /\bBearer (?!REDACTED)/,
    /eyJ[\w-]+\.eyJ/,
  ];
  const signatures = urls.map((url) => new URL(url).searchParams.get("sig") ?? "");
  const words = [useSharedAzurite().accountKey, ...signatures, ...signatures.map(encodeURIComponent)];
  const found = [
    ...patterns.map((pattern) => text.search(pattern)),
    ...words.filter((word) => word !== "").map((word) => text.indexOf(word)),
  ].find((index) => index >= 0);
  return found === undefined ? undefined : text.slice(Math.max(0, found - 300), found + 100);
}

function expectNoSecret(value: unknown, ...urls: readonly string[]): void {
  expect(secretIn(typeof value === "string" ? value : collectText(value), ...urls)).toBeUndefined();
}

test("the check finds secrets that hide, so that it can fail", () => {
  const url = "https://a.blob.core.windows.net/c?sv=1&sig=c2VjcmV0";
  const hidden = [
    Object.defineProperty(new Error("x"), "request", { value: { url }, enumerable: false }),
    new Error("x", { cause: new Error(url) }),
    { nested: [new Map([["a", { [Symbol("s")]: url }]])] },
    new (class {
      get address(): string {
        return url;
      }
    })(),
    Buffer.from(url),
  ];
  for (const value of hidden) expect(secretIn(collectText(value), url)).toContain("c2VjcmV0");
  for (const text of [
    "SharedKey devstoreaccount1:abc=",
    "Bearer abc",
    "eyJ0.eyJh.c2ln",
    "c2VjcmV0",
    "?sig=other",
  ])
    expect(secretIn(text, url)).toContain(text);
  expect(
    secretIn("sig=REDACTED SharedKey a:REDACTED Bearer REDACTED signature design=1", url),
  ).toBeUndefined();
});

async function clientsOfAllKinds() {
  const { blobEndpoint, accountName, accountKey, connectionString } = useSharedAzurite();
  const { jobId, stored, client } = await prepareJob();
  await client.getTaskOutputStorage(jobId, "t1").saveText("TaskOutput", "hello", "a.txt");
  const expiresOn = new Date(Date.now() + 3_600_000);
  const permissions = AccountSASPermissions.parse("rwdlac");
  const accountUrl = useSharedAzurite().serviceClient().generateAccountSasUrl(expiresOn, permissions, "sco");
  const containerUrl = await stored.generateSasUrl({
    permissions: ContainerSASPermissions.parse("racwdl"),
    expiresOn,
  });
  return {
    jobId,
    urls: [accountUrl, containerUrl],
    clients: [
      new BatchOutputsClient(
        blobEndpoint,
        new AzureNamedKeyCredential(accountName, accountKey),
        quickRetries,
      ),
      BatchOutputsClient.fromConnectionString(connectionString, quickRetries),
      new BatchOutputsClient(accountUrl, undefined, quickRetries),
      new BatchOutputsClient(blobEndpoint, new AzureSASCredential(new URL(accountUrl).search), quickRetries),
      new BatchOutputsClient(secure.blobEndpoint, createFakeCredential(), createClientOptions(secure)),
    ],
    containerUrl,
  };
}

test("no returned object contains a credential at any depth", async () => {
  const { jobId, urls, clients, containerUrl } = await clientsOfAllKinds();
  const handedOut: unknown[] = [...clients];
  await clients[4]?.prepareOutputStorage(jobId);
  const storages = [
    ...clients.flatMap((client) => [
      client.getJobOutputStorage(jobId),
      client.getTaskOutputStorage(jobId, "t1"),
    ]),
    new JobOutputStorage(containerUrl),
    new TaskOutputStorage(containerUrl, "t1"),
  ];
  for (const storage of storages) {
    const saved = await storage.saveText("TaskOutput", "hello", "b.txt");
    const many = await storage.saveMany("TaskOutput", "secrets.test.ts", { cwd: import.meta.dirname });
    const listing = storage.listOutputs();
    const pages = await collectAll(storage.listOutputs().byPage());
    const fetched = await storage.downloadOutputs(createTemporaryFolder());
    const stream = await saved.output.openRead();
    handedOut.push(storage, saved, many, listing, pages, fetched, stream, await saved.output.getProperties());
    await buffer(stream);
  }
  for (const client of clients) handedOut.push(await collectAll(client.listJobs().byPage()));
  for (const value of handedOut) expectNoSecret(value, ...urls);
});

test("no error contains a credential at any depth", async () => {
  const { jobId, stored, client, proxy } = await setUpOutputs();
  await client.getTaskOutputStorage(jobId, "t1").saveText("TaskOutput", "hello", "a.txt");
  await stored.getBlobClient("t1/$TaskOutput/a.txt").setHTTPHeaders({ blobContentMD5: randomBytes(16) });
  const signed = async (letters: string, lifetimeInMs: number): Promise<string> =>
    proxy.getUrlThrough(
      await stored.generateSasUrl({
        permissions: ContainerSASPermissions.parse(letters),
        expiresOn: new Date(Date.now() + lifetimeInMs),
      }),
    );
  const good = await signed("racwdl", 3_600_000);
  const urls = [
    good,
    await signed("racwdl", -60_000),
    await signed("t", 3_600_000),
    good.replace(/sig=...../, "sig=AAAAA"),
  ];
  const elsewhere = good.replace(stored.containerName, `job-${createJobId()}`);
  const nobody = good.replace(/:\d+\//, ":1/");
  const errors: Error[] = [];
  for (const url of [...urls, elsewhere, nobody]) {
    const task = new TaskOutputStorage(url, "t1", quickRetries);
    const missing = task.getOutput("TaskOutput", "missing");
    errors.push(
      ...(await rejectionsOf(
        missing.downloadToFile(join(createTemporaryFolder(), "a")),
        missing.openRead(),
        missing.getProperties(),
        missing.delete(),
        task.getOutput("TaskOutput", "a.txt").downloadToBuffer(),
        task.saveText("TaskOutput", "x", "b.txt", { overwrite: "never", metadata: { a: "b" } }),
        task.saveText("TaskOutput", "x", "b.txt", { overwrite: "never", tags: { a: "b" } }),
        task.saveData("TaskOutput", randomBytes(10), "c", { abortSignal: AbortSignal.abort() }),
        collectAll(task.listOutputs()).then(() => Promise.reject(new Error("listed"))),
        task
          .downloadOutputs(createTemporaryFolder())
          .then(({ entries }) => Promise.reject(new Error("fetched", { cause: entries }))),
      )),
    );
  }
  for (const fault of [
    { kind: "answer", status: 500 },
    { kind: "answer", status: 400, code: "InvalidHeaderValue" },
    { kind: "answer", status: 409, code: "ContainerBeingDeleted" },
    { kind: "cut-before" },
  ] as const) {
    proxy.onRequest = () => fault;
    const task = new TaskOutputStorage(good, "t1", quickRetries);
    errors.push(
      ...(await captureErrors(
        task.saveText("TaskOutput", "x", "d"),
        collectAll(task.listOutputs()),
        task.getOutput("TaskOutput", "a.txt").exists(),
      )),
    );
  }
  let fetches = 0;
  proxy.onRequest = ({ operation }) => {
    if (operation !== "GetBlob") return undefined;
    fetches += 1;
    return fetches === 1 ? { kind: "truncate-download", afterBytes: 1 } : { kind: "answer", status: 403 };
  };
  const stream = await new TaskOutputStorage(good, "t1", quickRetries)
    .getOutput("TaskOutput", "a.txt")
    .openRead();
  errors.push(await captureError(buffer(stream)));

  // Of the signatures that are accepted, one can save "b.txt" with metadata, and with tags where the store is Azurite: it does
  // not ask for the letter t.
  expect(errors).toHaveLength(useSharedAzurite().kind === undefined ? 71 : 72);
  for (const error of errors) expectNoSecret(error, ...urls, elsewhere);
});

test("no error of a client with a key or a token contains it", async () => {
  const { blobEndpoint, accountName } = useSharedAzurite();
  const wrongKey = randomBytes(64).toString("base64");
  const byKey = new BatchOutputsClient(
    blobEndpoint,
    new AzureNamedKeyCredential(accountName, wrongKey),
    quickRetries,
  );
  const expired = createFakeCredential({ expiresOn: new Date(Date.now() - 1000) });
  const byToken = new BatchOutputsClient(secure.blobEndpoint, expired, {
    ...createClientOptions(secure),
    retryOptions: { maxTries: 1 },
  });
  const errors = await captureErrors(
    byKey.prepareOutputStorage("j1"),
    collectAll(byKey.listJobs()),
    byToken.prepareOutputStorage("j1"),
    byToken.getOutputStorageContainerUrl("j1"),
  );
  for (const error of errors) {
    expectNoSecret(error);
    expect(collectText(error).includes(wrongKey)).toBe(false);
  }
});

test("no error of a request through a proxy contains the password of the proxy", async () => {
  const { jobId } = await prepareJob();
  const { accountName, accountKey } = useSharedAzurite();
  const password = "cHJveHk";
  // Nothing listens on port 1.
  const proxyOptions = { host: "http://127.0.0.1", port: 1, username: "user", password };
  const options = { ...quickRetries, proxyOptions };
  const store = new BatchOutputsClient(
    "https://account.blob.store.test",
    new AzureNamedKeyCredential(accountName, accountKey),
    options,
  );
  const account = new BatchAccountClient(
    "https://account.region.batch.test",
    new AzureNamedKeyCredential("account", accountKey),
    options,
  );
  const errors = await captureErrors(
    store.prepareOutputStorage(jobId),
    store.getTaskOutputStorage(jobId, "t1").saveText("TaskOutput", "x", "a.txt"),
    collectAll(store.listJobs()),
    account.getJob(jobId),
  );
  for (const error of errors) {
    const text = collectText(error);
    expect(text).toContain("127.0.0.1");
    expect(text).not.toContain(password);
  }
});

const loggingProgram = `
  import { BatchOutputsClient, TaskOutputStorage } from "azure-batch-outputs";
  const { CONTAINER_URL, CONNECTION_STRING, JOB_ID } = process.env;
  const options = { retryOptions: { maxTries: 2, retryDelayInMs: 1, maxRetryDelayInMs: 2 } };
  const client = BatchOutputsClient.fromConnectionString(CONNECTION_STRING, options);
  await client.prepareOutputStorage(JOB_ID);
  await client.getOutputStorageContainerUrl(JOB_ID);
  for await (const job of client.listJobs()) if (job.jobId === JOB_ID) break;
  const good = new TaskOutputStorage(CONTAINER_URL, "t1", options);
  const bad = new TaskOutputStorage(CONTAINER_URL.replace(/sig=..../, "sig=AAAA"), "t1", options);
  const nobody = new TaskOutputStorage(CONTAINER_URL.replace(/:\\d+\\//, ":1/"), "t1", options);
  for (const task of [good, bad, nobody]) {
    const { output } = await task.saveText("TaskOutput", "hello", "a.txt").catch(() => ({}));
    await output?.downloadToBuffer();
    await output?.delete().catch(() => undefined);
    await task.getOutput("TaskOutput", "missing").downloadToBuffer().catch(() => undefined);
    try { for await (const found of task.listOutputs()) String(found.url); } catch { continue; }
  }
`;

test("at the most verbose level neither our log nor the SDK's contains a credential", async () => {
  const { client, jobId } = await prepareJob();
  const CONTAINER_URL = await client.getOutputStorageContainerUrl(jobId);
  const { stdout, stderr, exitCode } = await runProgram(loggingProgram, {
    CONTAINER_URL,
    CONNECTION_STRING: useSharedAzurite().connectionString,
    JOB_ID: jobId,
    AZURE_LOG_LEVEL: "verbose",
    TYPESPEC_RUNTIME_LOG_LEVEL: "verbose",
  });
  expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 0 });
  expectNoSecret(stderr, CONTAINER_URL);
  expect(stderr).toContain(
    `azure:batch-outputs:verbose TaskOutputStorage.saveText: saving TaskOutput "a.txt" of task "t1" of job "${jobId}"`,
  );
  expect(stderr).toContain("azure:batch-outputs:warning");
  expect(stderr).toContain("azure:storage-blob:info Request");
});

test("nothing is logged when nobody asked for it", async () => {
  const { client, jobId } = await prepareJob();
  const result = await runProgram(loggingProgram, {
    CONTAINER_URL: await client.getOutputStorageContainerUrl(jobId),
    CONNECTION_STRING: useSharedAzurite().connectionString,
    JOB_ID: jobId,
  });
  expect(result).toEqual({ stdout: "", stderr: "", exitCode: 0 });
});

/** The errors of those calls that fail. */
async function rejectionsOf(...work: Promise<unknown>[]): Promise<Error[]> {
  const results = await Promise.allSettled(work);
  return results.flatMap((result) => (result.status === "rejected" ? [result.reason as Error] : []));
}
