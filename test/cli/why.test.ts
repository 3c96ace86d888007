import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";

import { setUpBatch } from "../support/batch-fixture.js";
import { type CliJob, setUpCliJob, putBlob, runCli } from "../support/cli.js";
import { useSharedAzurite } from "../support/use-shared-azurite.js";
import { createNodeCommand, openTaskStorage } from "./support/commands.js";

interface FailedTask {
  readonly exitCode: number;
  readonly stderr?: string;
  readonly nodeId?: string;
}

async function recordTask(job: CliJob, task: string, { exitCode, stderr = "", nodeId = "n1" }: FailedTask) {
  const run = await openTaskStorage(job, task).recordRun({ nodeId });
  await putBlob(job, `${task}/$TaskLog/stderr.txt`, stderr);
  await run.end({ exitCode });
}

describe("why", () => {
  it("groups the failed tasks by cause, the most frequent first, with an example and the command for all", async () => {
    const job = await setUpCliJob();
    for (const n of [1, 2, 3, 4, 5])
      await recordTask(job, `disk${n}`, {
        ...{ exitCode: 1, nodeId: "bad" },
        stderr: `writing ${n}\nOSError: [Errno 28] No space left on device: '/mnt/${n}/out'\n`,
      });
    await recordTask(job, "killed", { exitCode: 137, stderr: "step 7\n", nodeId: "n2" });
    await recordTask(job, "good", { exitCode: 0, stderr: "ERROR: was handled\n" });
    for (const n of [1, 2, 3, 4]) await recordTask(job, `good${n}`, { exitCode: 0, nodeId: "n3" });
    const text = await runCli(["why"], { env: job.env });
    expect(text.status).toBe(0);
    expect(text.stdout).toMatch(/^1\. 5 of 6 failures \(83 %\): exit code 1\n {3}OSError: \[Errno 28\]/);
    expect(text.stdout).toContain("5 of 5 on node bad: check this node");
    expect(text.stdout).toContain("2. 1 of 6 failures (17 %): exit code 137\n   SIGKILL: ");
    expect(text.stderr).toBe(
      `11 tasks of job ${job.jobId}: 6 failed, for 2 reasons; 5 succeeded.\nBased on the records of runs and the logs.\n`,
    );
    const { objects } = await runCli(["why", "--json"], { env: job.env });
    expect(objects).toMatchObject([
      { jobId: job.jobId, exitCode: 1, count: 5, concentratedOn: "bad" },
      { exitCode: 137, count: 1, taskIds: ["killed"] },
      { summary: { failed: 6, succeeded: 5, hasRecords: true, batch: "notAsked", hasContainer: true } },
    ]);
    const id = String(objects[0]?.["id"]);
    expect(text.stdout).toContain(`batch-outputs why --job ${job.jobId} --group ${id}\n`);
    const listed = await runCli(["why", "--group", id], { env: job.env });
    expect(listed.stdout.trim().split("\n").sort()).toEqual([1, 2, 3, 4, 5].map((n) => `disk${n}`));
    expect((await runCli(["why", "--group", "00000000"], { env: job.env })).status).toBe(3);
    const failed = await runCli(["tasks", "--failed", "--json"], { env: job.env });
    expect(failed.objects.map(({ taskId }) => taskId)).toEqual([
      ...["disk1", "disk2", "disk3", "disk4", "disk5", "killed"],
    ]);
  });

  it("outputs that were not saved are the cause of a run whose command succeeded", async () => {
    const job = await setUpCliJob();
    const script = `console.error("ValueError: was handled")`;
    const args = ["--save", "TaskOutput=none-*.csv", "--", ...createNodeCommand(script)];
    expect((await runCli(["run", ...args], { env: job.taskEnv })).status).toBe(1);
    await recordTask(job, "good", { exitCode: 0 });
    const text = await runCli(["why"], { env: job.env });
    expect(text.stdout).toMatch(
      /^1\. 1 of 1 failure \(100 %\): exit code 0\n {3}TaskOutput: .*none-\*\.csv.*\n {3}The command succeeded, but 1 output was not saved\.\n/,
    );
    expect(text.stdout).not.toContain("ValueError");
    expect(text.stderr).toContain("1 failed, for 1 reason; 1 succeeded.");
    const { objects } = await runCli(["why", "--json"], { env: job.env });
    expect(objects[0]).toMatchObject({
      exitCode: 0,
      count: 1,
      error: expect.stringContaining("none-*.csv") as string,
      saveFailures: { count: 1, messages: [expect.stringContaining("none-*.csv") as string] },
    });
    const listed = await runCli(["tasks", "--failed"], { env: job.env });
    expect(listed.stdout).toMatch(/^t1 +failed +0, 1 not saved /m);
    expect(listed.stderr).toContain(
      'Task "t1" ended with exit code 0, but 1 output was not saved: TaskOutput: ',
    );
    const inJson = await runCli(["tasks", "--json"], { env: job.env });
    expect(inJson.objects).toMatchObject([
      { taskId: "good", result: "succeeded" },
      { taskId: "t1", result: "failed", exitCode: 0, saveFailures: { count: 1 } },
    ]);
  });

  it("a run whose failures to save are only warnings has succeeded", async () => {
    const job = await setUpCliJob();
    const args = [
      "--on-save-failure",
      "warn",
      "--save",
      "TaskOutput=none-*.csv",
      "--",
      ...createNodeCommand(""),
    ];
    expect((await runCli(["run", ...args], { env: job.taskEnv })).status).toBe(0);
    expect((await runCli(["why"], { env: job.env })).stderr).toContain("0 failed; 1 succeeded.");
    const { stdout, stderr } = await runCli(["tasks"], { env: job.env });
    expect(stdout).toMatch(/^t1 +succeeded +0, 1 not saved /m);
    expect(stderr).toContain("1 output was not saved: TaskOutput: ");
  });

  it("reads only the end of a compressed log with very large content", async () => {
    const job = await setUpCliJob();
    const run = await openTaskStorage(job, "t1").recordRun();
    const large = Buffer.concat([Buffer.alloc(100 * 1024 * 1024, "\n"), Buffer.from("KeyError: 'end'\n")]);
    await putBlob(job, "t1/$TaskLog/stderr.txt.gz", gzipSync(large));
    await run.end({ exitCode: 1 });
    const { status, objects } = await runCli(["why", "--json"], { env: job.env });
    expect(status).toBe(0);
    expect(objects[0]).toMatchObject({ error: "KeyError: 'end'" });
  });

  it("ignores blobs that are not valid records", async () => {
    const job = await setUpCliJob();
    await recordTask(job, "t1", { exitCode: 1, stderr: "KeyError: 'a'\n" });
    const container = useSharedAzurite().serviceClient().getContainerClient(job.containerName);
    const forged: readonly Record<string, string>[] = [
      {},
      { taskrun: "not JSON" },
      { taskrun: "[]" },
      { taskrun: "null" },
      { taskrun: '{"version":1,"taskId":"other","state":"ended","exitCode":9}' },
      {
        taskrun: '{"version":1,"state":"ended","exitCode":"137","startedAt":"never","failure":7,"nodeId":{}}',
      },
      {
        taskrun: `{"version":1,"state":"ended","exitCode":1e400,"command":${"[".repeat(300)}${"]".repeat(300)}}`,
      },
    ];
    for (const [index, metadata] of forged.entries()) {
      const name = `.batch-outputs/$TaskRun/t1/20200101T00000000${index}Z-0000000${index}.json`;
      await container.getBlockBlobClient(name).upload("{}", 2, { metadata });
    }
    await putBlob(job, ".batch-outputs/$TaskRun/a/b/c.json");
    await putBlob(job, ".batch-outputs/$TaskRun/../x.json");
    const { status, objects } = await runCli(["why", "--json"], { env: job.env });
    expect(status).toBe(0);
    expect(objects).toMatchObject([{ exitCode: 1, count: 1, taskIds: ["t1"] }, { summary: { failed: 1 } }]);
    const listed = await runCli(["tasks", "--json"], { env: job.env });
    expect(listed.objects).toMatchObject([{ taskId: "t1", result: "failed", exitCode: 1 }]);
  });

  it("finds failures from the logs alone if nothing was recorded, and reports what is unknown", async () => {
    const job = await setUpCliJob();
    await putBlob(
      job,
      "old1/$TaskLog/stdout.txt",
      "Traceback (most recent call last):\n  File\nKeyError: 'a'\n",
    );
    await putBlob(job, "old2/$TaskLog/app.log.gz", gzipSync("start\nFATAL: no mesh\n"));
    await putBlob(job, "old3/$TaskLog/stdout.txt", Buffer.from("ERROR: größe fehlt\n", "utf16le"));
    await putBlob(job, "fine/$TaskLog/stdout.txt", "all is well\n");
    const { objects } = await runCli(["why", "--json"], { env: job.env });
    expect(objects.map(({ error }) => error).sort()).toEqual([
      "ERROR: größe fehlt",
      "FATAL: no mesh",
      "KeyError: 'a'",
      undefined,
    ]);
    expect(objects.at(-1)).toMatchObject({ summary: { tasks: 4, failed: 3, presumed: 3, unknown: 1 } });
    const { stderr } = await runCli(["why"], { env: job.env });
    expect(stderr).toContain("3 failed (3 by their logs alone), for 3 reasons; 1 whose result is not known.");
    expect(stderr).toContain("No run was recorded, so exit codes are not known");
  });

  it("distinguishes tasks that succeeded after a failed attempt", async () => {
    const job = await setUpCliJob();
    await recordTask(job, "flaky", { exitCode: 1, stderr: "ERROR: once\n" });
    await recordTask(job, "flaky", { exitCode: 0 });
    await recordTask(job, "broken", { exitCode: 0 });
    await recordTask(job, "broken", { exitCode: 4, stderr: "ERROR: always\n" });
    const { objects } = await runCli(["why", "--json"], { env: job.env });
    expect(objects).toMatchObject([
      { exitCode: 4, taskIds: ["broken"], error: "ERROR: always" },
      { summary: { failed: 1, succeeded: 1, recovered: 1, recoveredTaskIds: ["flaky"] } },
    ]);
  });

  it("combines Batch and run records: unrecorded tasks from one, deleted tasks from the other", async () => {
    const batch = await setUpBatch();
    await batch.addTask("t1", "echo ERROR: no mesh >&2; exit 7");
    await batch.addTask("t2", "exit 0", {
      resourceFiles: [{ httpUrl: "http://127.0.0.1:9/x", filePath: "x" }],
    });
    await batch.addTask("t3", "exit 0");
    for (const id of ["t1", "t2", "t3"]) await batch.until(id, "completed");
    const before = await runCli(["why", "--json"], { env: batch.env });
    expect(before.objects.at(-1)).toMatchObject({ summary: { failed: 2, succeeded: 1, batch: "asked" } });
    expect(before.objects.map(({ exitCode, code }) => exitCode ?? code)).toContain(7);
    await runCli(["rescue"], { env: batch.env });
    await batch.azure.job.deleteMethod(batch.jobId);
    await expect
      .poll(async () => (await runCli(["why", "--json"], { env: batch.env })).objects.at(-1))
      .toMatchObject({ summary: { failed: 2, batch: "jobDeleted", hasRecords: true } });
    const after = await runCli(["why"], { env: batch.env });
    expect(after.stdout).toContain("exit code 7\n   ERROR: no mesh");
    expect(after.stderr).toContain(
      "The Batch account has no such job, or it is deleted. Based on the records and logs of its tasks.",
    );
  });

  it("continues without a Batch service that does not answer", async () => {
    const job = await setUpCliJob();
    await recordTask(job, "t1", { exitCode: 3, stderr: "ERROR: x\n" });
    const env = {
      ...job.env,
      AZURE_BATCH_ENDPOINT: "http://127.0.0.1:9",
      AZURE_BATCH_ACCOUNT: "none",
      AZURE_BATCH_ACCESS_KEY: "bm9uZQ==",
    };
    const found = await runCli(["why", "--json"], { env });
    expect(found.status).toBe(0);
    expect(found.stderr).toContain("Continuing without the Batch service");
    expect(found.objects[0]).toMatchObject({ exitCode: 3 });
  });

  it("selects tasks by globs, and sends no control character of a log to the terminal", async () => {
    const job = await setUpCliJob();
    await recordTask(job, "a1", { exitCode: 1, stderr: "ERROR: \u001b]0;title\u0007 \u009b2J red\n" });
    await recordTask(job, "b1", { exitCode: 1, stderr: "ERROR: other\n" });
    const found = await runCli(["why", "--task", "a*"], { env: job.env });
    expect(found.stderr).toContain("1 task of");
    expect([...found.stdout].filter((character) => character < " " && character !== "\n")).toEqual([]);
    expect(found.stdout).not.toContain("other");
  });

  it("shows the Batch service's reason for ending a task, live and from the record of rescue", async () => {
    const batch = await setUpBatch();
    await batch.addTask("slow", "exec sleep 600", { constraints: { maxWallClockTime: "PT1S" } });
    await batch.until("slow", "completed");
    const reason = "The task ran longer than its maxWallClockTime";
    const live = await runCli(["why"], { env: batch.env });
    expect(live.stdout).toContain(`\n   ${reason}\n   No logs are stored. While the nodes exist: `);
    expect(live.stdout).toContain(`batch-outputs rescue --job ${batch.jobId} --kind TaskIntermediate\n`);
    expect(live.stdout).toContain("   For example slow\n");
    expect(live.stdout).not.toContain("preempted");
    expect(live.stdout).not.toContain("No line of the logs");
    expect(live.stderr).toContain("Based on the Batch service and the logs. No run was recorded.\n");
    expect(live.stderr).toContain("1 of 1 failed task could not be examined: no logs of them are stored.");
    await runCli(["rescue"], { env: batch.env });
    const { AZURE_BATCH_ENDPOINT: _, ...withoutBatch } = batch.env;
    const recorded = await runCli(["why"], { env: withoutBatch });
    expect(recorded.stdout).toContain(`\n   ${reason}\n`);
    expect(recorded.stdout).not.toContain("preempted");
  });

  it("uses the Batch service for a job without a container, and names its files", async () => {
    const batch = await setUpBatch();
    await batch.addTask("bad", "echo ERROR: no mesh >&2; exit 7");
    await batch.addTask("good", "true");
    for (const id of ["bad", "good"]) await batch.until(id, "completed");
    await batch.outputs.deleteOutputStorage(batch.jobId);
    const { env, jobId } = batch;
    const why = await runCli(["why"], { env });
    expect(why.status).toBe(0);
    expect(why.stdout).toContain("exit code 7\n");
    expect(why.stderr).toContain("2 tasks of job");
    expect(why.stderr).toContain("Based on the Batch service alone: the job has no container");
    expect(why.stderr).toContain(
      `\`batch-outputs prepare --job ${jobId}\` and then \`batch-outputs rescue --job ${jobId} --kind TaskIntermediate\``,
    );
    const tasks = await runCli(["tasks", "--json"], { env });
    expect(tasks.objects).toMatchObject([
      { taskId: "bad", result: "failed" },
      { taskId: "good", result: "succeeded" },
    ]);
    for (const dryRun of [[], ["--dry-run"]]) {
      const rescue = await runCli(["rescue", ...dryRun], { env });
      expect(rescue.status).toBe(3);
      expect(rescue.stderr).toContain(`batch-outputs prepare --job ${jobId}\``);
      expect(rescue.stderr).toContain("before outputs are saved, then the same `rescue` command again.");
    }
  });

  it("counts a task that has neither a record nor a log, and does not say that it has not failed", async () => {
    const job = await setUpCliJob();
    await putBlob(job, "t1/$TaskOutput/a");
    expect((await runCli(["why"], { env: job.env })).stderr).toMatch(
      new RegExp(`^1 task of job ${job.jobId}: 1 whose result is not known\\.\n`),
    );
    const batch = await setUpBatch({ nodes: 0 });
    const asked = await runCli(["why", "--job", job.jobId], { env: batch.env });
    expect(asked.stderr).toContain("The Batch account has no such job, or it is deleted");
    await recordTask(job, "t2", { exitCode: 1, stderr: "" });
    expect((await runCli(["why"], { env: job.env })).stderr).toContain(
      "1 failed, for 1 reason; 1 whose result is not known.",
    );
  });

  it("suggests a similar task if there is none with the ID", async () => {
    const job = await setUpCliJob();
    await recordTask(job, "frame-8", { exitCode: 1, stderr: "ERROR: x\n" });
    const { status, stdout, stderr } = await runCli(["why", "--task", "frame-9"], { env: job.env });
    expect({ status, stdout, stderr }).toEqual({
      ...{ status: 0, stdout: "" },
      stderr: `No such task of job ${job.jobId}.\nDid you mean task frame-8?\n`,
    });
  });

  it("says that there are no failures, and that a job is not prepared", async () => {
    const job = await setUpCliJob();
    await recordTask(job, "t1", { exitCode: 0 });
    expect(await runCli(["why"], { env: job.env })).toMatchObject({
      ...{ status: 0, stdout: "" },
      stderr: `1 task of job ${job.jobId}: 0 failed; 1 succeeded.\nBased on the records of runs and the logs.\n`,
    });
    const missing = await setUpCliJob({ isPrepared: false });
    for (const command of ["why", "tasks"]) {
      const wrong = await runCli([command], { env: missing.env });
      expect(wrong.status).toBe(3);
      expect(wrong.stderr).toContain("Check the job's ID");
      expect(wrong.stderr).not.toContain("outputs prepare");
    }
    const batch = await setUpBatch({ nodes: 0 });
    const unknown = await runCli(["why", "--job", missing.jobId], { env: batch.env });
    expect(unknown).toMatchObject({ status: 3, stdout: "" });
  });
});
