import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { AccountSASPermissions } from "@azure/storage-blob";
import { expect, test } from "vitest";
import { BatchOutputsError } from "../../../src/core/index.js";

import { BatchOutputsClient, JobOutputStorage, TaskOutputStorage } from "../../../src/outputs/index.js";
import {
  createClientOptions,
  createTrustingEnvironment,
  createUnsignedToken,
} from "../../support/azure-tokens.js";
import { startAzurite } from "../../support/azurite.js";
import { collectAll, prepareJob } from "../../support/output-fixture.js";
import { runProgram } from "../../support/run-program.js";
import { useSharedAzurite } from "../../support/use-shared-azurite.js";

/** What task code does, with nothing but its environment. */
const taskProgram = `
  import { TaskOutputStorage } from "azure-batch-outputs";
  const task = TaskOutputStorage.fromEnvironment();
  const { output } = await task.saveText("TaskOutput", "hello from " + task.taskId + " of " + task.jobId, "a.txt");
  console.log((await output.downloadToBuffer()).toString());
`;

async function runTask(jobId: string, env: Record<string, string>): Promise<string> {
  const result = await runProgram(taskProgram, { AZ_BATCH_JOB_ID: jobId, AZ_BATCH_TASK_ID: "t1", ...env });
  expect(result).toMatchObject({ stderr: "", exitCode: 0 });
  return result.stdout.trim();
}

function incomplete(make: () => unknown): BatchOutputsError {
  try {
    make();
  } catch (error) {
    if (!(error instanceof BatchOutputsError)) throw error;
    expect(error.code).toBe("EnvironmentIncomplete");
    return error;
  }
  throw new TypeError("nothing failed");
}

test("a task saves with the container URL from the client", async () => {
  const { client, jobId } = await prepareJob();
  const env = { AZURE_BATCH_OUTPUTS_CONTAINER_URL: await client.getOutputStorageContainerUrl(jobId) };
  expect(await runTask(jobId, env)).toBe(`hello from t1 of ${jobId}`);
});

test("a task saves by a connection string", async () => {
  const { jobId } = await prepareJob();
  const env = { AZURE_STORAGE_CONNECTION_STRING: useSharedAzurite().connectionString };
  expect(await runTask(jobId, env)).toBe(`hello from t1 of ${jobId}`);
});

test("a task saves by an account URL with a SAS", async () => {
  const { jobId } = await prepareJob();
  const permissions = AccountSASPermissions.parse("rwlac");
  const AZURE_STORAGE_ACCOUNT_URL = useSharedAzurite()
    .serviceClient()
    .generateAccountSasUrl(undefined, permissions, "sco");
  expect(await runTask(jobId, { AZURE_STORAGE_ACCOUNT_URL })).toBe(`hello from t1 of ${jobId}`);
});

test("a task on a node with a managed identity saves by an account URL alone", async () => {
  await using azurite = await startAzurite({ oauth: true });
  const client = BatchOutputsClient.fromConnectionString(
    azurite.connectionString,
    createClientOptions(azurite),
  );
  await client.prepareOutputStorage("by-identity");
  // What a managed identity is for a program: an address on this machine that hands out tokens.
  const asked: string[] = [];
  const identity = createServer((request, response) => {
    asked.push(`${request.url ?? ""} ${String(request.headers["x-identity-header"])}`);
    const expires_on = Math.floor(Date.now() / 1000) + 3600;
    response.setHeader("content-type", "application/json");
    response.end(
      JSON.stringify({
        access_token: createUnsignedToken(),
        expires_on,
        resource: "https://storage.azure.com",
        token_type: "Bearer",
      }),
    );
  });
  identity.listen(0, "127.0.0.1");
  await once(identity, "listening");
  const { port } = identity.address() as AddressInfo;
  try {
    const said = await runTask("by-identity", {
      AZURE_STORAGE_ACCOUNT_URL: azurite.blobEndpoint,
      AZURE_TOKEN_CREDENTIALS: "ManagedIdentityCredential",
      IDENTITY_ENDPOINT: `http://127.0.0.1:${port}/msi/token`,
      IDENTITY_HEADER: "of-this-node",
      ...createTrustingEnvironment(azurite),
    });
    expect(said).toBe("hello from t1 of by-identity");
    expect(asked[0]).toMatch(/^\/msi\/token\?.*resource=https%3A%2F%2Fstorage\.azure\.com.* of-this-node$/);
  } finally {
    identity.close();
    identity.closeAllConnections();
  }
});

