import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { accountAddresses } from "../support/account-addresses.js";
import { accountKey, accountName } from "../support/azurite.js";
import { setUpCliJob, runCli } from "../support/cli.js";
import { computeSignature } from "../support/sas-signature.js";
import { startStrictAccount } from "../support/strict-account.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";

describe("url", () => {
  it("signs a start before now and a range of addresses, and tasks save with it", async () => {
    const job = await setUpCliJob();
    const before = Date.now();
    const args = ["url", "--starts-ago", "15m", "--lifetime", "1h", "--ip", "127.0.0.1-127.0.0.9"];
    const printed = await runCli(args, { env: job.env });
    expect(printed).toMatchObject({ status: 0, stderr: "" });
    const { href, searchParams } = new URL(printed.stdout.trim());
    expect(searchParams.get("sip")).toBe("127.0.0.1-127.0.0.9");
    const startsOn = Date.parse(searchParams.get("st") ?? "");
    // Whole seconds.
    expect(startsOn).toBeGreaterThan(before - 902_000);
    expect(startsOn).toBeLessThanOrEqual(Date.now() - 900_000);
    const { containerName } = job;
    expect(searchParams.get("sig")).toBe(
      computeSignature(searchParams, { containerName }, { accountName, key: accountKey }),
    );
    const cwd = createTemporaryFolder();
    writeFileSync(join(cwd, "a.txt"), "x");
    const env = { AZURE_BATCH_OUTPUTS_CONTAINER_URL: href, AZ_BATCH_TASK_ID: "t1" };
    expect(await runCli(["save", "TaskOutput", "a.txt"], { env, cwd })).toMatchObject({ status: 0 });
  });

  it("has no start and no limit of addresses by default", async () => {
    const job = await setUpCliJob();
    const { searchParams } = new URL((await runCli(["url"], { env: job.env })).stdout.trim());
    expect(searchParams.has("st")).toBe(false);
    expect(searchParams.has("sip")).toBe(false);
  });

  it.each(accountAddresses)("signs for the container of the job at %s", async (endpoint) => {
    const connection = `AccountName=films;AccountKey=${accountKey};BlobEndpoint=${endpoint}`;
    const env = { AZURE_STORAGE_CONNECTION_STRING: connection, AZ_BATCH_JOB_ID: "film-7" };
    const printed = await runCli(["url"], { env });
    expect(printed).toMatchObject({ status: 0, stderr: "" });
    const { origin, pathname, searchParams } = new URL(printed.stdout.trim());
    expect(`${origin}${pathname}`).toBe(`${endpoint}/job-film-7`);
    expect(searchParams.get("sig")).toBe(
      computeSignature(
        searchParams,
        { containerName: "job-film-7" },
        { accountName: "films", key: accountKey },
      ),
    );
  });

  it("signs for the given account if the URL does not contain its name", async () => {
    const connection = `AccountName=films;AccountKey=${accountKey};BlobEndpoint=https://files.contoso.org`;
    const env = { AZURE_STORAGE_CONNECTION_STRING: connection, AZ_BATCH_JOB_ID: "film-7" };
    const printed = await runCli(["url", "--account-name", "films"], { env });
    const { origin, searchParams } = new URL(printed.stdout.trim());
    expect(origin).toBe("https://files.contoso.org");
    expect(searchParams.get("spr")).toBe("https");
    expect(searchParams.get("sig")).toBe(
      computeSignature(
        searchParams,
        { containerName: "job-film-7" },
        { accountName: "films", key: accountKey },
      ),
    );
  });

  it("signs for a stored access policy, and rejects permissions and lifetimes with it", async () => {
    const job = await setUpCliJob();
    const printed = await runCli(["url", "--policy", "tasks", "--json"], { env: job.env });
    const [{ containerUrl, ...described } = {}] = printed.objects as { containerUrl?: string }[];
    expect(described).toEqual({ jobId: job.jobId, policyId: "tasks" });
    const { searchParams } = new URL(containerUrl ?? "");
    expect([...searchParams.keys()].sort()).toEqual(["si", "sig", "sr", "sv"]);
    for (const flags of [
      ["--permissions", "r"],
      ["--lifetime", "1h"],
      ["--starts-ago", "5m"],
    ]) {
      const refused = await runCli(["url", "--policy", "tasks", ...flags], { env: job.env });
      expect(refused).toMatchObject({ status: 2, stdout: "" });
      expect(refused.stderr).toContain(flags[0]);
    }
  });

  it("signs for one task if the account has a hierarchical namespace", async () => {
    const job = await setUpCliJob();
    const { connectionString } = await startStrictAccount("hierarchical");
    const env = { ...job.env, AZURE_STORAGE_CONNECTION_STRING: connectionString };
    const printed = await runCli(["url", "--task", "t1"], { env });
    expect(printed).toMatchObject({ status: 0, stderr: "" });
    const url = printed.stdout.trim();
    const cwd = createTemporaryFolder();
    writeFileSync(join(cwd, "a.txt"), "x");
    const task = { AZURE_BATCH_OUTPUTS_CONTAINER_URL: url };
    const save = ["save", "TaskOutput", "a.txt", "--task"];
    expect(await runCli([...save, "t1"], { env: task, cwd })).toMatchObject({ status: 0 });
    expect(await runCli([...save, "t2"], { env: task, cwd })).toMatchObject({ status: 4 });
    // The task's own outputs are what the URL is for.
    const examined = await runCli(["doctor", "--task", "t1"], { env: task });
    expect(examined).toMatchObject({ status: 0 });
    expect(examined.stdout).toMatch(/ok +container: it exists/);
  });

  it("does not sign for one task on other accounts", async () => {
    const job = await setUpCliJob();
    const { connectionString } = await startStrictAccount("flat");
    const env = { ...job.env, AZURE_STORAGE_CONNECTION_STRING: connectionString };
    const refused = await runCli(["url", "--task", "t1"], { env });
    expect(refused).toMatchObject({ status: 4, stdout: "" });
    expect(refused.stderr).toContain("hierarchical namespace");
  });

  it.each([
    [["--starts-ago", "soon"], "--starts-ago"],
    [["--ip", "here"], "--ip"],
    [["--ip", "1.2.3.4-"], "--ip"],
  ])("rejects %j and names the flag", async (args, flag) => {
    const job = await setUpCliJob({ isPrepared: false });
    const refused = await runCli(["url", ...args], { env: job.env });
    expect(refused).toMatchObject({ status: 2, stdout: "" });
    expect(refused.stderr).toContain(flag);
  });
});
