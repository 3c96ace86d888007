import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";

import { packageRoot } from "../../package/npm-package.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";
import { readGuide } from "../../walks/support/guide.js";
import { requireDebianPackage, runDebianClient } from "../support/debian-client.js";

const { blocks } = readGuide("local-batch.md", "In tests of your own program");

/** The blocks of the guide in a language that contain a text, as one file. */
function takeCode(language: string, ...texts: string[]): string {
  const found = blocks.filter(
    (block) => block.language === language && texts.some((text) => block.text.includes(text)),
  );
  expect(found).toHaveLength(texts.length);
  return found.map(({ text }) => text).join("\n");
}

/** A project of a user, with this package installed, and others that it uses. */
function createProject(packages: readonly string[]): string {
  const folder = createTemporaryFolder();
  for (const name of packages) {
    const path = join(folder, "node_modules", name);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(join(packageRoot, "node_modules", name), path);
  }
  mkdirSync(join(folder, "node_modules/.bin"), { recursive: true });
  symlinkSync(packageRoot, join(folder, "node_modules/azure-batch-outputs"));
  symlinkSync(
    join(packageRoot, "dist/cli/batch-outputs.js"),
    join(folder, "node_modules/.bin/batch-outputs"),
  );
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  return folder;
}

it("the fixtures for pytest start a service, and end it", { timeout: 120_000 }, async (context) => {
  requireDebianPackage(context, "/usr/lib/python3/dist-packages/azure/batch/__init__.py", "python3-azure");
  requireDebianPackage(context, "/usr/lib/python3/dist-packages/pytest/__init__.py", "python3-pytest");
  const folder = createProject([]);
  const code = takeCode("python", "def local_batch(", "def test_files_go_after_a_week(");
  writeFileSync(join(folder, "test_with_local_batch.py"), code);
  const args = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", folder, folder];
  // Fixtures start the program by its path in the project.
  const script = `import os, runpy, sys; os.chdir(${JSON.stringify(folder)}); sys.argv = ${JSON.stringify(args.slice(1))}; runpy.run_module("pytest", run_name="__main__")`;
  expect(await runDebianClient("/usr/bin/python3", ["-c", script], {})).toContain("1 passed");
});

it("the global setup for Vitest starts a service that the tests find", { timeout: 120_000 }, async () => {
  const folder = createProject(["vitest", "@azure/batch"]);
  writeFileSync(join(folder, "setup.ts"), takeCode("ts", "export default async function setup"));
  writeFileSync(
    join(folder, "vitest.config.js"),
    'export default { test: { globalSetup: "./setup.ts", include: ["*.spec.ts"] } };',
  );
  writeFileSync(
    join(folder, "jobs.spec.ts"),
    `import { BatchAccountClient } from "azure-batch-outputs/batch";
import { expect, test } from "vitest";

test("a client reaches the service", async () => {
  const { AZURE_BATCH_ENDPOINT: endpoint, AZURE_BATCH_ACCOUNT: name, AZURE_BATCH_ACCESS_KEY: key } = process.env;
  expect(await new BatchAccountClient(endpoint, { name, key }).listJobs().next()).toMatchObject({ done: true });
});
`,
  );
  const vitest = join(packageRoot, "node_modules/vitest/vitest.mjs");
  const output = await runDebianClient(process.execPath, [vitest, "run", "--root", folder], {
    NO_COLOR: "1",
  });
  expect(output).toMatch(/Tests +1 passed/);
});
