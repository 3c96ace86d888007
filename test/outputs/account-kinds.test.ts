import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { BatchOutputsClient, JobOutputStorage, TaskOutputStorage } from "../../src/outputs/index.js";
import { accountKey, accountName } from "../support/azurite.js";
import { captureOurError } from "../support/capture-error.js";
import { collectAll, quickRetries, setUpOutputs } from "../support/output-fixture.js";
import { computeSignature } from "../support/sas-signature.js";
import { startStrictAccount, type StrictAccount } from "../support/strict-account.js";
import type { AccountKind, StrictAzureSettings } from "../support/strict-azure/start-strict-azure.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import { createJobId } from "../support/create-job-id.js";
import { jobOutputContainerName } from "../../src/conventions/index.js";

interface StrictJob extends StrictAccount {
  readonly jobId: string;
  readonly containerName: string;
  readonly client: BatchOutputsClient;
}

/** A prepared job in an account that answers as Azure does. */
async function prepareStrictJob(kind: AccountKind, settings: StrictAzureSettings = {}): Promise<StrictJob> {
  const account = await startStrictAccount(kind, settings);
  const jobId = createJobId();
  const client = BatchOutputsClient.fromConnectionString(account.connectionString, quickRetries);
  await client.prepareOutputStorage(jobId);
  return { ...account, jobId, client, containerName: jobOutputContainerName(jobId) };
}

const inAnHour = (): Date => new Date(Date.now() + 3_600_000);
const kinds = ["flat", "hierarchical"] as const;

describe.each(kinds)("An account with a %s namespace", (kind) => {
  it("returns small and empty pages: every listing continues to the end", async () => {
    const { client, jobId, service, containerName } = await prepareStrictJob(kind, {
      pages: { maxPageSize: 3 },
    });
    const paths = Array.from({ length: 8 }, (_, index) => `part-${index}.txt`);
    for (const taskId of ["t1", "t2"]) {
      await client.getTaskOutputStorage(jobId, taskId).saveText("TaskLog", "x", "stdout.txt");
      for (const path of paths)
        await client.getTaskOutputStorage(jobId, taskId).saveText("TaskOutput", "x", path);
    }
    const bySdk = new JobOutputStorage(service.getContainerClient(containerName));
    for (const job of [client.getJobOutputStorage(jobId), bySdk]) {
      expect(await collectAll(job.listTasks())).toEqual(["t1", "t2"]);
      expect(await collectAll(job.listAllOutputs())).toHaveLength(18);
      const ofTask = await collectAll(job.getTaskOutputStorage("t2").listOutputs("TaskOutput"));
      expect(ofTask.map(({ filePath }) => filePath)).toEqual(paths);
    }
    const task = client.getTaskOutputStorage(jobId, "t1");
    expect(await task.downloadOutputs(createTemporaryFolder())).toMatchObject({ downloadedCount: 9 });
  });

  it("encodes names that XML cannot contain: they are listed, read and deleted", async () => {
    const { client, jobId, service, containerName } = await prepareStrictJob(kind);
    const name = "t1/$TaskOutput/a\uFFFE & b%20.txt";
    await service.getContainerClient(containerName).getBlockBlobClient(name).upload("content", 7);
    const bySdk = new TaskOutputStorage(service.getContainerClient(containerName), "t1");
    for (const task of [client.getTaskOutputStorage(jobId, "t1"), bySdk]) {
      const [output] = await collectAll(task.listOutputs());
      expect(output?.filePath).toBe("a\uFFFE & b%20.txt");
      expect((await output?.downloadToBuffer())?.toString()).toBe("content");
    }
    await (await collectAll(bySdk.listOutputs()))[0]?.delete();
    expect(await collectAll(bySdk.listOutputs())).toEqual([]);
  });

  it("is throttled for a while: saving and listing succeed afterwards", async () => {
    let count = 0;
    const codes = ["ServerBusy", "OperationTimedOut", "InternalError"] as const;
    const { client, jobId } = await prepareStrictJob(kind, {
      throttling: ({ blobName, parameters }) => {
        if (blobName === undefined && parameters.get("comp") !== "list") return undefined;
        count += 1;
        return count % 2 === 0 ? undefined : codes[count % codes.length];
      },
    });
    const task = client.getTaskOutputStorage(jobId, "t1");
    for (const path of ["a", "b", "c"]) await task.saveText("TaskOutput", "x", path);
    expect(await collectAll(task.listOutputs())).toHaveLength(3);
    expect(count).toBeGreaterThan(7);
  });

  it("stays throttled: the call throws StoreBusy", async () => {
    const { client, jobId } = await prepareStrictJob(kind, {
      throttling: ({ blobName }) => (blobName === undefined ? undefined : "ServerBusy"),
    });
    const saving = client.getTaskOutputStorage(jobId, "t1").saveText("TaskOutput", "x", "a");
    await captureOurError(saving, "StoreBusy");
  });

  it("has no append blobs: a tracked log is not supported, and saving is", async () => {
    const { client, jobId } = await prepareStrictJob(kind, { hasNoAppendBlobs: true });
    const task = client.getTaskOutputStorage(jobId, "t1");
    const { output } = await task.saveText("TaskLog", "log\n", "app.log");
    const folder = createTemporaryFolder();
    await output.downloadToFile(`${folder}/other.log`);
    await captureOurError(
      task.saveTracked("TaskLog", `${folder}/other.log`, { destinationPath: "other.log" }),
      "FeatureNotSupported",
    );
  });

  it("is older than this package: the error names the unsupported version", async () => {
    const account = await startStrictAccount(kind, { newestVersion: "2019-07-07" });
    const client = BatchOutputsClient.fromConnectionString(account.connectionString, quickRetries);
    const saving = client.getTaskOutputStorage(createJobId(), "t1").saveText("TaskOutput", "x", "a");
    const error = await captureOurError(saving, "RequestRefused");
    expect(error.message).toMatch(/does not support version 20\d\d-\d\d-\d\d/);
  });

  it("has a stored access policy: a SAS that names it works until it is removed", async () => {
    const { service, containerName } = await prepareStrictJob(kind);
    const container = service.getContainerClient(containerName);
    const accessPolicy = {
      permissions: "racwl",
      expiresOn: inAnHour(),
      startsOn: new Date(Date.now() - 60_000),
    };
    await container.setAccessPolicy(undefined, [{ id: "nightly", accessPolicy }]);
    const url = await container.generateSasUrl({ identifier: "nightly" });
    const task = new TaskOutputStorage(url, "t1", quickRetries);
    await task.saveText("TaskOutput", "x", "a.txt");
    expect(await collectAll(task.listOutputs())).toHaveLength(1);
    await container.setAccessPolicy(undefined, []);
    const error = await captureOurError(collectAll(task.listOutputs()), "CredentialExpired");
    expect(error.message).toContain('stored access policy "nightly"');
  });

  it("ends a SAS with the user delegation key that signed it", async () => {
    const { blobEndpoint, containerName } = await prepareStrictJob(kind);
    const [started, ended] = [new Date(Date.now() - 7_200_000), new Date(Date.now() - 3_600_000)];
    const sas = new URLSearchParams({
      ...{ sv: "2024-11-04", sp: "rl", sr: "c", se: inAnHour().toISOString(), sks: "b", skv: "2024-11-04" },
      ...{ skoid: "66666666-7777-8888-9999-000000000000", sktid: "11111111-2222-3333-4444-555555555555" },
      ...{ skt: started.toISOString(), ske: ended.toISOString(), sig: "c2VjcmV0" },
    });
    const task = new TaskOutputStorage(
      `${blobEndpoint}/${containerName}?${sas.toString()}`,
      "t1",
      quickRetries,
    );
    const error = await captureOurError(collectAll(task.listOutputs()), "CredentialExpired");
    expect(error.message).toContain(`key that signed the SAS expired at ${ended.toISOString()}`);
  });
});

