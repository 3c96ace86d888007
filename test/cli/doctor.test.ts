import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ContainerSASPermissions } from "@azure/storage-blob";
import { describe, expect, it } from "vitest";

import { examineApiVersion, examineInstalledClient } from "../../src/cli/doctor/examine-api-version.js";
import { examineBatchProperties } from "../../src/cli/doctor/examine-auto-storage.js";
import { compareClocks } from "../../src/cli/doctor/examine-connection.js";
import { examineKeys } from "../../src/cli/doctor/examine-keys.js";
import { examineSas } from "../../src/cli/doctor/examine-sas.js";
import { startAzurite } from "../support/azurite.js";
import { setUpBatch } from "../support/batch-fixture.js";
import { type CliJob, setUpCliJob, runCli } from "../support/cli.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import { startFaultProxy } from "../support/fault-proxy.js";
import { useSharedAzurite } from "../support/use-shared-azurite.js";

async function sasUrl(job: CliJob, permissions: string, expiresInMs: number): Promise<string> {
  return await useSharedAzurite()
    .serviceClient()
    .getContainerClient(job.containerName)
    .generateSasUrl({
      permissions: ContainerSASPermissions.parse(permissions),
      expiresOn: new Date(Date.now() + expiresInMs),
    });
}

const day = 86_400_000;

