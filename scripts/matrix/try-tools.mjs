import { randomUUID } from "node:crypto";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { bundlers } from "./bundlers.mjs";
import { execute, expectText, storeOf } from "./execute.mjs";
import { createProject } from "./runtimes.mjs";

/** @typedef {import("./checks.mjs").Context} Context */

const expectedOfTask = '20 22 OutputNotFound "one\\ntwo\\n"';

/**
 * The bundler runs in Node.js: in this one, where the runtime is another.
 * @param {Context} context
 * @param {string} bundler
 */
export async function runBundle({ runtime: { kind, command }, folder, azurite }, bundler) {
  const script = join(folder, `${bundler}.mjs`);
  await writeFile(script, bundlers[bundler]?.script ?? "");
  const program = join(folder, "task.mjs");
  await copyFile(join(import.meta.dirname, "programs/task.mjs"), program);
  const output = join(folder, "output");
  await createProject(output);
  const bundle = join(output, "bundle.mjs");
  await execute([...(kind === "node" ? command : [process.execPath]), script, program, bundle], folder);
  // Out of reach of node_modules: what the program needs must be in the file.
  const moved = join(folder, "../../../alone", randomUUID());
  await mkdir(moved, { recursive: true });
  await copyFile(bundle, join(moved, "bundle.mjs"));
  expectText(await execute([...command, join(moved, "bundle.mjs")], moved, storeOf(azurite)), expectedOfTask);
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
  await execute([...command, vitest, "run", "--root", folder], folder, storeOf(azurite));
}

/** @param {Context} context */
export async function runJest({ runtime: { command }, project, folder, azurite }) {
  await createProject(folder);
  const source = `import { expect, test } from "@jest/globals";\nimport { BatchOutputsClient } from "azure-batch-outputs";${testOfRunner}`;
  await writeFile(join(folder, "outputs.test.js"), source);
  const jest = join(project, "node_modules/jest/bin/jest.js");
  await execute(
    [...command, "--experimental-vm-modules", jest, "--rootDir", folder],
    folder,
    storeOf(azurite),
  );
}