describe("An account with a hierarchical namespace, further", () => {
  it("gives a task access to its own folder alone, by a SAS for a directory", async () => {
    const { client, jobId, containerName } = await prepareStrictJob("hierarchical");
    await client.getTaskOutputStorage(jobId, "t2").saveText("TaskOutput", "x", "of-another.txt");
    const url = await client.getOutputStorageContainerUrl(jobId, { taskId: "t1", permissions: "racwdl" });
    const { searchParams } = new URL(url);
    expect([searchParams.get("sr"), searchParams.get("sdd")]).toEqual(["d", "1"]);
    expect(searchParams.get("sig")).toBe(
      computeSignature(searchParams, { containerName, blobName: "t1" }, { accountName, key: accountKey }),
    );
    const task = new TaskOutputStorage(url, "t1", quickRetries);
    await task.saveText("TaskOutput", "content", "a.txt");
    const [output, ...others] = await collectAll(task.listOutputs());
    expect(others).toEqual([]);
    expect((await output?.downloadToBuffer())?.toString()).toBe("content");
    await output?.delete();
    expect(await collectAll(task.listOutputs())).toEqual([]);
    const ofAnother = new TaskOutputStorage(url, "t2", quickRetries);
    await captureOurError(collectAll(ofAnother.listOutputs()), "NotAuthorized");
    await captureOurError(ofAnother.saveText("TaskOutput", "x", "b.txt"), "NotAuthorized");
    const ofJob = new JobOutputStorage(url, quickRetries);
    const { message } = await captureOurError(collectAll(ofJob.listOutputs()), "NotAuthorized");
    expect(message).toMatch(/Signed Directory Depth Invalid.*for one directory \(sr=d\)/);
  });

  it("has a stored access policy for a task's directory", async () => {
    const { client, jobId, service, containerName } = await prepareStrictJob("hierarchical");
    const container = service.getContainerClient(containerName);
    const accessPolicy = {
      permissions: "racwl",
      expiresOn: inAnHour(),
      startsOn: new Date(Date.now() - 60_000),
    };
    await container.setAccessPolicy(undefined, [{ id: "tasks", accessPolicy }]);
    const url = await client.getOutputStorageContainerUrl(jobId, { taskId: "t1", policyId: "tasks" });
    const task = new TaskOutputStorage(url, "t1", quickRetries);
    await task.saveText("TaskOutput", "content", "a.txt");
    expect(await collectAll(task.listOutputs())).toHaveLength(1);
    await container.setAccessPolicy(undefined, []);
    await captureOurError(collectAll(task.listOutputs()), "CredentialExpired");
  });

  it("has no output of the name of a folder, for any call", async () => {
    const { client, jobId, service, containerName } = await prepareStrictJob("hierarchical");
    const task = client.getTaskOutputStorage(jobId, "t1");
    await task.saveText("TaskOutput", "x", "results/a.txt");
    const folder = createTemporaryFolder();
    const bySdk = new TaskOutputStorage(service.getContainerClient(containerName), "t1");
    for (const output of [task, bySdk].map((storage) => storage.getOutput("TaskOutput", "results"))) {
      expect(await output.exists()).toBe(false);
      for (const call of [
        () => output.getProperties(),
        () => output.downloadToFile(`${folder}/results`),
        () => output.downloadToBuffer(),
        () => output.openRead(),
        () => collectAll(output.tail()),
        () => output.delete(),
        () => output.delete({ deleteSnapshots: "include" }),
        () => output.setTier("Cool"),
      ]) {
        const error = await captureOurError(call(), "OutputNotFound");
        expect(error).toMatchObject({ path: "results", hint: { action: "list" } });
      }
    }
    expect(readdirSync(folder)).toEqual([]);
    expect(await collectAll(task.listOutputs())).toHaveLength(1);
  });

  it("refuses to store a file where a folder is, and below a file, with an explanation", async () => {
    const { client, jobId } = await prepareStrictJob("hierarchical");
    const task = client.getTaskOutputStorage(jobId, "t1");
    await task.saveText("TaskOutput", "x", "results/a.txt");
    for (const path of ["results", "results/a.txt/b"]) {
      const error = await captureOurError(task.saveText("TaskOutput", "x", path), "RequestRefused");
      expect(error.message).toContain("a folder and a file cannot have the same name");
    }
  });
});

