import { execFile, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

import { bundlers } from "./bundlers.mjs";
import { createProject, findNpm } from "./runtimes.mjs";

/**
 * Where a check runs.
 *
 * @typedef {object} Context
 * @property {import("./runtimes.mjs").Runtime} runtime
 * @property {string} tarball the package
 * @property {string} project a project in which the package and the tools are installed
 * @property {string} folder an empty folder of the check in this project
 * @property {import("../../bench/harness/start-azurite.mjs").Azurite} azurite
 */

/**
 * One row of the table. `run` fails with an `Error` if it does not work.
 *
 * @typedef {object} Check
 * @property {string} name as it is shown, in Markdown
 * @property {(context: Context) => Promise<void>} run
 * @property {readonly string[]} [packages] what the project needs for it
 * @property {Documented} [documented] where it is known not to work
 * @property {readonly string[]} [kinds] kinds of runtimes to which it applies; all by default
 */

/**
 * @typedef {object} Documented
 * @property {readonly string[]} kinds of runtimes
 * @property {RegExp} message what they report
 * @property {string} note what to do instead, in Markdown
 */

const expectedOfTask = '20 22 OutputNotFound "one\\ntwo\\n"';

const compiler = ["typescript@6", "@types/node@20"];

/** @type {readonly Check[]} */
export const checks = [
  {
    name: "install",
    run: installPackage,
    documented: {
      kinds: ["deno"],
      message: /./,
      note: "`npm install`, or `deno add npm:azure-batch-outputs` from a registry",
    },
  },
  { name: "`import`", run: importPackage },
  { name: "`require`", run: requirePackage },
  ...["node16", "node18", "nodenext"].map((module) => ({
    name: `types of an ES module, \`${module}\``,
    packages: compiler,
    run: (/** @type {Context} */ context) => compile(context, "program.mts", { module }),
  })),
  ...["node16", "node18"].map((module) => ({
    name: `types of a CommonJS file, \`${module}\``,
    packages: compiler,
    run: (/** @type {Context} */ context) => compile(context, "program.cts", { module }),
    documented: {
      kinds: ["node", "bun", "deno"],
      message: /TS1479/,
      note: "error TS1479; use `nodenext`, or `await import()`",
    },
  })),
  {
    name: "types of a CommonJS file, `nodenext`",
    packages: compiler,
    run: (context) => compile(context, "program.cts", { module: "nodenext" }),
  },
  {
    name: "types, `bundler`",
    packages: compiler,
    run: (context) => compile(context, "program.ts", { module: "esnext", moduleResolution: "bundler" }),
  },
  {
    name: "types, `commonjs`",
    packages: compiler,
    run: (context) => compile(context, "program.cts", { module: "commonjs", moduleResolution: "bundler" }),
  },
  ...Object.entries(bundlers).map(([bundler, { packages }]) => ({
    name: bundler,
    packages,
    run: (/** @type {Context} */ context) => runBundle(context, bundler),
  })),
  { name: "vitest", packages: ["vitest@4", "vite@8"], run: runVitest, kinds: ["node"] },
  { name: "jest", packages: ["jest@30", "@jest/globals@30"], run: runJest, kinds: ["node"] },
  { name: "`batch-outputs run`", run: runCommand },
  { name: "`batch-outputs save`, `list`, `cat`, `download`", run: saveAndRead },
  { name: "`batch-outputs view`", run: view },
];

/** @param {Context} context */
async function installPackage({ runtime: { kind, command }, tarball, folder }) {
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
async function importPackage(context) {
  const source = `import { jobOutputContainerName } from "azure-batch-outputs/conventions";
    import { BatchOutputsClient } from "azure-batch-outputs";
    console.log(jobOutputContainerName("j1"), typeof BatchOutputsClient.fromConnectionString);`;
  expectText(await runScript(context, "import.mjs", source), "job-j1 function");
}

/** @param {Context} context */
async function requirePackage(context) {
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
async function compile({ runtime: { command }, project, folder }, file, settings) {
  const source = `import { TaskOutputKind, TaskOutputStorage } from "azure-batch-outputs";
    export const save = (url: string): Promise<unknown> => new TaskOutputStorage(url, "t1").save(TaskOutputKind.TaskLog, "a");`;
  await writeFile(join(folder, file), source);
  const compilerOptions = { target: "es2022", strict: true, noEmit: true, types: ["node"], ...settings };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: [file] }));
  const compiler = join(project, "node_modules/typescript/bin/tsc");
  await execute([...command, compiler, "--pretty", "false", "-p", folder], folder);
}

/**
 * The bundler runs in Node.js: in this one, where the runtime is another.
 * @param {Context} context
 * @param {string} bundler
 */