test("an account URL without a SAS means Entra ID: no token, and the call says so", async () => {
  const program = taskProgram
    .replace("console.log", "")
    .replace(
      "const { output }",
      "process.on('uncaughtException', (error) => { console.log(error.code + ': ' + error.message); process.exit(3); });\nconst { output }",
    );
  const { stdout, exitCode } = await runProgram(program, {
    AZ_BATCH_JOB_ID: "j1",
    AZ_BATCH_TASK_ID: "t1",
    AZURE_STORAGE_ACCOUNT_URL: "https://account.blob.core.windows.net",
    AZURE_TOKEN_CREDENTIALS: "EnvironmentCredential",
  });
  expect(stdout).toMatch(
    /^NotAuthorized: Saving TaskOutput "a\.txt" of task "t1" of job "j1" failed: Microsoft Entra ID returned no token/,
  );
  expect(exitCode).toBe(3);
});

test("the container URL comes first, then the connection string, then the account URL", async () => {
  const { client, jobId } = await prepareJob();
  const env = {
    AZ_BATCH_JOB_ID: jobId,
    AZURE_BATCH_OUTPUTS_CONTAINER_URL: await client.getOutputStorageContainerUrl(jobId),
    AZURE_STORAGE_CONNECTION_STRING: "UseDevelopmentStorage=true",
    AZURE_STORAGE_ACCOUNT_URL: "https://account.blob.core.windows.net",
  };
  const urlOf = (variables: Record<string, string>): string =>
    JobOutputStorage.fromEnvironment(variables).containerClient.url;
  expect(urlOf(env)).toBe(env.AZURE_BATCH_OUTPUTS_CONTAINER_URL);
  expect(urlOf({ ...env, AZURE_BATCH_OUTPUTS_CONTAINER_URL: "" })).toBe(
    `http://127.0.0.1:10000/devstoreaccount1/job-${jobId}`,
  );
  const { AZURE_STORAGE_ACCOUNT_URL } = env;
  expect(urlOf({ AZ_BATCH_JOB_ID: jobId, AZURE_STORAGE_ACCOUNT_URL })).toBe(
    `https://account.blob.core.windows.net/job-${jobId}`,
  );
});

test("the environment is that of the process by default", () => {
  const error = incomplete(() => TaskOutputStorage.fromEnvironment());
  expect(error.message).toContain("AZ_BATCH_TASK_ID is not set");
});

test("the error names the missing variable and its purpose", () => {
  const url = "https://account.blob.core.windows.net/job-j1?sig=secret";
  const noTask = incomplete(() =>
    TaskOutputStorage.fromEnvironment({ AZURE_BATCH_OUTPUTS_CONTAINER_URL: url }),
  );
  expect(noTask.message).toMatch(
    /^The environment variable AZ_BATCH_TASK_ID is not set\. Batch sets it for every task/,
  );
  const noStore = incomplete(() => JobOutputStorage.fromEnvironment({ AZ_BATCH_JOB_ID: "j1" }));
  for (const name of [
    "AZURE_BATCH_OUTPUTS_CONTAINER_URL",
    "AZURE_STORAGE_CONNECTION_STRING",
    "AZURE_STORAGE_ACCOUNT_URL",
  ])
    expect(noStore.message).toContain(name);
  for (const store of [
    { AZURE_STORAGE_CONNECTION_STRING: "UseDevelopmentStorage=true" },
    { AZURE_STORAGE_ACCOUNT_URL: "https://account.blob.core.windows.net" },
  ]) {
    const noJob = incomplete(() => JobOutputStorage.fromEnvironment(store));
    expect(noJob.message).toMatch(/^The environment variable AZ_BATCH_JOB_ID is not set/);
  }
});

test("a container URL alone is enough for a job's storage", () => {
  const url = "https://account.blob.core.windows.net/job-j1?sig=secret";
  expect(JobOutputStorage.fromEnvironment({ AZURE_BATCH_OUTPUTS_CONTAINER_URL: url }).jobId).toBe("j1");
});

