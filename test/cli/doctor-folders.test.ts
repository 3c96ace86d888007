import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { examineFolders } from "../../src/cli/doctor/examine-folders.js";
import { describeRuntime } from "../../src/cli/doctor/examine-program.js";
import { runCli, setUpCliJob } from "../support/cli.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";

test("doctor reports folders that cannot be written to", async () => {
  const folder = createTemporaryFolder();
  const file = join(folder, "file");
  writeFileSync(file, "");
  const job = await setUpCliJob();
  const missing = await runCli(["doctor", "--spool-directory", join(folder, "missing")], { env: job.env });
  expect(missing.stdout).toMatch(
    /^fail {2}spool folder: `run` has no folder .*ENOENT.*\n {6}Specify a folder .*--spool-directory\.$/m,
  );
  expect(missing.status).toBe(1);
  const elsewhere = await runCli(["doctor"], { env: { ...job.env, AZ_BATCH_TASK_DIR: file } });
  expect(elsewhere.stdout).toMatch(/^warn {2}spool folder: .*no folder can be created in AZ_BATCH_TASK_DIR/m);
  const results: string[] = [];
  for await (const { check, result, message } of examineFolders(folder, file))
    results.push(`${check}: ${result}: ${message}`);
  expect(results).toEqual([
    `spool folder: ok: \`run\` keeps output that is not stored yet in ${folder}`,
    expect.stringMatching(/^working directory: warn: no file can be written to .*: (?:ENOTDIR|ENOENT)/),
  ]);
  expect(readdirSync(folder)).toEqual(["file"]);
});

test.each([
  [{ node: "24.1.0", v8: "13" }, "Node.js 24.1.0"],
  [{ node: "24.3.0", bun: "1.4.5" }, "Bun 1.4.5"],
  [{ node: "24.3.0", deno: "2.9.6" }, "Deno 2.9.6"],
])("doctor names the runtime of the versions %j: %s", (versions, expected) => {
  expect(describeRuntime(versions)).toBe(expected);
});
