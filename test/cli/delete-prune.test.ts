import { describe, expect, it } from "vitest";

import { BatchOutputsClient } from "../../src/index.js";
import { listBlobNames, setUpCliJob, putBlob, runCli, startCli } from "../support/cli.js";
import { startFaultProxy } from "../support/fault-proxy.js";
import { makeGate } from "../support/faults.js";
import { useSharedAzurite } from "../support/use-shared-azurite.js";
import { openAccountLosing } from "./support/account-losing.js";

describe("delete", () => {
  it("needs --yes where there is no terminal, and then deletes", async () => {
    const job = await setUpCliJob();
    for (const name of [
      "t1/$TaskOutput/a.txt",
      "t1/$TaskOutput/b/a.txt",
      "t1/$TaskLog/a.txt",
      "t2/$TaskOutput/a.txt",
    ])
      await putBlob(job, name);
    const refused = await runCli(["delete", "TaskOutput"], { env: job.taskEnv });
    expect(refused).toMatchObject({ status: 2, stdout: "" });
    expect(refused.stderr).toContain("Delete 2 outputs (2 B), TaskOutput of task t1");
    expect(refused.stderr).toContain("--yes");
    expect(await listBlobNames(job)).toHaveLength(4);
    const deleted = await runCli(["delete", "TaskOutput", "--yes", "--json"], { env: job.taskEnv });
    expect(deleted.objects).toMatchObject([{ status: "deleted" }, { status: "deleted" }]);
    expect(deleted).toMatchObject({
      status: 0,
      stderr: `Deleted 2 outputs (2 B).\nNot deleted: 1 TaskLog of task t1 of job ${job.jobId}.\n`,
    });
    expect(await listBlobNames(job)).toEqual(["t1/$TaskLog/a.txt", "t2/$TaskOutput/a.txt"]);
  });

  it("deletes what patterns match, and only lists it with --dry-run", async () => {
    const job = await setUpCliJob();
    for (const path of ["a.txt", "b/a.txt", "b/c.tmp"]) await putBlob(job, `t1/$TaskOutput/${path}`);
    const planned = await runCli(["delete", "TaskOutput", "*.tmp", "--dry-run"], { env: job.taskEnv });
    expect(planned.stdout).toMatch(/^would delete TaskOutput "b\/c\.tmp" of task t1, 1 B, [^\n]*\n$/);
    expect(await listBlobNames(job)).toHaveLength(3);
    expect((await runCli(["delete", "TaskOutput", "b/*", "-y"], { env: job.taskEnv })).status).toBe(0);
    expect(await listBlobNames(job)).toEqual(["t1/$TaskOutput/a.txt"]);
    const nothing = await runCli(["delete", "TaskOutput", "none", "-y"], { env: job.taskEnv });
    expect(nothing).toMatchObject({ status: 0, stdout: "" });
    expect(nothing.stderr).toContain("Nothing to delete");
  });

  it("keeps an output that is saved again between listing and deleting", async () => {
    const job = await setUpCliJob();
    await putBlob(job, "t1/$TaskOutput/a.txt", "old");
    await using proxy = await startFaultProxy(useSharedAzurite().blobEndpoint);
    const gate = makeGate();
    proxy.onRequest = ({ operation }) =>
      operation === "DeleteBlob" ? { kind: "delay", until: gate.opened } : undefined;
    const connection = useSharedAzurite().connectionString.replace(
      useSharedAzurite().blobEndpoint,
      proxy.endpoint,
    );
    const child = startCli(["delete", "TaskOutput", "-y"], {
      env: { ...job.taskEnv, AZURE_STORAGE_CONNECTION_STRING: connection },
    });
    await proxy.waitForRequest(({ operation }) => operation === "DeleteBlob");
    await putBlob(job, "t1/$TaskOutput/a.txt", "new");
    gate.open();
    const { status, stderr } = await child.ended;
    expect(status).toBe(0);
    expect(stderr).toContain('not deleted: TaskOutput "a.txt" of task t1 has changed since it was listed');
    expect(await listBlobNames(job)).toEqual(["t1/$TaskOutput/a.txt"]);
  });

  it("deletes outputs of tasks that match a glob, or of the job with a note about its tasks", async () => {
    const job = await setUpCliJob();
    for (const name of ["$Shared/a", "t1/$Shared/a", "t2/$Shared/a", "u/$Shared/a"]) await putBlob(job, name);
    const own = await runCli(["delete", "Shared", "-y"], { env: job.env });
    expect(own.stderr).toBe(
      "Deleted 1 output (1 B).\nThe outputs of the job's tasks were not touched; --task '*' selects them.\n",
    );
    const some = await runCli(["delete", "Shared", "-y", "--task", "t*"], { env: job.env });
    expect(some).toMatchObject({ status: 0, stderr: "Deleted 2 outputs (2 B).\n" });
    expect(await listBlobNames(job)).toEqual(["u/$Shared/a"]);
  });

  it("deletes the records of a task's runs with its last output, and all with the job", async () => {
    const job = await setUpCliJob();
    const client = BatchOutputsClient.fromConnectionString(useSharedAzurite().connectionString);
    for (const taskId of ["t1", "t2"]) {
      await (await client.getTaskOutputStorage(job.jobId, taskId).recordRun()).end({ exitCode: 1 });
      await putBlob(job, `${taskId}/$TaskLog/a`);
      await putBlob(job, `${taskId}/$TaskOutput/a`);
    }
    const records = async () =>
      (await listBlobNames(job)).filter((name) => name.startsWith(".batch-outputs/"));
    expect((await runCli(["delete", "TaskLog", "-y", "-t", "t*"], { env: job.env })).status).toBe(0);
    expect(await records()).toHaveLength(2);
    expect((await runCli(["delete", "TaskOutput", "-y", "-t", "t1"], { env: job.env })).status).toBe(0);
    expect(await records()).toEqual([expect.stringContaining("/t2/")]);
    expect((await runCli(["delete", "--whole-job", "-y"], { env: job.env })).status).toBe(0);
    expect(await useSharedAzurite().serviceClient().getContainerClient(job.containerName).exists()).toBe(
      false,
    );
  });

  it("deletes a whole job", async () => {
    const job = await setUpCliJob();
    await putBlob(job, "t1/$TaskOutput/a.txt");
    expect((await runCli(["delete", "--whole-job"], { env: job.taskEnv })).status).toBe(2);
    const planned = await runCli(["delete", "--whole-job", "-n"], { env: job.taskEnv });
    expect(planned).toMatchObject({ status: 0 });
    expect(await runCli(["delete", "--whole-job", "--yes"], { env: job.taskEnv })).toMatchObject({
      status: 0,
      stdout: "",
    });
    expect(await useSharedAzurite().serviceClient().getContainerClient(job.containerName).exists()).toBe(
      false,
    );
    const again = await runCli(["delete", "--whole-job", "--yes"], { env: job.taskEnv });
    expect(again).toMatchObject({ status: 0 });
    expect(again.stderr).toContain("has no output container");
    expect((await runCli(["delete"], { env: job.taskEnv })).status).toBe(2);
    expect((await runCli(["delete", "TaskLog", "--whole-job"], { env: job.taskEnv })).status).toBe(2);
  });
});

