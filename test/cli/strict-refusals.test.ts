import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { BlobServiceClient, ContainerSASPermissions, StorageSharedKeyCredential } from "@azure/storage-blob";
import { describe, expect, it, onTestFinished } from "vitest";
import { accountKey, accountName } from "../support/azurite.js";
import { setUpCliJob, type CliJob, putBlob, runCli } from "../support/cli.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import { useSharedAzurite } from "../support/use-shared-azurite.js";
import { startStrictAccount } from "../support/strict-account.js";
import type { StrictAzureSettings } from "../support/strict-azure/start-strict-azure.js";

/** A job whose requests go through a server that refuses what Azure refuses. */
async function strictJob(settings: StrictAzureSettings = {}): Promise<CliJob & { blobEndpoint: string }> {
  const job = await setUpCliJob();
  const { blobEndpoint, connectionString } = await startStrictAccount("flat", settings);
  const connection = { AZURE_STORAGE_CONNECTION_STRING: connectionString };
  return {
    ...job,
    blobEndpoint,
    env: { ...job.env, ...connection },
    taskEnv: { ...job.taskEnv, ...connection },
  };
}

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = createTemporaryFolder();
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

/** The URL of the job's container with a SAS, as a task has it. */
async function containerUrl(
  job: { containerName: string; blobEndpoint: string },
  start?: Date,
): Promise<string> {
  const service = new BlobServiceClient(
    job.blobEndpoint,
    new StorageSharedKeyCredential(accountName, accountKey),
  );
  return await service.getContainerClient(job.containerName).generateSasUrl({
    permissions: ContainerSASPermissions.parse("racwdl"),
    expiresOn: new Date(Date.now() + 3_600_000),
    ...(start !== undefined && { startsOn: start }),
  });
}

function taskWith(job: CliJob, url: string): Record<string, string> {
  const { AZ_BATCH_JOB_ID = "", AZ_BATCH_TASK_ID = "" } = job.taskEnv;
  return { AZ_BATCH_JOB_ID, AZ_BATCH_TASK_ID, AZURE_BATCH_OUTPUTS_CONTAINER_URL: url };
}

describe("A protected output", () => {
  it("is leased: save, delete and track report it with a hint, without repeating the request", async () => {
    const job = await setUpCliJob();
    await putBlob(job, "t1/$TaskOutput/model.bin");
    const container = useSharedAzurite().serviceClient().getContainerClient(job.containerName);
    await container
      .getBlobClient("t1/$TaskOutput/model.bin")
      .getBlobLeaseClient("00000000-0000-0000-0000-000000000001")
      .acquireLease(-1);
    const log = container.getAppendBlobClient("t1/$TaskLog/app.log");
    await log.create();
    await log.getBlobLeaseClient("00000000-0000-0000-0000-000000000002").acquireLease(-1);
    const cwd = folderWith({ "model.bin": "new", "app.log": "line\n" });
    const storedAt = Date.now();
    // Old enough for prune.
    await expect.poll(() => Date.now() - storedAt).toBeGreaterThan(2_000);
    for (const args of [
      ["save", "TaskOutput", "model.bin"],
      ["delete", "TaskOutput", "model.bin", "--yes"],
      ["prune", "--older-than", "1s", "--kind", "TaskOutput", "--yes"],
      ["track", "app.log", "--once"],
    ]) {
      const { status, stderr } = await runCli(args, { env: job.taskEnv, cwd });
      expect({ args, status }).toEqual({ args, status: 1 });
      expect(stderr).toMatch(args[0] === "track" ? /app\.log/ : /model\.bin/);
      expect(stderr).toMatch(/holds a lease .*\(LeaseIdMissing\).*\(OutputLeased\)/);
      expect(stderr).not.toMatch(/RequestId/);
    }
  });

  it("is immutable: delete reports it, and continues with the others", async () => {
    const job = await strictJob({
      protection: (name) =>
        name.endsWith("kept.txt") ? "policy" : name.endsWith("held.txt") ? "hold" : undefined,
    });
    for (const name of ["free", "held", "kept"]) await putBlob(job, `t1/$TaskOutput/${name}.txt`);
    const { status, stderr, objects } = await runCli(["delete", "TaskOutput", "--yes", "--json"], {
      env: job.taskEnv,
    });
    expect(status).toBe(5);
    expect(stderr).toMatch(/kept\.txt.*immutability policy.*\(OutputImmutable\)/);
    expect(stderr).toMatch(/held\.txt.*legal hold.*\(OutputImmutable\)/);
    expect(objects).toContainEqual(expect.objectContaining({ path: "free.txt", status: "deleted" }));
  });

  it("is archived: it cannot be read, and the error has a hint", async () => {
    const job = await strictJob();
    const container = useSharedAzurite().serviceClient().getContainerClient(job.containerName);
    await container.getBlockBlobClient("t1/$TaskOutput/a.txt").upload("x", 1, { tier: "Archive" });
    const { status, stderr } = await runCli(["cat", "TaskOutput", "a.txt"], { env: job.taskEnv });
    expect(status).toBe(1);
    expect(stderr).toMatch(/a\.txt.*Archive.*batch-outputs rehydrate.*\(OutputArchived\)/);
  });
});

