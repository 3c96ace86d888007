import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from "vitest";

import { type Azurite, startAzurite } from "../support/azurite.js";
import { createDisposableFolder } from "../support/create-disposable-folder.js";
import { createJobId } from "../support/create-job-id.js";
import { installInto } from "./npm-package.js";

/** The executables that npm installs: without scripts, for this system and processor alone. */
const runtimes = [
  { name: "Bun", install: "@oven/bun-linux-x64-baseline@1.4.5", program: "bin/bun", args: [] },
  { name: "Deno", install: "@deno/linux-x64-glibc@2.9.6", program: "deno", args: ["run", "--allow-all"] },
] as const;

const isSupported = process.platform === "linux" && process.arch === "x64";

describe.skipIf(!isSupported)("other runtimes", () => {
  const folder = createDisposableFolder();
  const installed = inject("installedProject");
  const project = mkdtempSync(join(installed, "runtimes-"));
  const command = join(installed, "node_modules/azure-batch-outputs/dist/cli/batch-outputs.js");
  let azurite: Azurite;

  beforeAll(async () => {
    azurite = await startAzurite();
    await installInto(folder.path, ...runtimes.map(({ install }) => install));
  });

  afterAll(async () => {
    await azurite.stop();
    folder[Symbol.dispose]();
  });

  describe.each(runtimes)("$name", ({ install, program, args }) => {
    const executable = join(folder.path, "node_modules", install.replace(/@[\d.]+$/, ""), program);

    test("saves, tracks, lists and downloads by the library", async () => {
      const jobId = createJobId();
      const target = disposableTarget();
      writeFileSync(
        join(project, "task.mjs"),
        `import { appendFile, writeFile } from "node:fs/promises";
         import { join } from "node:path";
         import { BatchOutputsClient, TaskOutputKind } from "azure-batch-outputs";

         const { STORE, JOB, TARGET } = process.env;
         const client = BatchOutputsClient.fromConnectionString(STORE);
         await client.prepareOutputStorage(JOB);
         const task = client.getTaskOutputStorage(JOB, "t1");
         await writeFile(join(TARGET, "large.bin"), new Uint8Array(9_000_000).fill(7));
         await task.save(TaskOutputKind.TaskOutput, join(TARGET, "large.bin"), { destinationPath: "large.bin" });
         const path = join(TARGET, "stdout.txt");
         await writeFile(path, "one\\n");
         const log = await task.saveTracked(TaskOutputKind.TaskLog, path, { destinationPath: "stdout.txt" });
         await appendFile(path, "two\\n");
         await log.close();
         for await (const { kind, filePath, size } of task.listOutputs()) console.log(kind, filePath, size);
         const { downloadedCount, failedCount } = await task.downloadOutputs(join(TARGET, "fetched"));
         console.log(downloadedCount, failedCount);`,
      );
      const { stdout } = await run(executable, [...args, join(project, "task.mjs")], {
        STORE: azurite.connectionString,
        JOB: jobId,
        TARGET: target,
      });
      expect(stdout).toBe("TaskLog stdout.txt 8\nTaskOutput large.bin 9000000\n2 0\n");
      expect(await readFile(join(target, "fetched/$TaskLog/stdout.txt"), "utf8")).toBe("one\ntwo\n");
    });

    test("runs a command, passes through and stores its output, and exits with its status", async () => {
      const jobId = createJobId();
      const env = {
        AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString,
        AZ_BATCH_JOB_ID: jobId,
        AZ_BATCH_TASK_ID: "t1",
      };
      await run(executable, [...args, command, "prepare"], env);
      const script = "echo one; echo problem >&2; yes | head -c 2000000; exit 3";
      const failed = await run(executable, [...args, command, "run", "--", "sh", "-c", script], env).catch(
        (error: unknown) => error as { code: number; stdout: string; stderr: string },
      );
      expect(failed).toMatchObject({ code: 3, stderr: "problem\n" });
      expect(failed.stdout === `one\n${"y\n".repeat(1_000_000)}`).toBe(true);
      for (const [path, size] of [
        ["stdout.txt", 2_000_004],
        ["stderr.txt", 8],
      ] as const) {
        const { stdout } = await run(executable, [...args, command, "cat", "TaskLog", path], env);
        expect(stdout.length).toBe(size);
      }
    });

    test("serves the viewer's page, and ends at SIGINT", async () => {
      const server = spawn(executable, [...args, command, "view", "--json"], {
        env: { ...ownEnvironment(), AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString },
        stdio: ["ignore", "pipe", "inherit"],
      });
      const closed = once(server, "close");
      onTestFinished(() => void server.kill("SIGKILL"));
      const [line] = (await once(createInterface(server.stdout), "line")) as [string];
      const { url } = JSON.parse(line) as { url: string };
      const answer = await fetch(url, { redirect: "manual" });
      expect(answer.status).toBeLessThan(400);
      server.kill("SIGINT");
      await closed;
    });
  });

  function disposableTarget(): string {
    const target = join(folder.path, createJobId());
    mkdirSync(target);
    return target;
  }
});

async function run(
  executable: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ stdout: string; stderr: string }> {
  return await promisify(execFile)(executable, args, {
    env: { ...ownEnvironment(), ...env },
    maxBuffer: 16 * 1024 * 1024,
  });
}

function ownEnvironment(): { PATH: string; HOME: string } {
  const { PATH = "", HOME = "" } = process.env;
  return { PATH, HOME };
}
