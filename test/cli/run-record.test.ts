import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { mergeTaskRuns } from "../../src/outputs/index.js";
import { useSharedAzurite } from "../support/use-shared-azurite.js";
import { listBlobNames, type CliJob, setUpCliJob, runCli, startCli } from "../support/cli.js";
import { collectAll } from "../support/output-fixture.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import { BatchOutputsClient } from "../../src/outputs/index.js";
import { startFaultyStore, createNodeCommand, waitUntilStored } from "./support/commands.js";

async function runsOf({ jobId }: CliJob) {
  const client = BatchOutputsClient.fromConnectionString(useSharedAzurite().connectionString);
  return mergeTaskRuns(await collectAll(client.getJobOutputStorage(jobId).listRuns()));
}

describe("run records", () => {
  it("exit code, times, node, command without secrets, and saved outputs", async () => {
    const job = await setUpCliJob();
    const env = {
      ...job.taskEnv,
      AZ_BATCH_NODE_ID: "tvm-7",
      AZ_BATCH_POOL_ID: "pool",
      APP_TOKEN: "correct-horse",
    };
    const script = `process.stdout.write("12345"); process.exitCode = 3;`;
    const args = [
      "run",
      "--quiet",
      "--",
      ...createNodeCommand(script),
      "--",
      "--password",
      "hunter2",
      "correct-horse",
    ];
    expect((await runCli(args, { env })).status).toBe(3);
    const [run, ...others] = await runsOf(job);
    expect(others).toEqual([]);
    expect(run).toMatchObject({
      ...{ taskId: "t1", source: "run", state: "ended", exitCode: 3, nodeId: "tvm-7", poolId: "pool" },
      saved: { outputs: 2, bytes: 5 },
    });
    expect(run).not.toHaveProperty("saveFailures");
    expect(run?.command?.slice(-3)).toEqual(["--password", "REDACTED", "REDACTED"]);
    expect(run?.startedAt).toBeInstanceOf(Date);
    expect(run?.endedAt).toBeInstanceOf(Date);
  });

  it.skipIf(process.platform === "win32")("the signal that ended the command", async () => {
    const job = await setUpCliJob();
    const script = `process.kill(process.pid, "SIGKILL"); setInterval(() => undefined, 1000);`;
    await runCli(["run", "--quiet", "--", ...createNodeCommand(script)], { env: job.taskEnv });
    expect(await runsOf(job)).toMatchObject([{ state: "ended", exitCode: 137, signal: "SIGKILL" }]);
  });

  it("a command that cannot be started", async () => {
    const job = await setUpCliJob();
    await runCli(["run", "--quiet", "--", "no-such-program-anywhere"], { env: job.taskEnv });
    expect(await runsOf(job)).toMatchObject([{ state: "ended", exitCode: 127 }]);
  });

  it("outputs that could not be saved", async () => {
    const job = await setUpCliJob();
    const args = ["run", "--quiet", "--save", "TaskOutput=none-*.csv", "--", ...createNodeCommand("")];
    expect((await runCli(args, { env: job.taskEnv })).status).not.toBe(0);
    const [run] = await runsOf(job);
    expect(run).toMatchObject({ exitCode: 0, saveFailures: { count: 1 } });
    expect(run?.saveFailures?.messages[0]).toContain("TaskOutput");
    expect(run?.saveFailures).not.toHaveProperty("isTolerated");
  });

  it("outputs that need not be saved", async () => {
    const job = await setUpCliJob();
    const args = ["run", "--on-save-failure", "warn", "--save", "TaskOutput=none-*.csv", "--"];
    expect((await runCli([...args, ...createNodeCommand("")], { env: job.taskEnv })).status).toBe(0);
    expect(await runsOf(job)).toMatchObject([{ saveFailures: { count: 1, isTolerated: true } }]);
  });

  it("that there was no folder for the output of the command", async () => {
    const job = await setUpCliJob();
    const file = join(createTemporaryFolder(), "file");
    await writeFile(file, "");
    const args = ["run", "--spool-directory", file, "--", ...createNodeCommand("")];
    expect((await runCli(args, { env: job.taskEnv })).status).toBe(1);
    const [run] = await runsOf(job);
    expect(run).toMatchObject({ exitCode: 0, saveFailures: { count: 1 } });
    expect(run?.saveFailures?.messages[0]).toMatch(/^The output of the command: E/);
  });

  it("each attempt of a task", async () => {
    const job = await setUpCliJob();
    for (const code of [1, 2, 0])
      await runCli(["run", "--quiet", "--", ...createNodeCommand(`process.exit(${code})`)], {
        env: job.taskEnv,
      });
    expect((await runsOf(job)).map(({ exitCode }) => exitCode)).toEqual([1, 2, 0]);
  });

  it("only the start of a run that was killed", async () => {
    const job = await setUpCliJob();
    const run = startCli(
      [
        "run",
        "--flush-interval",
        "0.1s",
        "--",
        ...createNodeCommand(`console.log("on"); process.stdin.resume();`),
      ],
      { env: job.taskEnv },
    );
    await waitUntilStored(job, "t1/$TaskLog/stdout.txt", "on");
    await expect.poll(async () => (await runsOf(job)).length).toBe(1);
    run.process.kill("SIGKILL");
    await run.ended;
    expect(await runsOf(job)).toMatchObject([{ state: "running" }]);
  });

  it("nothing if the store is unreachable, with a message; the exit status is the command's", async () => {
    const job = await setUpCliJob();
    const store = await startFaultyStore(job, { isDown: true });
    const args = [
      "run",
      "--no-logs",
      "--give-up-after",
      "0.2s",
      "--",
      ...createNodeCommand("process.exit(7)"),
    ];
    const run = await runCli(args, { env: store.env });
    expect(run.status).toBe(7);
    expect(run.stderr).toContain("The record of this run is not stored");
    expect(await runsOf(job)).toEqual([]);
  });

  it("a success with status 0, although the record is rejected", async () => {
    const job = await setUpCliJob();
    const store = await startFaultyStore(job);
    store.proxy.onRequest = ({ operation }) =>
      operation === "PutBlob"
        ? { kind: "answer", status: 403, code: "AuthorizationPermissionMismatch" }
        : undefined;
    const run = await runCli(["run", "--no-logs", "--", ...createNodeCommand("")], { env: store.env });
    expect(run.status).toBe(0);
  });
});

describe("the record of a task's runs", () => {
  it("is deleted with the task's last output, and not before", async () => {
    const job = await setUpCliJob();
    await runCli(
      [
        "run",
        "--quiet",
        "--save",
        "TaskOutput=*.txt",
        "--",
        ...createNodeCommand(`import { writeFileSync } from "node:fs"; writeFileSync("a.txt", "a");`),
      ],
      { env: job.taskEnv },
    );
    await runCli(["delete", "TaskOutput", "--yes"], { env: job.taskEnv });
    expect(await runsOf(job)).toHaveLength(1);
    await runCli(["delete", "TaskLog", "--yes"], { env: job.taskEnv });
    expect(await listBlobNames(job)).toEqual([]);
  });
});
