import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { execute, expectText } from "./execute.mjs";
import { createProject, findNpm } from "./runtimes.mjs";

/** @typedef {import("./checks.mjs").Context} Context */

/** @param {Context} context */
export async function installPackage({ runtime: { kind, command }, tarball, folder }) {
  await createProject(folder);
  await writeFile(
    join(folder, "package.json"),
    JSON.stringify({
      private: true,
      type: "module",
      dependencies: { "azure-batch-outputs": `file:${tarball}` },
    }),
  );
  const [executable = ""] = command;
  if (kind === "node") await execute([executable, await findNpm(), "install", "--prefer-offline"], folder);
  else await execute([executable, "install"], folder);
  await readFile(join(folder, "node_modules/azure-batch-outputs/dist/index.js"));
}

/** @param {Context} context */
export async function importPackage(context) {
  const source = `import { jobOutputContainerName } from "azure-batch-outputs/conventions";
    import { BatchOutputsClient } from "azure-batch-outputs";
    console.log(jobOutputContainerName("j1"), typeof BatchOutputsClient.fromConnectionString);`;
  expectText(await runScript(context, "import.mjs", source), "job-j1 function");
}

/** @param {Context} context */
export async function requirePackage(context) {
  const source = `const { BatchOutputsClient } = require("azure-batch-outputs");
    void import("azure-batch-outputs").then((imported) => {
      console.log(imported.BatchOutputsClient === BatchOutputsClient);
    });`;
  expectText(await runScript(context, "require.cjs", source), "true");
}

/**
 * @param {Context} context
 * @param {string} file
 * @param {object} settings
 */
export async function compile({ runtime: { command }, project, folder }, file, settings) {
  const source = `import { TaskOutputKind, TaskOutputStorage } from "azure-batch-outputs";
    export const save = (url: string): Promise<unknown> => new TaskOutputStorage(url, "t1").save(TaskOutputKind.TaskLog, "a");`;
  await writeFile(join(folder, file), source);
  const compilerOptions = { target: "es2022", strict: true, noEmit: true, types: ["node"], ...settings };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: [file] }));
  const compiler = join(project, "node_modules/typescript/bin/tsc");
  await execute([...command, compiler, "--pretty", "false", "-p", folder], folder);
}

/**
 * @param {Context} context
 * @param {string} name
 * @param {string} source
 */
async function runScript({ runtime: { command }, folder }, name, source) {
  await writeFile(join(folder, name), source);
  return await execute([...command, join(folder, name)], folder);
}
