import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { startLocalBatch } from "../../../src/local-batch/index.js";
import { type CliResult, runCli, setUpCliJob } from "../../support/cli.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";

async function setUpRun(): Promise<{
  folder: string;
  cli: (...args: readonly string[]) => Promise<CliResult>;
}> {
  const { taskEnv } = await setUpCliJob();
  const folder = createTemporaryFolder();
  const env = { ...taskEnv, AZ_BATCH_TASK_DIR: folder };
  return { folder, cli: (...args) => runCli(args, { cwd: folder, env }) };
}

const difficult = [
  "a b",
  'say "yes"',
  "100%",
  "%PATH%",
  "a^b",
  "a&b",
  "a|b",
  "<in>",
  "back\\slash\\",
  'end\\"',
  "tab\there",
  "",
  "Grüße 🎬",
];

test("run passes each argument to a program as it is: spaces, quotes, percent signs, carets, ampersands", async () => {
  const { folder, cli } = await setUpRun();
  writeFileSync(join(folder, "print.cjs"), "console.log(JSON.stringify(process.argv.slice(2)));");
  const { status, stdout } = await cli("run", "--quiet", "--", process.execPath, "print.cjs", ...difficult);
  expect({ status, printed: JSON.parse(stdout) as unknown }).toEqual({ status: 0, printed: difficult });
});

test("no argument makes run start a batch file: the shell would run a part of it as a command", async () => {
  const { folder, cli } = await setUpRun();
  writeFileSync(join(folder, "task.bat"), "@echo %1\r\n");
  writeFileSync(join(folder, "task.cmd"), "@echo %1\r\n");
  const names = ["task.bat", ".\\task.bat", "./task.bat", "TASK.BAT", "task.cmd", join(folder, "task.bat")];
  // Windows ignores dots and spaces at the end of a name.
  for (const command of [...names, "task.bat.", "task.bat ", "task.cmd. ."]) {
    const { status, stdout, stderr } = await cli("run", "--", command, '"&echo injected');
    expect({ command, status, stdout }).toEqual({ command, status: 126, stdout: "" });
    expect(stderr).toContain("cmd.exe /c");
  }
});

test("a script of PowerShell is not started, and the error says how it can be", async () => {
  const { folder, cli } = await setUpRun();
  writeFileSync(join(folder, "task.ps1"), "exit 0\r\n");
  const { status, stderr } = await cli("run", "--", join(folder, "task.ps1"));
  expect(status).toBe(126);
  expect(stderr).toContain("powershell.exe");
});

test("a status of Windows such as 0xC0000005 is passed on, and shown as such", async () => {
  const { cli } = await setUpRun();
  const accessViolation = 0xc0000005;
  const script = `process.reallyExit(${accessViolation | 0})`;
  const { status } = await cli("run", "--", process.execPath, "-e", script);
  // As the parent of run sees it, which is a program of Windows here.
  expect((status ?? 0) >>> 0).toBe(accessViolation);
  const { stdout } = await cli("tasks");
  expect(stdout).toContain("0xC0000005");
});

test("variables of the task are expanded by cmd.exe, and by nothing else", async () => {
  const { folder, cli } = await setUpRun();
  const script = "console.log(process.argv[1])";
  const plain = await cli("run", "--quiet", "--", process.execPath, "-e", script, "%AZ_BATCH_TASK_DIR%");
  expect(plain.stdout).toBe("%AZ_BATCH_TASK_DIR%\n");
  const expanded = await cli("run", "--quiet", "--", "cmd.exe", "/d", "/c", "echo %AZ_BATCH_TASK_DIR%");
  expect(expanded.stdout).toBe(`${folder}\r\n`);
});

test("local and startLocalBatch say why they do not run on Windows, before they create or start anything", async () => {
  const { folder, cli } = await setUpRun();
  const { status, stderr } = await cli("local");
  expect({ status, stderr }).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("process groups, which Windows does not have") as string,
  });
  await expect(startLocalBatch({ folder: join(folder, "service") })).rejects.toThrow("process groups");
  expect(readdirSync(folder)).toEqual([]);
});
