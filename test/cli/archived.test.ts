import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type CliJob, listBlobNames, putBlob, runCli, setUpCliJob } from "../support/cli.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import { startStrictAccount } from "../support/strict-account.js";
import { useSharedAzurite } from "../support/use-shared-azurite.js";
import { openTaskStorage } from "./support/commands.js";

const kinds = ["flat", "hierarchical"] as const;

/** A job of two failed tasks: the logs of `t1` are archived, those of `t2` are not. */
async function jobWithArchivedLogs(kind: (typeof kinds)[number]): Promise<CliJob> {
  const job = await setUpCliJob();
  for (const task of ["t1", "t2"]) {
    const run = await openTaskStorage(job, task).recordRun();
    await putBlob(job, `${task}/$TaskLog/stdout.txt`, `KeyError: 'of ${task}'\n`);
    await run.end({ exitCode: 1 });
  }
  await archive(job, "t1/$TaskLog/stdout.txt");
  const { connectionString } = await startStrictAccount(kind);
  const connection = { AZURE_STORAGE_CONNECTION_STRING: connectionString };
  return { ...job, env: { ...job.env, ...connection }, taskEnv: { ...job.taskEnv, ...connection } };
}

async function archive({ containerName }: CliJob, name: string): Promise<void> {
  const container = useSharedAzurite().serviceClient().getContainerClient(containerName);
  await container.getBlobClient(name).setAccessTier("Archive");
}

/** How a message names the archived log, why it cannot be read, and what to do. */
const named =
  /TaskLog "stdout\.txt" of task "?t1"?.*access tier Archive.*batch-outputs rehydrate.*\(OutputArchived\)/;

/** Commands that read the logs of several tasks: the status, and what shows that they read the others. */
const reading: readonly (readonly [args: string, status: number, readOthers: RegExp])[] = [
  ["grep KeyError", 2, /^t2\/stdout\.txt:KeyError: 'of t2'$/m],
  ["tail --all-tasks", 5, /^t2 \| KeyError: 'of t2'$/m],
  ["tail --task t1 --task t2", 5, /^t2 \| KeyError: 'of t2'$/m],
  ["verify --json --no-progress", 5, /"taskId":"t2".*"status":"(?:intact|noDigest)"/],
  ["download . --json --no-progress", 5, /"taskId":"t2".*"status":"downloaded"/],
];

describe.each(kinds)("Archived logs of a %s account", (kind) => {
  it.each(reading)("are named by %s, which reads the others", async (args, status, readOthers) => {
    const job = await jobWithArchivedLogs(kind);
    const cwd = createTemporaryFolder();
    const result = await runCli(args.split(" "), { env: job.env, cwd });
    expect(result.stderr).toMatch(named);
    expect(result.stdout).toMatch(readOthers);
    expect(result.stdout).not.toContain("of t1");
    expect(result.status).toBe(status);
    const files = readdirSync(cwd, { recursive: true, encoding: "utf8" });
    expect(files.filter((path) => path.includes("t1") && path.endsWith("stdout.txt"))).toEqual([]);
  });

  it.each(["cat TaskLog stdout.txt", "tail", "tail -f", "tail --json", "track stdout.txt --once"])(
    "fail the command %s with the reason",
    async (args) => {
      const job = await jobWithArchivedLogs(kind);
      const before = await listBlobNames(job);
      const cwd = createTemporaryFolder();
      writeFileSync(join(cwd, "stdout.txt"), "of another attempt\n");
      const { status, stdout, stderr } = await runCli(args.split(" "), { env: job.taskEnv, cwd });
      expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
      expect(stderr).toMatch(/stdout\.txt.*access tier Archive.*batch-outputs rehydrate.*\(OutputArchived\)/);
      expect(await listBlobNames(job)).toEqual(before);
    },
  );

  it("are reported by why, with the causes that the others show", async () => {
    const job = await jobWithArchivedLogs(kind);
    const { status, stdout, stderr } = await runCli(["why"], { env: job.env });
    expect(status).toBe(0);
    expect(stdout).toContain("KeyError: 'of t2'");
    expect(stdout).toContain("logs of 1 of them are archived");
    expect(stderr).toMatch(
      new RegExp(
        `logs of 1 task are in the access tier Archive.*rehydrate TaskLog --task '\\*' --job ${job.jobId}`,
      ),
    );
    const { objects } = await runCli(["why", "--json"], { env: job.env });
    expect(objects.at(-1)).toMatchObject({ summary: { failed: 2, unreadableCount: 1, archivedCount: 1 } });
  });

  it("do not hide the error in another log of the task", async () => {
    const job = await jobWithArchivedLogs(kind);
    await putBlob(job, "t1/$TaskLog/stderr.txt", "ValueError: in the other log\n");
    const { stdout, stderr } = await runCli(["why"], { env: job.env });
    expect(stdout).toContain("ValueError: in the other log");
    expect(stderr).not.toContain("Archive");
  });

  it("do not end run: the command runs, and the log is reported as not saved", async () => {
    const job = await jobWithArchivedLogs(kind);
    const cwd = createTemporaryFolder();
    const command = [process.execPath, "-e", "console.log('ran'); process.exit(3)"];
    const { status, stdout, stderr } = await runCli(["run", "--", ...command], { env: job.taskEnv, cwd });
    expect(status).toBe(3);
    expect(stdout).toContain("ran");
    expect(stderr).toMatch(/stdout\.txt.*access tier Archive/);
  });
});

describe.each(kinds)("An archived output of a %s account", (kind) => {
  it("is not replaced by save, and can be deleted", async () => {
    const job = await jobWithArchivedLogs(kind);
    const cwd = createTemporaryFolder();
    writeFileSync(join(cwd, "stdout.txt"), "new\n");
    const save = ["save", "TaskLog", "stdout.txt"];
    const saved = await runCli(save, { env: job.taskEnv, cwd });
    expect(saved.status).toBe(1);
    expect(saved.stderr).toMatch(
      /stdout\.txt.*access tier Archive.*neither changed nor replaced.*\(OutputArchived\)/,
    );
    const deleted = await runCli(["delete", "TaskLog", "stdout.txt", "--yes"], { env: job.taskEnv });
    expect(deleted.status).toBe(0);
    expect(await runCli(save, { env: job.taskEnv, cwd })).toMatchObject({ status: 0 });
  });
});