async function runBundle({ runtime: { kind, command }, folder, azurite }, bundler) {
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
async function runVitest({ runtime: { command }, project, folder, azurite }) {
  const source = `import { expect, test } from "vitest";\nimport { BatchOutputsClient } from "azure-batch-outputs";${testOfRunner}`;
  await writeFile(join(folder, "outputs.test.mjs"), source);
  const vitest = join(project, "node_modules/vitest/vitest.mjs");
  await execute([...command, vitest, "run", "--root", folder], folder, storeOf(azurite));
}

/** @param {Context} context */
async function runJest({ runtime: { command }, project, folder, azurite }) {
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

/** @param {Context} context */
async function runCommand(context) {
  const run = createCommandLine(context);
  await run("prepare");
  const printed = await run("run", "--", "sh", "-c", "echo one; yes | head -c 300000");
  if (printed.length !== 300_004) throw new Error(`run passed on ${printed.length} of 300004 bytes`);
  const stored = await run("cat", "TaskLog", "stdout.txt");
  if (stored !== printed) throw new Error(`run stored ${stored.length} of 300004 bytes`);
}

/** @param {Context} context */
async function saveAndRead(context) {
  const run = createCommandLine(context);
  await run("prepare");
  await writeFile(join(context.folder, "result.csv"), "1,2\n");
  await run("save", "TaskOutput", "result.csv");
  if (!(await run("list")).includes("result.csv")) throw new Error("list does not show the output");
  expectText(await run("cat", "TaskOutput", "result.csv"), "1,2");
  await run("download", "fetched", "--kind", "TaskOutput");
  expectText(await readFile(join(context.folder, "fetched/result.csv"), "utf8"), "1,2");
}

/** @param {Context} context */
async function view(context) {
  const run = createCommandLine(context);
  await run("prepare");
  const { command, env } = describeCommandLine(context);
  const [executable = "", ...args] = [...command, "view", "--json"];
  const server = spawn(executable, args, { cwd: context.folder, env, stdio: ["ignore", "pipe", "inherit"] });
  const closed = once(server, "close");
  try {
    for await (const line of createInterface(server.stdout)) {
      const { url } = /** @type {{ url: string }} */ (JSON.parse(line));
      const answer = await fetch(url, { redirect: "manual" });
      if (answer.status >= 400) throw new Error(`the page answers with ${answer.status}`);
      return;
    }
    throw new Error("view printed no address");
  } finally {
    server.kill("SIGINT");
    await closed;
  }
}

/** @param {Context} context */
function describeCommandLine({ runtime: { command }, project, azurite }) {
  const script = join(project, "node_modules/azure-batch-outputs/dist/cli/batch-outputs.js");
  const env = createEnvironment({ ...storeOf(azurite), AZ_BATCH_TASK_ID: "t1" });
  return { command: [...command, script], env };
}

/**
 * Runs commands of one job.
 * @param {Context} context
 */
function createCommandLine(context) {
  const { command, env } = describeCommandLine(context);
  return async (/** @type {string[]} */ ...args) => execute([...command, ...args], context.folder, env);
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

/**
 * The variables of a store, with a job of its own.
 * @param {Context["azurite"]} azurite
 */
function storeOf({ connectionString }) {
  /** @param {string} name */
  const read = (name) => new RegExp(`${name}=([^;]*)`).exec(connectionString)?.[1] ?? "";
  const job = `matrix-${randomUUID().slice(0, 8)}`;
  return {
    AZURE_STORAGE_CONNECTION_STRING: connectionString,
    ENDPOINT: read("BlobEndpoint"),
    ACCOUNT: read("AccountName"),
    KEY: read("AccountKey"),
    JOB: job,
    AZ_BATCH_JOB_ID: job,
  };
}

/**
 * @param {readonly string[]} command
 * @param {string} cwd
 * @param {Record<string, string>} [variables]
 * @returns {Promise<string>} what it prints to standard output
 */
async function execute([executable = "", ...args], cwd, variables = {}) {
  const options = { cwd, env: createEnvironment(variables), maxBuffer: 1 << 26 };
  const { stdout } = await promisify(execFile)(executable, args, options);
  return stdout;
}

/** @param {Record<string, string>} variables */
function createEnvironment(variables) {
  const { PATH = "", HOME = "" } = process.env;
  return { PATH, HOME, ...variables };
}

/**
 * @param {string} found
 * @param {string} expected
 */
function expectText(found, expected) {
  if (found.trim() !== expected)
    throw new Error(`printed ${JSON.stringify(found)} in place of "${expected}"`);
}
