import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { bundlers } from "./bundlers.mjs";
import { execute, expectText, storeOf } from "./execute.mjs";
import { createProject } from "./runtimes.mjs";

/** @typedef {import("./checks.mjs").Context} Context */

const expectedOfTask = '20 22 OutputNotFound "one\\ntwo\\n"';

/**
 * The bundles, by project and bundler: a bundler makes the same one for every runtime.
 * @type {Map<string, string>}
 */
const bundles = new Map();

/**
 * @param {Context} context
 * @param {string} bundler
 */
export async function runBundle(context, bundler) {
  const { runtime, project, azurite } = context;
  const bundle = bundles.get(`${project} ${bundler}`) ?? (await createBundle(context, bundler));
  expectText(await execute([...runtime.command, bundle], dirname(bundle), storeOf(azurite)), expectedOfTask);
}

/** @param {Context} context @param {string} bundler */
async function createBundle({ project, folder }, bundler) {
  const script = join(folder, `${bundler}.mjs`);
  await writeFile(script, bundlers[bundler]?.script ?? "");
  const program = join(folder, "task.mjs");
  await copyFile(join(import.meta.dirname, "programs/task.mjs"), program);
  await createProject(join(folder, "output"));
  const output = join(folder, "output/bundle.mjs");
  await execute([process.execPath, script, program, output], folder);
  // Out of reach of node_modules: what the program needs must be in the file.
  const alone = join(dirname(project), "alone", bundler);
  await mkdir(alone, { recursive: true });
  const bundle = join(alone, "bundle.mjs");
  await copyFile(output, bundle);
  bundles.set(`${project} ${bundler}`, bundle);
  return bundle;
}

const testOfRunner = `
  test("saves and lists", async () => {
    const client = BatchOutputsClient.fromConnectionString(process.env.AZURE_STORAGE_CONNECTION_STRING);
    await client.prepareOutputStorage(process.env.JOB);
    const task = client.getTaskOutputStorage(process.env.JOB, "t1");
    await task.saveText("TaskLog", "one", "stdout.txt");
    const paths = [];
    for await (const { filePath } of task.listOutputs()) paths.push(filePath);
    expect(paths).toEqual(["stdout.txt"]);
  });`;

/** @param {Context} context */
export async function runVitest({ runtime: { command }, project, folder, azurite }) {
  const source = `import { expect, test } from "vitest";\nimport { BatchOutputsClient } from "azure-batch-outputs";${testOfRunner}`;
  await writeFile(join(folder, "outputs.test.mjs"), source);
  const vitest = join(project, "node_modules/vitest/vitest.mjs");
  await execute(
    [...command, vitest, "run", "--root", folder, "--testTimeout", "60000"],
    folder,
    storeOf(azurite),
  );
}

/** @param {Context} context */
export async function runJest({ runtime: { command }, project, folder, azurite }) {
  await createProject(folder);
  const source = `import { expect, test } from "@jest/globals";\nimport { BatchOutputsClient } from "azure-batch-outputs";${testOfRunner}`;
  await writeFile(join(folder, "outputs.test.js"), source);
  const jest = join(project, "node_modules/jest/bin/jest.js");
  await execute(
    [...command, jest, "--rootDir", folder, "--testTimeout", "60000"],
    folder,
    // Deno does not know the flag.
    { ...storeOf(azurite), NODE_OPTIONS: "--experimental-vm-modules" },
  );
}
