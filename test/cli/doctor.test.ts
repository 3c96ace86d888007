import { ContainerSASPermissions } from "@azure/storage-blob";
import { describe, expect, it } from "vitest";

import { examineClock, examineSas } from "../../src/cli/doctor/examine.js";
import { startAzurite } from "../support/azurite.js";
import { type CliJob, cliJob, runCli } from "../support/cli.js";
import { startFaultProxy } from "../support/fault-proxy.js";
import { sharedAzurite } from "../support/shared-azurite.js";
import { temporaryFolder } from "../support/temporary-folder.js";

async function sasUrl(job: CliJob, permissions: string, expiresInMs: number): Promise<string> {
  return await sharedAzurite()
    .serviceClient()
    .getContainerClient(job.containerName)
    .generateSasUrl({
      permissions: ContainerSASPermissions.parse(permissions),
      expiresOn: new Date(Date.now() + expiresInMs),
    });
}

const day = 86_400_000;

describe("doctor", () => {
  it("finds all well within a task", async () => {
    const job = await cliJob();
    const url = await sasUrl(job, "racwl", day);
    const env = {
      AZURE_BATCH_OUTPUTS_CONTAINER_URL: url,
      AZ_BATCH_JOB_ID: job.jobId,
      AZ_BATCH_TASK_ID: "t1",
      AZ_BATCH_TASK_DIR: "/mnt/t1",
      AZ_BATCH_TASK_WORKING_DIR: "/mnt/t1/wd",
    };
    const { objects, status, stderr } = await runCli(["doctor", "--json"], { env });
    expect(objects.map(({ check, result }) => `${String(check)}: ${String(result)}`)).toEqual([
      "program: ok",
      "Batch variables: ok",
      "store: ok",
      "SAS expiry: ok",
      "SAS permissions: ok",
      "name resolution: ok",
      "clock: ok",
      "container: ok",
    ]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const plain = await runCli(["doctor"], { env });
    expect(plain.stdout).toMatch(/^ok {4}container: it exists, and the credential can list it$/m);
    expect(plain.stdout + plain.stderr).not.toContain(new URL(url).searchParams.get("sig"));
  });

  it("tells what to do when nothing says where outputs are kept", async () => {
    const found = await runCli(["doctor"]);
    expect(found.status).toBe(2);
    expect(found.stdout).toMatch(/^fail {2}store: Specify the store:/m);
  });

  it("tells what to do about a job that is not prepared, and about another job's container", async () => {
    const job = await cliJob({ isPrepared: false });
    const found = await runCli(["doctor"], { env: job.env });
    expect(found.status).toBe(3);
    expect(found.stdout).toMatch(/^fail {2}container: .*Run `batch-outputs prepare --job/m);
    const url = await sasUrl(job, "l", day);
    const other = await runCli(["doctor"], {
      env: { AZURE_BATCH_OUTPUTS_CONTAINER_URL: url, AZ_BATCH_JOB_ID: "other" },
    });
    expect(other.stdout).toMatch(/^warn {2}job: the container does not belong to job other/m);
  });

  it("tells an expired SAS and missing letters", async () => {
    const job = await cliJob();
    const expired = await runCli(["doctor"], {
      env: { AZURE_BATCH_OUTPUTS_CONTAINER_URL: await sasUrl(job, "racwl", -day) },
    });
    expect(expired.stdout).toMatch(
      /^fail {2}SAS expiry: it expired at .*\n {6}Create a new one with `batch-outputs url`\.$/m,
    );
    expect(expired.status).toBe(4);
    const reader = await runCli(["doctor"], {
      env: { AZURE_BATCH_OUTPUTS_CONTAINER_URL: await sasUrl(job, "r", day) },
    });
    expect(reader.stdout).toMatch(
      /^warn {2}SAS permissions: "r" does not allow saving files.*listing outputs/m,
    );
    expect(reader.stdout).toMatch(/^fail {2}container: .*PermissionMissing/m);
    expect(reader.status).toBe(4);
  });

  it("tells a name without an address, and an address without an answer", async () => {
    const nameless = await runCli(["doctor", "--job", "j"], {
      env: { AZURE_STORAGE_ACCOUNT_URL: "https://no-such-account.invalid/?sig=x" },
    });
    expect(nameless.stdout).toMatch(/^fail {2}name resolution: no-such-account\.invalid has no address/m);
    expect(nameless.status).toBe(1);
    const proxy = await startFaultProxy(sharedAzurite().blobEndpoint);
    await proxy.stop();
    const silent = await runCli(["doctor", "--container-url", `${proxy.endpoint}/job-j?sig=x`]);
    expect(silent.stdout).toMatch(
      /^fail {2}connection: nothing answers at http:\/\/127\.0\.0\.1:\d+ \(ECONNREFUSED\)$/m,
    );
    expect(silent.status).toBe(1);
  });
});

describe("doctor behind a proxy", () => {
  it("does not try it by itself, and does not tell its password", async () => {
    const job = await cliJob();
    const found = await runCli(["doctor"], {
      env: { ...job.env, HTTPS_PROXY: "http://user:password@127.0.0.1:9", NO_PROXY: "127.0.0.1" },
    });
    expect(found.stdout).toMatch(/^ok {4}proxy: .*HTTPS_PROXY/m);
    expect(found.stdout).toMatch(/^ok {4}container: /m);
    expect(found.stdout + found.stderr).not.toContain("password");
    expect(found.status).toBe(0);
  });
});

describe("what doctor makes of dates and letters", () => {
  const now = new Date("2026-11-22T12:00:00Z");
  const url = (query: string): string => `https://a.example/c?${query}&sig=x`;
  const results = (query: string): string[] => examineSas(url(query), now).map(({ result }) => result);

  it.each([
    ["sp=racwl&se=2026-11-23T12:00:00Z", ["ok", "ok"]],
    ["sp=racwl&se=2026-11-22T12:30:00Z", ["warn", "ok"]],
    ["sp=racwl&se=2026-11-22T11:59:59Z", ["fail", "ok"]],
    ["sp=racwl&st=2026-11-22T12:05:00Z&se=2026-11-23T12:00:00Z", ["fail", "ok"]],
    ["sp=rl&se=2026-11-23T12:00:00Z", ["ok", "warn"]],
    ["si=policy", ["ok", "ok"]],
  ])("judges a SAS with %s", (query, expected) => {
    expect(results(query)).toEqual(expected);
  });

  it.each([
    [new Date(now.getTime() - 30_000).toUTCString(), "ok"],
    [new Date(now.getTime() - 120_000).toUTCString(), "warn"],
    [new Date(now.getTime() + 900_000).toUTCString(), "fail"],
    [null, "warn"],
  ])("judges a service that says %s", (date, expected) => {
    expect(examineClock(date, now).result).toBe(expected);
  });
});

describe("An Azurite that does not know the version of the API that the SDK uses", () => {
  it("is a failure for doctor, and every command says what to do", async () => {
    await using azurite = await startAzurite({ checksApiVersion: true });
    const env = { AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString, AZ_BATCH_JOB_ID: "j" };
    const advice = "Start Azurite with --skipApiVersionCheck, or install a newer Azurite.";
    const found = await runCli(["doctor"], { env });
    expect(found.stdout).toMatch(/^fail {2}store version: /m);
    expect(found.stdout.replace(/\n +/g, " ")).toContain(advice);
    expect(found.stdout).not.toContain("prepare");
    expect(found.status).toBe(1);
    for (const command of [["prepare"], ["jobs"], ["local", "--folder", temporaryFolder()]]) {
      const { status, stderr } = await runCli(command, { env });
      expect({ command, status, says: stderr.includes(advice) }).toEqual({ command, status: 1, says: true });
    }
  });
});
