import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { type CliOptions, type CliResult, runCli, setUpCliJob } from "../../support/cli.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";

interface WindowsTask {
  readonly folder: string;
  readonly run: (...args: readonly string[]) => Promise<CliResult>;
}

async function setUpTask(): Promise<WindowsTask> {
  const { taskEnv } = await setUpCliJob();
  const folder = createTemporaryFolder();
  const options: CliOptions = { cwd: folder, env: { ...taskEnv, AZ_BATCH_TASK_DIR: folder } };
  return { folder, run: (...args) => runCli(args, options) };
}

test("saves, lists and downloads", async () => {
  const { folder, run } = await setUpTask();
  writeFileSync(join(folder, "result.csv"), "a;b\r\n");
  expect(await run("save", "TaskOutput", "*.csv")).toMatchObject({ status: 0 });
  const { objects } = await run("list", "--json");
  expect(objects).toMatchObject([{ kind: "TaskOutput", path: "result.csv", size: 5 }]);
  expect(await run("download", "out")).toMatchObject({ status: 0 });
  expect((await run("cat", "TaskOutput", "result.csv")).stdout).toBe("a;b\r\n");
});

test("run stores the output of cmd.exe, and has its status, also one above 255", async () => {
  const { run } = await setUpTask();
  const script = "echo %AZ_BATCH_TASK_ID%& echo problem>&2& exit 3221225";
  const { status, stdout, stderr } = await run("run", "--quiet", "--", "cmd.exe", "/d", "/c", script);
  expect({ status, stdout }).toEqual({ status: 3_221_225, stdout: "t1\r\n" });
  // Beside it, there may be a warning: Wine 8 shows the time of a file's last change as the time of its creation, so that a file
  // that is written to while it is opened seems to be another one.
  expect(stderr).toContain("problem\r\n");
  expect((await run("cat", "TaskLog", "stdout.txt")).stdout).toBe("t1\r\n");
  expect((await run("cat", "TaskLog", "stderr.txt")).stdout).toBe("problem\r\n");
});

test("run starts a batch file, with its arguments, and saves what it wrote", async () => {
  const { folder, run } = await setUpTask();
  writeFileSync(
    join(folder, "task.bat"),
    "@echo off\r\necho %1> %AZ_BATCH_TASK_DIR%\\result.txt\r\nexit /b 7\r\n",
  );
  const { status } = await run("run", "--save", "TaskOutput=*.txt", "--", "cmd.exe", "/c", "task.bat", "two");
  expect(status).toBe(7);
  expect((await run("cat", "TaskOutput", "result.txt")).stdout).toBe("two\r\n");
});

test("a batch file without cmd.exe cannot be started, and the error says how it can", async () => {
  const { folder, run } = await setUpTask();
  writeFileSync(join(folder, "task.bat"), "@exit /b 0\r\n");
  const { status, stderr } = await run("run", "--", "task.bat");
  expect(status).toBe(126);
  expect(stderr).toContain("cmd.exe /c task.bat");
});

test("a command that does not exist is status 127", async () => {
  const { run } = await setUpTask();
  expect(await run("run", "--", "no-such-program.exe")).toMatchObject({ status: 127 });
});
