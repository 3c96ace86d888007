import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

import { setUpBatch } from "../support/batch-fixture.js";
import { runCli } from "../support/cli.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import { startFaultProxy } from "../support/fault-proxy.js";

it("saves the files of failed tasks from their nodes, and none of other tasks", async () => {
  const fixture = await setUpBatch();
  await fixture.addTask("good", "echo fine");
  await fixture.addTask("bad", "echo 7 > a.csv; echo why >&2; exit 3");
  await fixture.until("good", "completed");
  await fixture.until("bad", "completed");
  const env = fixture.env;

  const planned = await runCli(["rescue", "--dry-run"], { env });
  expect(planned).toMatchObject({
    status: 0,
    stderr: 'Would save 3 files (6 B) of task "bad" from its node.\n',
  });
  expect(planned.stdout).toContain('would save bad: wd/a.csv (2 B) as TaskOutput "a.csv"\n');
  expect((await runCli(["list", "--task", "bad", "--json"], { env })).objects).toEqual([]);

  const listed = await runCli(["list", "--task", "bad"], { env });
  expect(listed.stderr).toContain(
    `its node still has its files: \`batch-outputs rescue --job ${fixture.jobId} --task bad --kind TaskIntermediate\` saves`,
  );
  const succeeded = await runCli(["list", "--task", "good"], { env });
  expect(succeeded.stderr).toContain(`rescue --job ${fixture.jobId} --task good\` saves`);
  const saved = await runCli(["rescue", "--json"], { env });
  expect(saved.status).toBe(0);
  expect(saved.stderr).toBe('Saved 3 files (6 B) of task "bad" from its node.\n');
  expect(saved.objects).toContainEqual({
    ...{ jobId: fixture.jobId, taskId: "bad", name: "stderr.txt", kind: "TaskLog", path: "stderr.txt" },
    ...{ status: "saved", size: 4 },
  });
  const log = await runCli(["cat", "TaskLog", "stderr.txt", "--task", "bad"], { env });
  expect(log.stdout).toBe("why\n");

  const again = await runCli(["rescue"], { env });
  expect(again).toMatchObject({ status: 0, stdout: "" });
  expect(again.stderr).toBe('Saved 0 files (0 B), 3 already saved of task "bad" from its node.\n');
  const dryAgain = await runCli(["rescue", "--dry-run"], { env });
  expect(dryAgain).toMatchObject({ status: 0, stdout: "" });
  expect(dryAgain.stderr).toBe('Would save 0 files (0 B), 3 already saved of task "bad" from its node.\n');
  const replaced = await runCli(["rescue", "--dry-run", "--overwrite", "always"], { env });
  expect(replaced.stderr).toBe('Would save 3 files (6 B) of task "bad" from its node.\n');
  const all = await runCli(["rescue", "--all-tasks", "--include", "stdout.txt"], { env });
  expect(all.stderr).toContain('Saved 1 file (5 B) of task "good" from its node.');
});

it("continues with the other tasks if one cannot be saved, and exits with the status for that", async () => {
  const fixture = await setUpBatch();
  await fixture.addTask("t1", "echo one; exit 1");
  await fixture.until("t1", "completed");
  const ended = await runCli(["rescue", "--task", "none", "--task", "t1", "--json"], { env: fixture.env });
  expect(ended.status).toBe(5);
  expect(ended.stderr).toContain("failed: none: ");
  expect(ended.stderr).toContain("(TaskNotFound)");
  expect(ended.objects).toContainEqual(
    expect.objectContaining({
      taskId: "none",
      status: "failed",
      error: expect.objectContaining({ code: "TaskNotFound" }) as unknown,
    }),
  );
  expect(ended.objects).toContainEqual(
    expect.objectContaining({ taskId: "t1", name: "stdout.txt", status: "saved" }),
  );
});

it("reports that the node or the job is gone, with status 3", async () => {
  const fixture = await setUpBatch();
  await fixture.addTask("t1", "exit 1");
  const { nodeInfo } = await fixture.until("t1", "completed");
  await fixture.service.preemptNode("pool", nodeInfo?.nodeId ?? "");
  const gone = await runCli(["rescue"], { env: fixture.env });
  expect(gone.status).toBe(3);
  expect(gone.stderr).toMatch(
    /^failed: t1: Listing the files of task "t1".*\((NodeUnavailable|NodeFilesGone)\)\n$/,
  );
  for (const command of ["list", "tail"]) {
    const { stderr } = await runCli([command, "--task", "t1"], { env: fixture.env });
    expect(stderr).toContain("The node of task t1 is gone, or has deleted the files of the task");
  }
  const noJob = await runCli(["rescue", "--job", "no-such-job"], { env: fixture.env });
  expect(noJob.status).toBe(3);
  expect(noJob.stderr).toContain("(JobNotFound)");
});

