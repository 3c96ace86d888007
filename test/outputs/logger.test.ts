import { execFile } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { expect, test } from "vitest";

import { createTemporaryFolder } from "../support/create-temporary-folder.js";

/** Runs a program, and returns what it wrote to standard error. */
async function run(args: readonly string[], variables: Record<string, string>, cwd: string): Promise<string> {
  return await new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      args,
      { cwd, env: { PATH: process.env["PATH"], ...variables } },
      (error, _, stderr) => {
        if (error) reject(new Error(stderr, { cause: error }));
        else resolve(stderr);
      },
    );
  });
}

const logsAtOnce = 'import { logger } from "azure-batch-outputs"; logger.info("at once");';

test("a message before the first call is logged, as the level of the environment says", async () => {
  const args = ["--input-type=module", "--eval", logsAtOnce];
  expect(await run(args, { AZURE_LOG_LEVEL: "info" }, import.meta.dirname)).toBe(
    "azure:batch-outputs:info at once\n",
  );
  expect(await run(args, { AZURE_LOG_LEVEL: "warning" }, import.meta.dirname)).toBe("");
});

test("the level that the program sets later holds for a logger that was used before", async () => {
  const folder = createTemporaryFolder();
  // Evaluated before the import of the package that has the level.
  const first = `import { logger } from "azure-batch-outputs"; logger.info("too early"); globalThis.first = logger.info;`;
  const second = `import { setLogLevel } from "@azure/logger"; setLogLevel("info"); globalThis.first("in time");`;
  writeFileSync(join(folder, "first.mjs"), first);
  writeFileSync(join(folder, "second.mjs"), second);
  writeFileSync(join(folder, "main.mjs"), `import "./first.mjs"; import "./second.mjs";`);
  const modules = join(folder, "node_modules");
  mkdirSync(modules);
  symlinkSync(join(import.meta.dirname, "../../node_modules/@azure"), join(modules, "@azure"));
  symlinkSync(join(import.meta.dirname, "../.."), join(modules, "azure-batch-outputs"));
  expect(await run(["main.mjs"], {}, folder)).toBe("azure:batch-outputs:info in time\n");
});

test("a program that is one file, without packages beside it, logs as well", async () => {
  const folder = createTemporaryFolder();
  const outfile = join(folder, "program.mjs");
  await build({
    stdin: { contents: logsAtOnce, resolveDir: import.meta.dirname },
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
  });
  expect(await run([outfile], { AZURE_LOG_LEVEL: "info" }, folder)).toBe(
    "azure:batch-outputs:info at once\n",
  );
  expect(await run([outfile], {}, folder)).toBe("");
});