describe("doctor", () => {
  it("reports no problem within a task", async () => {
    const job = await setUpCliJob();
    const url = await sasUrl(job, "racwl", day);
    const taskDirectory = createTemporaryFolder();
    const env = {
      AZURE_BATCH_OUTPUTS_CONTAINER_URL: url,
      AZ_BATCH_JOB_ID: job.jobId,
      AZ_BATCH_TASK_ID: "t1",
      AZ_BATCH_TASK_DIR: taskDirectory,
      AZ_BATCH_TASK_WORKING_DIR: join(taskDirectory, "wd"),
    };
    const { objects, status, stderr } = await runCli(["doctor", "--json"], { env });
    expect(objects.map(({ check, result }) => `${String(check)}: ${String(result)}`)).toEqual([
      "program: ok",
      "Batch variables: ok",
      "spool folder: ok",
      "working directory: ok",
      "store: ok",
      "SAS expiry: ok",
      "SAS permissions: ok",
      "name resolution: ok",
      "clock: ok",
      "container: ok",
    ]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(readdirSync(taskDirectory)).toEqual([]);
    const plain = await runCli(["doctor"], { env });
    expect(plain.stdout).toContain(`keeps output that is not stored yet in ${taskDirectory}\n`);
    expect(plain.stdout).toMatch(/^ok {4}container: it exists, and the credential can list it$/m);
    expect(plain.stdout + plain.stderr).not.toContain(new URL(url).searchParams.get("sig"));
  });

  it("gives a hint if no store is configured", async () => {
    const found = await runCli(["doctor"]);
    expect(found.status).toBe(2);
    expect(found.stdout).toMatch(/^fail {2}store: Specify the store:/m);
  });

  it("gives a hint for a job that is not prepared, and for another job's container", async () => {
    const job = await setUpCliJob({ isPrepared: false });
    const found = await runCli(["doctor"], { env: job.env });
    expect(found.status).toBe(3);
    expect(found.stdout).toMatch(/^fail {2}container: .*Run `batch-outputs prepare --job/m);
    const url = await sasUrl(job, "l", day);
    const other = await runCli(["doctor"], {
      env: { AZURE_BATCH_OUTPUTS_CONTAINER_URL: url, AZ_BATCH_JOB_ID: "other" },
    });
    expect(other.stdout).toMatch(/^warn {2}job: the container does not belong to job other/m);
  });

  it("reports an expired SAS and missing permissions", async () => {
    const job = await setUpCliJob();
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

  it("reports a host name that does not resolve, and one that does not answer", async () => {
    const nameless = await runCli(["doctor", "--job", "j"], {
      env: { AZURE_STORAGE_ACCOUNT_URL: "https://no-such-account.invalid/?sig=x" },
    });
    expect(nameless.stdout).toMatch(/^fail {2}name resolution: no-such-account\.invalid has no address/m);
    expect(nameless.status).toBe(1);
    const proxy = await startFaultProxy(useSharedAzurite().blobEndpoint);
    await proxy.stop();
    const silent = await runCli(["doctor", "--container-url", `${proxy.endpoint}/job-j?sig=x`]);
    expect(silent.stdout).toMatch(
      /^fail {2}connection: nothing answers at http:\/\/127\.0\.0\.1:\d+ \(ECONNREFUSED\)$/m,
    );
    expect(silent.status).toBe(1);
  });
});

describe("doctor behind a proxy", () => {
  it("does not connect directly, and does not show the proxy's password", async () => {
    const job = await setUpCliJob();
    const found = await runCli(["doctor"], {
      env: {
        ...job.env,
        HTTPS_PROXY: "http://user:password@127.0.0.1:9",
        AZURE_BATCH_OUTPUTS_MAX_TRIES: "1",
      },
    });
    expect(found.stdout).toMatch(/^ok {4}proxy: requests go through the proxy in HTTPS_PROXY/m);
    expect(found.stdout).not.toMatch(/^\w+ +(?:clock|connection): /m);
    expect(found.stdout).toMatch(/^fail {2}container: .*nothing answered through the proxy/m);
    expect(found.stdout + found.stderr).not.toContain("password");
    expect(found.status).toBe(1);
  });

  it.each(["127.0.0.1", "example.com, 127.0.0.1", ".0.0.1"])(
    "connects directly with NO_PROXY=%s",
    async (names) => {
      const job = await setUpCliJob();
      const env = { ...job.env, HTTPS_PROXY: "http://user:password@127.0.0.1:9", NO_PROXY: names };
      const found = await runCli(["doctor"], { env });
      expect(found.stdout).toMatch(
        /^ok {4}proxy: NO_PROXY excludes the store from the proxy in HTTPS_PROXY$/m,
      );
      expect(found.stdout).toMatch(/^ok {4}clock: /m);
      expect(found.stdout).toMatch(/^ok {4}container: /m);
      expect(found.status).toBe(0);
    },
  );

  it("warns of names in NO_PROXY that the SDK does not read", async () => {
    const job = await setUpCliJob();
    const NO_PROXY = "localhost,127.0.0.0/8,*.core.windows.net,127.0.0.1:10000,*";
    const env = {
      ...job.env,
      HTTPS_PROXY: "http://127.0.0.1:9",
      NO_PROXY,
      AZURE_BATCH_OUTPUTS_MAX_TRIES: "1",
    };
    const found = await runCli(["doctor"], { env });
    expect(found.stdout).toMatch(
      /^warn {2}proxy: .*NO_PROXY contains "127\.0\.0\.0\/8", "\*\.core\.windows\.net", "127\.0\.0\.1:10000", "\*"/m,
    );
    expect(found.stdout).toContain("add 127.0.0.1 to NO_PROXY");
  });
});

describe("How doctor reads dates and permissions", () => {
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
    expect(compareClocks(date, now).result).toBe(expected);
  });
});

describe("An Azurite that does not know the version of the API that the SDK uses", () => {
  it("is a failure of doctor, and every command gives a hint", async () => {
    await using azurite = await startAzurite({ checksApiVersion: true });
    const env = { AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString, AZ_BATCH_JOB_ID: "j" };
    const advice = "Start Azurite with --skipApiVersionCheck, or install a newer Azurite.";
    const found = await runCli(["doctor"], { env });
    expect(found.stdout).toMatch(/^fail {2}store version: /m);
    expect(found.stdout.replace(/\n +/g, " ")).toContain(advice);
    expect(found.stdout).not.toContain("prepare");
    expect(found.status).toBe(1);
    for (const command of [["prepare"], ["jobs"], ["local", "--folder", createTemporaryFolder()]]) {
      const { status, stderr } = await runCli(command, { env });
      expect({ command, status, says: stderr.includes(advice) }).toEqual({ command, status: 1, says: true });
    }
  });
});

/** Creates a folder of a program with a version of `@azure/batch` installed. */
function createProgramFolder(manifest: string): string {
  const folder = createTemporaryFolder();
  const installed = join(folder, "node_modules/@azure/batch");
  mkdirSync(installed, { recursive: true });
  writeFileSync(join(installed, "package.json"), manifest);
  const program = join(folder, "src/jobs");
  mkdirSync(program, { recursive: true });
  return program;
}

describe("doctor and the Batch account", () => {
  it("checks the account, and says that its auto-storage cannot be seen", async () => {
    const { env, jobId } = await setUpBatch();
    const { objects, status } = await runCli(["doctor", "--json", "--job", jobId], { env });
    const checks = objects.map(({ check, result }) => `${String(check)}: ${String(result)}`);
    expect(checks.slice(-3)).toEqual(["Batch API version: ok", "Batch account: ok", "auto-storage: skip"]);
    expect(objects.at(-1)?.["message"]).toMatch(
      /^not checked: .*az batch account show .*--batch-properties -$/,
    );
    expect(status).toBe(0);
  });

  it("warns of a retired API version, and of an installed client that sends one", async () => {
    const { env, jobId } = await setUpBatch();
    const found = await runCli(["doctor", "--job", jobId, "--batch-api-version", "2022-10-01.16.0"], {
      env,
      cwd: createProgramFolder('{ "version": "10.2.0" }'),
    });
    expect(found.stdout).toMatch(/^warn {2}Batch API version: 2022-10-01\.16\.0 .*which Azure retires$/m);
    expect(found.stdout).toMatch(/^warn {2}Batch client: @azure\/batch 10\.2\.0 /m);
    expect(found.stdout).toMatch(/^ok {4}Batch account: /m);
    expect(found.status).toBe(0);
  });

  it("fails for a wrong account key, and for an unsupported version", async () => {
    const { env, jobId } = await setUpBatch();
    const refused = await runCli(["doctor", "--job", jobId], {
      env: { ...env, AZURE_BATCH_ACCESS_KEY: Buffer.from("another").toString("base64") },
    });
    expect(refused.stdout).toMatch(/^fail {2}Batch account: .*\(NotAuthorized\)$/m);
    expect(refused.status).toBe(4);
    const unknown = await runCli(["doctor", "--job", jobId, "--batch-api-version", "2099-01-01"], { env });
    expect(unknown.stdout).toMatch(/^fail {2}Batch account: /m);
    expect(unknown.status).not.toBe(0);
    const wrong = await runCli(["doctor", "--job", jobId, "--batch-api-version", "newest"], { env });
    expect(wrong.status).toBe(2);
  });

  it("reads the properties of the account from standard input and from a file", async () => {
    const job = await setUpCliJob();
    const account = '{ "autoStorage": { "authenticationMode": "StorageKeys" } }';
    const piped = await runCli(["doctor", "--batch-properties", "-"], { env: job.env, stdin: account });
    expect(piped.stdout).toMatch(/^warn {2}auto-storage: the authentication mode is StorageKeys/m);
    expect(piped.status).toBe(0);
    const file = join(createTemporaryFolder(), "account.json");
    writeFileSync(file, "<html>");
    const unreadable = await runCli(["doctor", "--batch-properties", file], { env: job.env });
    expect(unreadable.stdout).toMatch(/^fail {2}auto-storage: .*az batch account show/m);
    expect(unreadable.status).toBe(2);
    const missing = await runCli(["doctor", "--batch-properties", `${file}.missing`], { env: job.env });
    expect(missing.stdout).toMatch(/^fail {2}auto-storage: .*ENOENT/m);
  });

  it("warns about keys without failing or printing them", async () => {
    const key = Buffer.from("a key that must not be shown").toString("base64");
    const { stdout, stderr } = await runCli(["doctor", "--job", "j", "--max-tries", "1"], {
      env: {
        AZURE_STORAGE_CONNECTION_STRING: `AccountName=film;AccountKey=${key};BlobEndpoint=https://film.invalid`,
        AZURE_BATCH_ENDPOINT: "https://film.west.batch.invalid",
        AZURE_BATCH_ACCESS_KEY: key,
      },
    });
    expect(stdout).toMatch(/^warn {2}storage key: .*\n {6}Use AZURE_STORAGE_ACCOUNT_URL/m);
    expect(stdout).toMatch(/^warn {2}Batch key: .*\n {6}Unset AZURE_BATCH_ACCESS_KEY/m);
    expect(stdout + stderr).not.toContain(key);
  });
});

