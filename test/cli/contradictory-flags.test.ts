import { describe, expect, it } from "vitest";

import { listBlobNames, runCli, setUpCliJob } from "../support/cli.js";

describe("A contradictory command line", () => {
  const selection = ["--older-than", "1s", "--kind", "TaskOutput", "--yes"];

  it.each([
    ["prune", [...selection, "--job", "a", "--all-jobs"], "--job and --all-jobs"],
    ["policy", ["--delete", "30d", "--job", "a", "--all-jobs"], "--job and --all-jobs"],
    ["delete", ["--whole-job", "--task", "a", "--yes"], "--task and --whole-job"],
    ["list", ["--all-tasks", "--task", "a"], "--task and --all-tasks"],
    ["download", ["folder", "--all-tasks", "--no-task"], "--no-task and --all-tasks"],
    ["tasks", ["--local", "--account-url", "https://a.blob.core.windows.net"], "--account-url and --local"],
  ])("%s %j", async (command, flags, names) => {
    const { status, stdout, stderr } = await runCli([command, ...flags], { env: { AZ_BATCH_JOB_ID: "j" } });
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(`batch-outputs ${command}: ${names} cannot be used together.`);
  });

  it("also contradicted by a variable that widens it", async () => {
    const { status, stderr } = await runCli(["prune", ...selection, "--job", "a"], {
      env: { AZURE_BATCH_OUTPUTS_ALL_JOBS: "1" },
    });
    expect(status).toBe(2);
    expect(stderr).toContain("--job and --all-jobs cannot be used together.");
  });

  it("not contradicted by variables that it overrides", async () => {
    const { status, stdout } = await runCli(["policy", "--delete", "30d", "--all-jobs"], {
      env: { AZ_BATCH_JOB_ID: "j" },
    });
    expect(status).toBe(0);
    expect(stdout).toContain('"job-"');
  });

  it.each([
    ["run", ["--spool-directory", "", "--", "node"], "--spool-directory"],
    ["run", ["--outputs-file", "", "--", "node"], "--outputs-file"],
    ["list", ["--include", ""], "--include"],
    ["delete", ["TaskOutput", "--task", "a", "--task", "", "--yes"], "--task"],
  ])("or has an empty value: %s %j", async (command, flags, name) => {
    const { status, stderr } = await runCli([command, ...flags], { env: { AZ_BATCH_JOB_ID: "j" } });
    expect(status).toBe(2);
    expect(stderr).toContain(`batch-outputs ${command}: ${name} must not be empty.`);
  });

  it("or has a result that no task can have", async () => {
    const { status, stderr } = await runCli(["tasks", "--result", "faild"], {
      env: { AZ_BATCH_JOB_ID: "j" },
    });
    expect(status).toBe(2);
    expect(stderr).toContain("--result: It must be succeeded, failed, running, waiting or unknown.");
  });

  it("an empty store is not set: the variable's is used", async () => {
    const job = await setUpCliJob();
    expect((await runCli(["list", "--account-url", ""], { env: job.env })).status).toBe(0);
    expect(await listBlobNames(job)).toEqual([]);
  });
});
