import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AccountSASPermissions, ContainerSASPermissions } from "@azure/storage-blob";
import { describe, expect, it } from "vitest";

import { createTrustingEnvironment, createUnsignedToken } from "../support/azure-tokens.js";
import { accountKey, startAzurite } from "../support/azurite.js";
import { listBlobNames, type CliJob, setUpCliJob, putBlob, runCli } from "../support/cli.js";
import { startFaultProxy } from "../support/fault-proxy.js";
import { useSharedAzurite } from "../support/use-shared-azurite.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";

const anHourMs = 3_600_000;

async function sasUrl(job: CliJob, permissions: string, expiresInMs = anHourMs): Promise<string> {
  const container = useSharedAzurite().serviceClient().getContainerClient(job.containerName);
  return await container.generateSasUrl({
    permissions: ContainerSASPermissions.parse(permissions),
    expiresOn: new Date(Date.now() + expiresInMs),
  });
}

/** What of a URL or a connection string nobody may see. */
const secretsOf = (url: string): string[] => [
  new URL(url).searchParams.get("sig") ?? "no sig",
  /sig=[^&]*/.exec(url)?.[0] ?? "",
];

describe("the store", () => {
  it("must be given if no flag or variable names it", async () => {
    const listed = await runCli(["list", "--job", "j"]);
    expect(listed).toMatchObject({ status: 2, stdout: "" });
    for (const name of [
      "AZURE_BATCH_OUTPUTS_CONTAINER_URL",
      "AZURE_STORAGE_CONNECTION_STRING",
      "AZURE_STORAGE_ACCOUNT_URL",
      "--local",
    ])
      expect(listed.stderr).toContain(name);
  });

  it("is the container's URL before the account, of the variables, and a flag before any variable", async () => {
    const [first, second] = [await setUpCliJob(), await setUpCliJob()];
    await putBlob(first, "$JobOutput/first");
    await putBlob(second, "$JobOutput/second");
    const env = { ...first.env, AZURE_BATCH_OUTPUTS_CONTAINER_URL: await sasUrl(second, "rl") };
    const paths = async (...args: string[]) =>
      (await runCli(["list", "--json", ...args], { env })).objects.map(({ path }) => path);
    expect(await paths()).toEqual(["second"]);
    expect(await paths("--connection-string", useSharedAzurite().connectionString)).toEqual(["first"]);
    expect(await paths("--connection-string", "", "--account-url", "")).toEqual(["second"]);
  });

  it("accepts an account's URL with a SAS", async () => {
    const job = await setUpCliJob();
    await putBlob(job, "$JobOutput/a");
    const sas = useSharedAzurite()
      .serviceClient()
      .generateAccountSasUrl(new Date(Date.now() + anHourMs), AccountSASPermissions.parse("rl"), "sco");
    const env = { AZURE_STORAGE_ACCOUNT_URL: sas, AZ_BATCH_JOB_ID: job.jobId };
    expect((await runCli(["list", "--json"], { env })).objects).toMatchObject([
      { path: "a", jobId: job.jobId },
    ]);
  });

  it("signs in with Microsoft Entra ID if the account's URL has no SAS", { timeout: 120_000 }, async () => {
    await using azurite = await startAzurite({ oauth: true });
    // The Azure CLI is one of the ways in: this one gives the token that Azurite takes.
    const bin = createTemporaryFolder();
    const token = {
      accessToken: createUnsignedToken(),
      expires_on: Math.floor(Date.now() / 1000) + 3600,
      tokenType: "Bearer",
    };
    writeFileSync(join(bin, "az"), `#!/bin/sh\ncat <<'JSON'\n${JSON.stringify(token)}\nJSON\n`);
    chmodSync(join(bin, "az"), 0o755);
    const env = {
      ...createTrustingEnvironment(azurite),
      PATH: `${bin}:${process.env["PATH"] ?? ""}`,
      AZURE_TOKEN_CREDENTIALS: "AzureCliCredential",
      AZURE_STORAGE_ACCOUNT_URL: azurite.blobEndpoint,
      AZ_BATCH_JOB_ID: "film-7",
    };
    expect(await runCli(["prepare"], { env })).toMatchObject({ status: 0 });
    const url = await runCli(["url", "--lifetime", "1h"], { env });
    expect(url.stdout).toMatch(/[?&]skoid=/);
    const saved = await runCli(["save", "JobOutput", "-", "-d", "a"], { env, stdin: "x" });
    expect(saved).toMatchObject({ status: 0 });
    // A container's URL without a SAS means the same.
    const ofContainer = {
      ...env,
      AZURE_STORAGE_ACCOUNT_URL: "",
      AZURE_BATCH_OUTPUTS_CONTAINER_URL: `${azurite.blobEndpoint}/job-film-7`,
    };
    expect((await runCli(["list", "--json"], { env: ofContainer })).objects).toMatchObject([
      { path: "a", jobId: "film-7" },
    ]);
  });

  it("accepts values in the quotes of an environment file", async () => {
    const job = await setUpCliJob();
    await putBlob(job, "$JobOutput/a");
    for (const env of [
      {
        AZURE_STORAGE_CONNECTION_STRING: `"${useSharedAzurite().connectionString}"`,
        AZ_BATCH_JOB_ID: job.jobId,
      },
      { AZURE_BATCH_OUTPUTS_CONTAINER_URL: `'${await sasUrl(job, "rl")}'\n` },
    ])
      expect(await runCli(["list", "--json"], { env })).toMatchObject({
        status: 0,
        objects: [{ path: "a" }],
      });
  });

  it("distinguishes a task's own job from the job of the given container", async () => {
    const [own, other] = [await setUpCliJob(), await setUpCliJob()];
    await putBlob(other, "t1/$TaskOutput/a");
    const env = {
      AZURE_BATCH_OUTPUTS_CONTAINER_URL: await sasUrl(other, "rl"),
      AZ_BATCH_JOB_ID: own.jobId,
      AZ_BATCH_TASK_ID: "t1",
    };
    expect((await runCli(["list", "--json"], { env })).objects).toMatchObject([{ jobId: other.jobId }]);
    const asked = await runCli(["list", "--job", own.jobId], { env });
    expect(asked).toMatchObject({ status: 2 });
    expect(asked.stderr).toContain(
      `but AZURE_BATCH_OUTPUTS_CONTAINER_URL names container "${other.containerName}", and only that one can be used. For the outputs in that container, omit --job.`,
    );
    expect(asked.stderr).toContain("remove the variable (`unset AZURE_BATCH_OUTPUTS_CONTAINER_URL`)");
    const { AZURE_BATCH_OUTPUTS_CONTAINER_URL: url, ...withoutUrl } = env;
    const byFlag = await runCli(
      ["list", "--job", own.jobId, "--container-url", "https://a.blob.core.windows.net/c"],
      {
        env: withoutUrl,
      },
    );
    expect(url).toContain(other.containerName);
    expect(byFlag.stderr).toContain("but --container-url names container");
    expect(byFlag.stderr).toContain("omit --container-url and name the storage account");
  });

  it("must be an account for commands on an account", async () => {
    const job = await setUpCliJob();
    const env = { AZURE_BATCH_OUTPUTS_CONTAINER_URL: await sasUrl(job, "racwl"), AZ_BATCH_JOB_ID: job.jobId };
    for (const command of ["jobs", "prepare", "url"]) {
      const refused = await runCli([command], { env });
      expect(refused).toMatchObject({ status: 2, stdout: "" });
      expect(refused.stderr).toContain("requires the storage account");
    }
  });

  it('treats an empty variable as not set, and "false" as off', async () => {
    const job = await setUpCliJob();
    await putBlob(job, "$JobOutput/a");
    const env = {
      ...job.env,
      AZ_BATCH_TASK_ID: "",
      AZURE_BATCH_OUTPUTS_CONTAINER_URL: "",
      AZURE_BATCH_OUTPUTS_LOCAL: "false",
      AZURE_BATCH_OUTPUTS_JSON: "1",
    };
    expect((await runCli(["list"], { env })).objects).toMatchObject([{ path: "a" }]);
  });
});

