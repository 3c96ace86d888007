import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, test, vi } from "vitest";

import { cliPath, type CliJob, setUpCliJob } from "../support/cli.js";
import { startFaultyStore } from "../cli/support/commands.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import { conditionTimeoutInMs, hangTimeoutInMs } from "../support/time-limits.js";
import { useSharedAzurite } from "../support/use-shared-azurite.js";
import { requireWindows } from "../support/windows/require-windows.js";
import { runOnWindows } from "../support/windows/run-on-windows.js";
import { getWin32Preamble } from "../support/windows/win32.js";
import { toWindowsPath } from "../support/windows/wine.js";

const cli = toWindowsPath(cliPath);

async function readLog(job: CliJob, name: string): Promise<string | undefined> {
  const container = useSharedAzurite().serviceClient().getContainerClient(job.containerName);
  const blob = container.getBlobClient(`t1/$TaskLog/${name}`);
  return (await blob.exists()) ? (await blob.downloadToBuffer()).toString() : undefined;
}

/** What the runs of a task have kept of its standard output in its folder. */
function readSpools(folder: string): readonly string[] {
  const spools = readdirSync(folder).filter((name) => name.startsWith("batch-outputs-"));
  return spools
    .map((name) => join(folder, name, "stdout.txt"))
    .flatMap((path) => (existsSync(path) ? [readFileSync(path, "utf8")] : []));
}

test("the log of a task whose job object was terminated is stored to its end by the next attempt on the node", async (context) => {
  const { wine, node } = requireWindows(context, inject("windows"));
  const job = await setUpCliJob();
  const folder = createTemporaryFolder();
  writeFileSync(
    join(folder, "program.cjs"),
    `require("node:fs").writeFileSync("program-id", String(process.pid));
     console.log("first");
     setInterval(() => undefined, 1000);`,
  );
  // In the job before it starts run: what a process starts is in its job.
  writeFileSync(
    join(folder, "task.cjs"),
    `process.stdin.once("data", () => {
       const args = [${JSON.stringify(cli)}, "run", "--quiet", "--", process.execPath, "program.cjs"];
       require("node:child_process").spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit"] });
     });`,
  );
  // As the agent of a node does: a job object for each task, which is terminated with all of its processes.
  writeFileSync(
    join(folder, "agent.cjs"),
    `${await getWin32Preamble()}
     const createJob = kernel32.func("void *__stdcall CreateJobObjectW(void *security, void *name)");
     const openProcess = kernel32.func("void *__stdcall OpenProcess(uint32_t access, int inherit, uint32_t id)");
     const assign = kernel32.func("int __stdcall AssignProcessToJobObject(void *job, void *process)");
     const terminate = kernel32.func("int __stdcall TerminateJobObject(void *job, uint32_t status)");
     const { existsSync, readFileSync } = require("node:fs");
     const job = createJob(null, null);
     const options = { stdio: ["pipe", "inherit", "inherit"] };
     const task = require("node:child_process").spawn(process.execPath, ["task.cjs"], options);
     if (assign(job, openProcess(0x1fffff, 0, task.pid)) === 0) throw new Error("The task is not in the job");
     task.stdin.write("start");
     const isRunning = (id) => {
       try {
         return process.kill(id, 0);
       } catch (error) {
         if (error.code !== "ESRCH") throw error;
         return false;
       }
     };
     const waiting = setInterval(() => {
       if (!existsSync("end")) return;
       clearInterval(waiting);
       terminate(job, 9);
     }, 50);
     task.on("exit", (status) => {
       const program = Number(readFileSync("program-id", "utf8"));
       const ending = setInterval(() => {
         if (isRunning(program)) return;
         clearInterval(ending);
         console.log("terminated " + status);
       }, 50);
     });`,
  );
  // The store takes nothing: all of the log is in the task's folder when its processes end.
  const store = await startFaultyStore(job, { isDown: true });
  const env = { ...store.env, AZ_BATCH_TASK_DIR: toWindowsPath(folder) };
  const agent = runOnWindows(wine, node, ["agent.cjs"], { cwd: folder, env, timeoutInMs: hangTimeoutInMs });
  await vi.waitUntil(() => readSpools(folder).includes("first\n"), { timeout: conditionTimeoutInMs });
  writeFileSync(join(folder, "end"), "");
  // Not its messages, as in console.test.ts. It may be terminated between storing a line in the folder and passing it on.
  const stdout: unknown = expect.stringMatching(/^(first\n)?terminated 9\n$/);
  expect(await agent).toMatchObject({ status: 0, stdout });
  expect(await readLog(job, "stdout.txt")).toBeUndefined();

  store.setDown(false);
  const command = [cli, "run", "--quiet", "--", "cmd.exe", "/d", "/c", "echo second"];
  const next = await runOnWindows(wine, node, command, { cwd: folder, env, timeoutInMs: hangTimeoutInMs });
  expect(next).toMatchObject({ status: 0, stdout: "second\r\n" });
  expect(await readLog(job, "stdout.attempt-1.txt")).toBe("first\n");
  expect(await readLog(job, "stdout.txt")).toBe("second\r\n");
});