it("reports that there is nothing to save, and succeeds", async () => {
  const fixture = await setUpBatch();
  await fixture.addTask("t1", "true");
  await fixture.until("t1", "completed");
  const ended = await runCli(["rescue"], { env: fixture.env });
  expect(ended).toMatchObject({ status: 0, stdout: "" });
  expect(ended.stderr).toBe(`Nothing to save: job "${fixture.jobId}" has no task that failed.\n`);
});

it("does not say that no task failed if the named task does not exist", async () => {
  const fixture = await setUpBatch({ nodes: 0 });
  const ended = await runCli(["rescue", "--task", "none"], { env: fixture.env });
  expect(ended.status).toBe(3);
  expect(ended.stderr).toContain("(TaskNotFound)");
  expect(ended.stderr).not.toContain("Nothing to save");
});

it("says that a tracked log is kept, and how to read the file on the node", async () => {
  const fixture = await setUpBatch();
  await fixture.addTask("t1", "echo begun; echo more; exit 1");
  await fixture.until("t1", "completed");
  const path = join(createTemporaryFolder(), "stdout.txt");
  writeFileSync(path, "begun\n");
  const storage = fixture.storageOf("t1");
  const tracked = await storage.saveTracked("TaskLog", path, { destinationPath: "stdout.txt" });
  await tracked.close();
  for (const overwrite of ["never", "if-changed", "always"]) {
    const args = ["rescue", "--include", "stdout.txt", "--overwrite", overwrite];
    const { status, stderr } = await runCli(args, { env: fixture.env });
    expect({ status, lines: stderr.split("\n") }).toEqual({
      status: 0,
      lines: [
        "t1: stdout.txt has 11 B on the node and 6 B in the store, in a tracked log.",
        'Saved 0 files (0 B), 1 already saved of task "t1" from its node.',
        `1 tracked log has less than the node. A tracked log is never replaced; \`az batch task file download --job-id ${fixture.jobId} --task-id t1 --file-path 'stdout.txt' --destination FILE\` reads the file from the node.`,
        "",
      ],
    });
  }
  const { blobType } = await storage.getOutput("TaskLog", "stdout.txt").getProperties();
  expect(blobType).toBe("AppendBlob");
});

it("requires the Batch account, and shows no key if it is rejected", async () => {
  const fixture = await setUpBatch({ nodes: 0 });
  const { AZURE_BATCH_ENDPOINT: _, ...others } = fixture.env;
  const noEndpoint = await runCli(["rescue"], { env: others });
  expect(noEndpoint.status).toBe(2);
  expect(noEndpoint.stderr).toContain("AZURE_BATCH_ENDPOINT");
  const { AZURE_BATCH_ACCOUNT: __, ...nameless } = fixture.env;
  expect((await runCli(["rescue"], { env: nameless })).stderr).toContain(
    "AZURE_BATCH_ACCOUNT or --batch-account",
  );
  const wrongKey = Buffer.from("another key").toString("base64");
  const refused = await runCli(["rescue"], { env: { ...fixture.env, AZURE_BATCH_ACCESS_KEY: wrongKey } });
  expect(refused.status).toBe(4);
  expect(refused.stderr).toContain("(NotAuthorized)");
  expect(refused.stderr).not.toContain(wrongKey);
});

it("records the state of tasks in Batch, also of one that never ran", async () => {
  const batch = await setUpBatch();
  await batch.addTask("t1", "exit 7");
  await batch.addTask("t2", "exit 0", {
    resourceFiles: [{ httpUrl: "http://127.0.0.1:9/none", filePath: "none" }],
  });
  await batch.until("t1", "completed");
  await batch.until("t2", "completed");
  await runCli(["rescue"], { env: batch.env });
  await batch.azure.job.deleteMethod(batch.jobId);
  const job = batch.outputs.getJobOutputStorage(batch.jobId);
  const runs = [];
  for await (const run of job.listRuns()) runs.push(run);
  expect(runs).toMatchObject([
    { taskId: "t1", source: "batch", state: "ended", exitCode: 7, retryCount: 0 },
    { taskId: "t2", source: "batch", state: "ended", failure: { code: expect.any(String) as string } },
  ]);
  expect(runs[1]).not.toHaveProperty("exitCode");
});

it("asks the Batch service as often as --max-tries says", async () => {
  const fixture = await setUpBatch();
  await using proxy = await startFaultProxy(fixture.service.endpoint, {
    onRequest: () => ({ kind: "answer", status: 503 }),
  });
  const env = { ...fixture.env, AZURE_BATCH_ENDPOINT: proxy.endpoint };
  const { status, stderr } = await runCli(["rescue", "--task", "t1", "--max-tries", "2"], { env });
  expect({ status, count: proxy.exchanges.length, stderr }).toMatchObject({ status: 1, count: 2 });
});