describe("A store that rejects requests", () => {
  it("fails with status 4 for a wrong key, without showing the key", async () => {
    const job = await setUpCliJob();
    const wrong = Buffer.from("not the key, but as long as one is; not the key, but as long!!").toString(
      "base64",
    );
    const env = {
      ...job.env,
      AZURE_STORAGE_CONNECTION_STRING: useSharedAzurite().connectionString.replace(accountKey, wrong),
    };
    const listed = await runCli(["list"], { env });
    expect(listed).toMatchObject({ status: 4, stdout: "" });
    expect(listed.stderr).toContain("NotAuthorized");
    expect(listed.stderr).not.toContain(wrong);
  });

  it.each([
    ["list", ["list"], "racw", '"l"'],
    ["save", ["save", "TaskOutput", "-", "-d", "a"], "rl", '"c" or "w"'],
    ["cat", ["cat", "TaskOutput", "a"], "cwl", '"r"'],
    ["delete", ["delete", "TaskOutput", "-y"], "racwl", '"d"'],
    ["prune", ["prune", "--kind", "TaskOutput", "--older-than", "0.001s", "-y"], "racwl", '"d"'],
  ])("names the missing permission for %s", async (_, args, permissions, letter) => {
    const job = await setUpCliJob();
    await putBlob(job, "t1/$TaskOutput/a");
    const url = await sasUrl(job, permissions);
    const refused = await runCli(args, {
      env: { AZURE_BATCH_OUTPUTS_CONTAINER_URL: url, AZ_BATCH_TASK_ID: "t1" },
    });
    expect(refused).toMatchObject({ status: 4, stdout: "" });
    expect(refused.stderr).toContain("PermissionMissing");
    expect(refused.stderr).toContain(`needs ${letter}`);
    for (const secret of secretsOf(url)) expect(refused.stderr).not.toContain(secret);
  });

  it("reports an expired SAS, and how to create a new one", async () => {
    const job = await setUpCliJob();
    const url = await sasUrl(job, "racwl", -anHourMs);
    const refused = await runCli(["list"], { env: { AZURE_BATCH_OUTPUTS_CONTAINER_URL: url } });
    expect(refused).toMatchObject({ status: 4, stdout: "" });
    expect(refused.stderr).toContain("CredentialExpired");
    expect(refused.stderr).toContain("`batch-outputs url`");
    for (const secret of secretsOf(url)) expect(refused.stderr).not.toContain(secret);
  });

  it("fails after one attempt with --max-tries 1 if nothing answers", async () => {
    const proxy = await startFaultProxy(useSharedAzurite().blobEndpoint);
    await proxy.stop();
    const connection = useSharedAzurite().connectionString.replace(
      useSharedAzurite().blobEndpoint,
      proxy.endpoint,
    );
    const env = {
      AZURE_STORAGE_CONNECTION_STRING: connection,
      AZ_BATCH_JOB_ID: "j",
      AZURE_BATCH_OUTPUTS_MAX_TRIES: "1",
    };
    const listed = await runCli(["list"], { env });
    expect(listed).toMatchObject({ status: 1, stdout: "" });
    expect(listed.stderr).toMatch(/nothing answered at http:\/\/127\.0\.0\.1:\d+\/.*StoreUnreachable/);
  });

  it.each([
    ["a connection string", "--connection-string", "AccountKey=c2VjcmV0c2VjcmV0c2VjcmV0;nonsense"],
    ["an account's URL", "--account-url", "ftp://account?sig=c2VjcmV0c2VjcmV0c2VjcmV0"],
    ["a container's URL", "--container-url", "https://account.example/?sv=1&sig=c2VjcmV0c2VjcmV0c2VjcmV0"],
  ])("rejects an invalid %s without showing it", async (_, name, value) => {
    const refused = await runCli(["list", "--job", "j", name, value]);
    expect(refused).toMatchObject({ status: 2, stdout: "" });
    expect(refused.stderr).toContain(name);
    expect(refused.stderr).not.toContain("c2VjcmV0");
  });

  it("saves nothing if a permission is missing", async () => {
    const job = await setUpCliJob();
    const env = { AZURE_BATCH_OUTPUTS_CONTAINER_URL: await sasUrl(job, "l"), AZ_BATCH_TASK_ID: "t1" };
    expect((await runCli(["save", "TaskOutput", "-", "-d", "a"], { env, stdin: "x" })).status).toBe(4);
    expect(await listBlobNames(job)).toEqual([]);
  });
});