describe("prune", () => {
  it("deletes older outputs of the job and of all its tasks", async () => {
    const job = await setUpCliJob();
    for (const name of ["t1/$TaskIntermediate/a", "t2/$TaskIntermediate/a", "t2/$TaskOutput/a"])
      await putBlob(job, name);
    const prune = async (age: string, ...flags: string[]) =>
      await runCli(["prune", "--older-than", age, "--kind", "TaskIntermediate", ...flags], {
        env: job.taskEnv,
      });
    const none = await prune("1h", "--yes");
    expect(none).toMatchObject({ status: 0 });
    expect(none.stderr).toBe(`Nothing to delete: TaskIntermediate of job ${job.jobId} older than 1 h.\n`);
    const planned = await prune("0.001s", "--dry-run", "--json");
    expect(planned.objects).toMatchObject([
      { taskId: "t1", status: "planned" },
      { taskId: "t2", status: "planned" },
    ]);
    expect((await prune("0.001s")).status).toBe(2);
    expect((await prune("0.001s", "--yes")).status).toBe(0);
    expect(await listBlobNames(job)).toEqual(["t2/$TaskOutput/a"]);
  });

  it("keeps the records of runs, and deletes old ones with --run-records", async () => {
    const job = await setUpCliJob();
    const client = BatchOutputsClient.fromConnectionString(useSharedAzurite().connectionString);
    for (const taskId of ["t1", "t2", "u"]) {
      await (await client.getTaskOutputStorage(job.jobId, taskId).recordRun()).end({ exitCode: 1 });
      await putBlob(job, `${taskId}/$TaskLog/a`);
    }
    const prune = async (...flags: string[]) => await runCli(["prune", ...flags], { env: job.env });
    const old = ["--older-than", "0.001s", "-y"];
    expect((await prune(...old, "--kind", "TaskLog")).status).toBe(0);
    expect(await listBlobNames(job)).toHaveLength(3);
    const planned = await prune(...old, "--run-records", "--dry-run");
    expect(planned.stderr).toBe(`Would delete 3 records of runs, job ${job.jobId} older than 0 s.\n`);
    expect((await prune("--older-than", "1h", "-y", "--run-records")).stderr).toMatch(/^No records of runs/);
    expect((await prune("--older-than", "0.001s", "--run-records")).status).toBe(2);
    const some = await prune(...old, "--run-records", "--task", "t*");
    expect(some).toMatchObject({ status: 0, stderr: "Deleted 2 records of runs.\n" });
    expect(await listBlobNames(job)).toEqual([expect.stringContaining("/u/")]);
  });

  it("suggests a kind in place of a misspelt one, and not for one of which nothing is left", async () => {
    const job = await setUpCliJob();
    await putBlob(job, "t1/$TaskLog/a");
    const prune = async (kind: string): Promise<string> =>
      (await runCli(["prune", "--older-than", "1d", "--kind", kind, "--yes"], { env: job.env })).stderr;
    expect(await prune("TaskLogs")).toBe(
      `Nothing to delete: TaskLogs of job ${job.jobId} older than 1 d.\nNo TaskLogs outputs of job ${job.jobId}. Did you mean kind TaskLog?\n`,
    );
    expect(await prune("TaskIntermedate")).toContain(" Did you mean kind TaskIntermediate?\n");
    expect(await prune("TaskIntermediate")).not.toContain("No TaskIntermediate");
  });

  it("of all jobs skips one that is deleted meanwhile", async () => {
    const [kept, gone] = [await setUpCliJob(), await setUpCliJob()];
    for (const job of [kept, gone]) await putBlob(job, "t1/$OfAllJobs/a");
    const env = await openAccountLosing(gone);
    const flags = ["--all-jobs", "--kind", "OfAllJobs", "--older-than", "0.001s", "--dry-run", "--json"];
    const { status, stderr, objects } = await runCli(["prune", ...flags], { env });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "Would delete 1 output (1 B).\n" });
    expect(objects).toMatchObject([{ jobId: kept.jobId, taskId: "t1", status: "planned" }]);
  });

  it.each([
    ["no age", ["prune", "--kind", "K"]],
    ["neither kind nor records", ["prune", "--older-than", "1d"]],
    ["an age without a unit", ["prune", "--kind", "K", "--older-than", "30"]],
    ["a kind that cannot be one", ["prune", "--kind", "a/b", "--older-than", "1d", "-n"]],
  ])("rejects %s", async (_, args) => {
    const job = await setUpCliJob();
    expect(await runCli(args, { env: job.env })).toMatchObject({ status: 2, stdout: "" });
  });
});
