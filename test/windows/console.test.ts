import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, onTestFinished, test, vi } from "vitest";

import { cliPath, setUpCliJob } from "../support/cli.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import { requireTool } from "../support/required-tool.js";
import { conditionTimeoutInMs } from "../support/time-limits.js";
import { useSharedAzurite } from "../support/use-shared-azurite.js";
import { requireWindows } from "../support/windows/require-windows.js";
import { toWindowsPath } from "../support/windows/wine.js";

/** Writes to the console until Ctrl-C, and then once more. */
const program = `
  process.on("SIGINT", () => {
    console.log("interrupted");
    clearInterval(working);
    process.exitCode = 7;
  });
  const working = setInterval(() => undefined, 1000);
  console.log("started");
`;

test("Ctrl-C reaches the command of run once, which ends as it chooses, and its log is stored to the end", async (context) => {
  const { wine, node } = requireWindows(context, inject("windows"));
  requireTool(context, "tmux", "-V");
  const job = await setUpCliJob();
  const folder = createTemporaryFolder();
  writeFileSync(join(folder, "program.cjs"), program);
  const paths = [node, cliPath].map((path) => `'${toWindowsPath(path)}'`);
  const variables = { ...wine.env, NODE_OPTIONS: wine.nodeOptions, ...job.taskEnv };
  // Wine connects a terminal of Linux to the console of what it starts, also if its streams are files.
  const script = [
    // The terminal sends Ctrl-C to the shell, too.
    "trap : INT",
    ...Object.entries(variables).map(([name, value]) => `export ${name}='${value}'`),
    `cd '${folder}'`,
    `wine ${paths.join(" ")} run --quiet -- '${toWindowsPath(node)}' program.cjs </dev/null >stdout 2>stderr`,
    "echo $? >status",
    "exec cat",
  ];
  writeFileSync(join(folder, "start"), script.join("\n"));
  const socket = join(folder, "socket");
  const tmux = (...args: readonly string[]): void => {
    execFileSync("tmux", ["-S", socket, "-f", "/dev/null", ...args]);
  };
  tmux("new-session", "-d", "-s", "console", `exec sh '${join(folder, "start")}'`);
  onTestFinished(() => {
    tmux("kill-server");
  });
  const read = (name: string): string =>
    existsSync(join(folder, name)) ? readFileSync(join(folder, name), "utf8") : "";
  await vi.waitUntil(() => read("stdout").includes("started"), { timeout: conditionTimeoutInMs });
  tmux("send-keys", "-t", "console", "C-c");
  await vi.waitUntil(() => read("status") !== "", { timeout: conditionTimeoutInMs });

  // Not its messages: Wine 8 shows the time of a file's last change as the time of its creation, which may be taken for a loss.
  expect([read("status"), read("stdout")]).toEqual(["7\n", "started\ninterrupted\n"]);
  const log = useSharedAzurite()
    .serviceClient()
    .getContainerClient(job.containerName)
    .getBlobClient("t1/$TaskLog/stdout.txt");
  expect((await log.downloadToBuffer()).toString()).toBe("started\ninterrupted\n");
});