describe("the results of doctor for a Batch account", () => {
  it.each([
    ["2022-10-01.16.0", "warn"],
    ["2024-07-01.20.0", "warn"],
    ["2025-06-01", "ok"],
    ["2026-08-01", "ok"],
  ])("for API version %s: %s", (version, expected) => {
    expect(examineApiVersion(version).result).toBe(expected);
  });

  it.each([
    ['{ "version": "10.2.0" }', "warn"],
    ['{ "version": "12.0.0" }', "warn"],
    ['{ "version": "13.0.0-beta.1" }', "ok"],
    ['{ "version": 13 }', undefined],
    ["{ damaged", undefined],
  ])("for an installed client with the manifest %s: %s", async (manifest, expected) => {
    expect((await examineInstalledClient(createProgramFolder(manifest)))?.result).toBe(expected);
  });

  const identity = { type: "SystemAssigned" };
  const nodeIdentityReference = { resourceId: "/subscriptions/s/film-nodes" };
  const authenticationMode = "BatchAccountManagedIdentity";
  it.each([
    [{ autoStorage: null }, ["ok"]],
    [{ autoStorage: { authenticationMode: "StorageKeys", nodeIdentityReference } }, ["warn"]],
    [{ autoStorage: { storageAccountId: "/subscriptions/s" } }, ["warn"]],
    [{ properties: { autoStorage: { authenticationMode: "storageKeys" } } }, ["warn"]],
    [{ autoStorage: { authenticationMode, nodeIdentityReference } }, ["fail"]],
    [{ autoStorage: { authenticationMode }, identity }, ["warn"]],
    [{ autoStorage: { authenticationMode, nodeIdentityReference }, identity }, ["ok"]],
    [{ properties: { autoStorage: { authenticationMode, nodeIdentityReference } }, identity }, ["ok"]],
    [{ autoStorage: null, allowedAuthenticationModes: ["SharedKey"] }, ["ok", "warn"]],
    [{ autoStorage: null, allowedAuthenticationModes: ["SharedKey", "AAD"] }, ["ok"]],
  ])("for the properties %j: %j", (account, expected) => {
    expect(examineBatchProperties(JSON.stringify(account)).map(({ result }) => result)).toEqual(expected);
  });

  it.each(["", "null", "[", '"text"', '{ "properties": null }'])(
    "properties that are %j are reported as the wrong input",
    (text) => {
      expect(() => examineBatchProperties(text)).toThrow("az batch account show");
    },
  );

  it.each([
    [{ connectionString: "AccountName=a;AccountKey=a2V5" }, ["storage key"]],
    [{ connectionString: "accountname = a ; accountkey = a2V5" }, ["storage key"]],
    [{ connectionString: "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5" }, []],
    [{ connectionString: "UseDevelopmentStorage=true" }, []],
    [{ connectionString: "BlobEndpoint=https://a.example;SharedAccessSignature=sig=x" }, []],
    [{ connectionString: "not one" }, []],
    [{ batchKey: "a2V5", batchEndpoint: "https://film.west.batch.azure.com" }, ["Batch key"]],
    [{ batchKey: "a2V5", batchEndpoint: "film.west.batch.azure.com" }, ["Batch key"]],
    [{ batchKey: "a2V5", batchEndpoint: "http://127.0.0.1:9" }, []],
    [{ batchKey: "" }, []],
  ])("for the settings %j: %j", (settings, expected) => {
    const findings = examineKeys(settings);
    expect(findings.map(({ check }) => check)).toEqual(expected);
    expect(findings.every(({ result }) => result === "warn")).toBe(true);
  });
});
