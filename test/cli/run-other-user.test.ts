import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

import { cliCommand, setUpCliJob, startCli } from "../support/cli.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import { readStored, waitUntilWritten } from "./support/commands.js";

const nobody = { uid: 65_534, gid: 65_534 };
const setpriv = "/usr/bin/setpriv";

/** Why this machine cannot start a command as another user than `run` itself; `undefined` if it can. */
function findObstacle(): string | undefined {
  if (process.getuid?.() !== 0) return "it needs root";
  if (!existsSync(setpriv)) return "there is no setpriv";
  const [program, ...first] = cliCommand;
  const started = spawnSync(program, [...first, "--version"], { ...nobody, cwd: "/" });
  return started.status === 0 ? undefined : "another user cannot start the program";
}

const obstacle = findObstacle();

it.skipIf(obstacle !== undefined)(
  `run passes no signal on to a command of another user, and waits for it${obstacle === undefined ? "" : `: skipped, ${obstacle}`}`,
  async ({ skip }) => {
    const job = await setUpCliJob();
    const folder = createTemporaryFolder();
    chmodSync(folder, 0o777);
    // As sudo would: the command runs as root, though `run` does not.
    const asRoot = join(folder, "as-root");
    copyFileSync(setpriv, asRoot);
    chmodSync(asRoot, 0o4755);
    const { stdout } = spawnSync(asRoot, ["--reuid", "0", "id", "-u"], { ...nobody, cwd: folder });
    skip(String(stdout).trim() !== "0", "the folder for temporary files does not allow it");
    const script =
      'echo started; while [ -d "$PWD" ] && ! [ -e go ]; do sleep 0.05; done; echo ended; exit 7';
    const run = startCli(
      ["run", "--spool-directory", folder, "--", asRoot, "--reuid", "0", "sh", "-c", script],
      { env: job.taskEnv, cwd: folder, userId: nobody.uid },
    );
    await waitUntilWritten(run, "stdout", "started");
    run.process.kill("SIGTERM");
    await waitUntilWritten(run, "stderr", "SIGTERM could not be sent to the command");
    writeFileSync(join(folder, "go"), "");
    expect(await run.ended).toMatchObject({ status: 7, stdout: "started\nended\n" });
    expect((await readStored(job, "t1/$TaskLog/stdout.txt"))?.toString()).toBe("started\nended\n");
  },
);