describe("A SAS that the account does not accept", () => {
  it("has no start time, which the expiration policy requires: save and doctor pass that on", async () => {
    const job = await strictJob({ requiresSignedStart: true });
    const env = taskWith(job, await containerUrl(job));
    const cwd = folderWith({ "a.txt": "x" });
    for (const args of [["save", "TaskOutput", "a.txt"], ["doctor"]]) {
      const { status, stdout, stderr } = await runCli(args, { env, cwd });
      expect({ args, status }).toEqual({ args, status: 4 });
      expect(`${stdout}${stderr}`).toMatch(/no signed start[^]*--starts-ago/);
    }
    const accepted = taskWith(job, await containerUrl(job, new Date(Date.now() - 900_000)));
    expect(await runCli(["save", "TaskOutput", "a.txt"], { env: accepted, cwd })).toMatchObject({
      status: 0,
    });
  });

  it("is signed with a key, which the account forbids", async () => {
    const job = await strictJob({ forbidsKeys: true });
    const { status, stderr } = await runCli(["list"], { env: taskWith(job, await containerUrl(job)) });
    expect(status).toBe(4);
    expect(stderr).toMatch(/signed with a key of the account.*Microsoft Entra ID.*\(NotAuthorized\)/);
  });

  it("is for another address or for https", async () => {
    const job = await strictJob();
    const service = new BlobServiceClient(
      job.blobEndpoint,
      new StorageSharedKeyCredential(accountName, accountKey),
    );
    const sas = {
      permissions: ContainerSASPermissions.parse("rl"),
      expiresOn: new Date(Date.now() + 3_600_000),
    };
    const container = service.getContainerClient(job.containerName);
    const elsewhere = await container.generateSasUrl({ ...sas, ipRange: { start: "203.0.113.7" } });
    const { status, stderr } = await runCli(["list"], { env: taskWith(job, elsewhere) });
    expect(status).toBe(4);
    expect(stderr).toMatch(/203\.0\.113\.7.*\(NotAuthorized\)/);
  });

  it("is damaged: it is reported before any request, as an argument error", async () => {
    const job = await setUpCliJob();
    const url = "https://films.blob.core.windows.net/job-x?sv=2024-11-04&amp;sr=c&amp;sig=c2VjcmV0";
    const { status, stderr } = await runCli(["list"], { env: taskWith(job, url) });
    expect(status).toBe(2);
    expect(stderr).toMatch(/AZURE_BATCH_OUTPUTS_CONTAINER_URL .*&amp;/);
    expect(stderr).not.toContain("c2VjcmV0");
  });
});

/** A proxy that answers every request in the same way. */
async function answeringProxy(status: number): Promise<string> {
  const server: Server = createServer((request, response) => {
    request.resume();
    response.writeHead(status, { "content-type": "text/html", "proxy-authenticate": "Basic" });
    response.end("<html><body>no</body></html>");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("A proxy that fails", () => {
  const list = ["list", "--max-tries", "1"];

  it("does not answer", async () => {
    const job = await setUpCliJob();
    const { status, stderr } = await runCli(list, { env: { ...job.env, HTTP_PROXY: "http://127.0.0.1:9" } });
    expect(status).toBe(1);
    expect(stderr).toMatch(/proxy.*ECONNREFUSED.*HTTP_PROXY.*\(ProxyFailed\)/);
  });

  it.each([
    [407, /requires authentication.*user name and password/],
    [403, /proxy answered in place of the store \(HTTP status 403\)/],
    [502, /proxy answered in place of the store \(HTTP status 502\)/],
  ])("answers %d itself", async (code, expected) => {
    const job = await setUpCliJob();
    const proxy = await answeringProxy(code);
    const { stderr } = await runCli(list, { env: { ...job.env, HTTP_PROXY: proxy } });
    expect(stderr).toMatch(expected);
    expect(stderr).toContain("(ProxyFailed)");
    expect(stderr).not.toMatch(/SyntaxError|<html>/);
  });

  it("does not accept the password of its URL", async () => {
    const job = await setUpCliJob();
    const proxy = (await answeringProxy(407)).replace("//", "//anna:secret%40word@");
    const { stderr } = await runCli(list, { env: { ...job.env, HTTP_PROXY: proxy } });
    expect(stderr).toMatch(/does not accept the user name and password in its URL.*\(ProxyFailed\)/);
    expect(stderr).not.toMatch(/secret|word@/);
  });

  it("is not a URL", async () => {
    const job = await setUpCliJob();
    const { status, stderr } = await runCli(list, { env: { ...job.env, HTTP_PROXY: "proxy:8080" } });
    expect(status).toBe(2);
    expect(stderr).toMatch(/HTTP_PROXY must be the URL of a proxy/);
  });
});