test.each([
  ["AZ_BATCH_TASK_ID", "no task id", {}],
  ["AZ_BATCH_TASK_ID", "t".repeat(65), {}],
  ["AZ_BATCH_JOB_ID", "no job id", {}],
  ["AZ_BATCH_JOB_ID", "no job id", { AZURE_STORAGE_CONNECTION_STRING: "" }],
  ["AZURE_STORAGE_CONNECTION_STRING", "AccountName=a;SharedKey=c2VjcmV0", {}],
  ["AZURE_STORAGE_ACCOUNT_URL", "account.blob.core.windows.net", { AZURE_STORAGE_CONNECTION_STRING: "" }],
  [
    "AZURE_STORAGE_ACCOUNT_URL",
    "http://account.blob.core.windows.net",
    { AZURE_STORAGE_CONNECTION_STRING: "" },
  ],
  [
    "AZURE_STORAGE_ACCOUNT_URL",
    "https://account.blob.core.windows.net/job-j1?sig=secret",
    { AZURE_STORAGE_CONNECTION_STRING: "" },
  ],
  ["AZURE_BATCH_OUTPUTS_CONTAINER_URL", "https://account.blob.core.windows.net/?sig=secret", {}],
  ["AZURE_BATCH_OUTPUTS_CONTAINER_URL", "not a url?sig=secret", {}],
])("%s=%s is rejected, and shown without its secret", (name, value, others) => {
  const env: Record<string, string> = {
    AZ_BATCH_JOB_ID: "j1",
    AZ_BATCH_TASK_ID: "t1",
    AZURE_STORAGE_CONNECTION_STRING: "UseDevelopmentStorage=true",
    AZURE_STORAGE_ACCOUNT_URL: "https://account.blob.core.windows.net",
    ...others,
    [name]: value,
  };
  const error = incomplete(() => TaskOutputStorage.fromEnvironment(env));
  expect(error.message).toMatch(new RegExp(`^The environment variable ${name} (must|is not) `));
  expect(`${error.message} ${String(error.cause)}`).not.toMatch(/secret|c2VjcmV0/);
});

test.each(['"', "'", " "])("quotes or spaces (%j) around a variable are removed", (quote) => {
  const quoted = (text: string): string => `${quote}${text}${quote}`;
  const env = { AZ_BATCH_JOB_ID: quoted("j1"), AZ_BATCH_TASK_ID: quoted("t1") };
  const url = "https://account.blob.core.windows.net/job-j1?sv=2025-11-05&sp=r&sig=c2ln";
  for (const store of [
    { AZURE_BATCH_OUTPUTS_CONTAINER_URL: quoted(url) },
    { AZURE_STORAGE_CONNECTION_STRING: quoted("AccountName=account;AccountKey=c2VjcmV0") },
    {
      AZURE_STORAGE_ACCOUNT_URL: quoted("https://account.blob.core.windows.net/?sv=2025-11-05&sp=r&sig=c2ln"),
    },
  ]) {
    const storage = TaskOutputStorage.fromEnvironment({ ...env, ...store });
    expect(storage).toMatchObject({ jobId: "j1", taskId: "t1" });
    expect(storage.getOutput("TaskOutput", "a").url).toContain("/job-j1/t1/");
  }
});

test("the job id is not used for another job's container", async () => {
  const url = "https://account.blob.core.windows.net/job-upstream?sig=x";
  const env = { AZ_BATCH_JOB_ID: "mine", AZ_BATCH_TASK_ID: "t1", AZURE_BATCH_OUTPUTS_CONTAINER_URL: url };
  expect(TaskOutputStorage.fromEnvironment(env).jobId).toBe("upstream");
  const own = { ...env, AZ_BATCH_JOB_ID: "UpStream" };
  expect(TaskOutputStorage.fromEnvironment(own).jobId).toBe("UpStream");
  const { client, jobId } = await prepareJob("My_Job");
  const hashed = {
    AZ_BATCH_JOB_ID: jobId,
    AZURE_BATCH_OUTPUTS_CONTAINER_URL: await client.getOutputStorageContainerUrl(jobId),
  };
  const job = JobOutputStorage.fromEnvironment(hashed);
  expect(job.jobId).toBe(jobId);
  expect(await collectAll(job.listOutputs())).toEqual([]);
});