describe("A URL for one task", () => {
  it("is not created for an account without a hierarchical namespace", async () => {
    const { client, jobId } = await prepareStrictJob("flat");
    const error = await captureOurError(
      client.getOutputStorageContainerUrl(jobId, { taskId: "t1" }),
      "CannotSign",
    );
    expect(error.message).toContain("only storage accounts with a hierarchical namespace");
    const stated = { taskId: "t1", hierarchicalNamespace: false };
    await captureOurError(client.getOutputStorageContainerUrl(jobId, stated), "CannotSign");
  });

  it("is created without a request if the caller states the account kind", async () => {
    const client = BatchOutputsClient.fromConnectionString(
      `AccountName=films;AccountKey=${accountKey};BlobEndpoint=http://127.0.0.1:1/films`,
    );
    const url = await client.getOutputStorageContainerUrl("film-7", {
      taskId: "t1",
      hierarchicalNamespace: true,
    });
    expect(new URL(url).searchParams.get("sr")).toBe("d");
  });

  it("fails with the option's name if the account kind cannot be requested", async () => {
    const { proxy, client, jobId } = await setUpOutputs(({ url }) =>
      url.includes("comp=properties")
        ? { kind: "answer", status: 403, code: "AuthorizationPermissionMismatch" }
        : undefined,
    );
    const asking = client.getOutputStorageContainerUrl(jobId, { taskId: "t1" });
    const error = await captureOurError(asking, "CannotSign");
    expect(error.hint).toEqual({ action: "state-namespace" });
    expect(proxy.exchanges).toHaveLength(1);
  });

  it.each(["t", "f", "", "rx"])("has no permission %j", async (permissions) => {
    const { client, jobId } = await prepareStrictJob("hierarchical");
    await expect(
      client.getOutputStorageContainerUrl(jobId, { taskId: "t1", permissions }),
    ).rejects.toMatchObject({ argument: "options.permissions" });
  });
});

describe("A blob of another type", () => {
  it.each(kinds)("cannot be replaced by a save to a %s account, in any overwrite mode", async (kind) => {
    const { client, jobId, service, containerName } = await prepareStrictJob(kind);
    await service.getContainerClient(containerName).getAppendBlobClient("t1/$TaskLog/app.log").create();
    const task = client.getTaskOutputStorage(jobId, "t1");
    for (const overwrite of ["always", "if-changed"] as const)
      await captureOurError(task.saveText("TaskLog", "x", "app.log", { overwrite }), "AnotherWriter");
    await captureOurError(task.saveText("TaskLog", "x", "app.log", { overwrite: "never" }), "OutputExists");
  });
});
