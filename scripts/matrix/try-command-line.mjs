import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { createEnvironment, execute, expectText, storeOf } from "./execute.mjs";

/** @typedef {import("./checks.mjs").Context} Context */

/** @type {(text: string) => { url: string }} */
const parseAddress = JSON.parse;

/** @param {Context} context */
export async function runCommand(context) {
  const run = createCommandLine(context);
  await run("prepare");
  const printed = await run("run", "--", "sh", "-c", "echo one; yes | head -c 300000");
  if (printed.length !== 300_004) throw new Error(`run passed on ${printed.length} of 300004 bytes`);
  const stored = await run("cat", "TaskLog", "stdout.txt");
  if (stored !== printed) throw new Error(`run stored ${stored.length} of 300004 bytes`);
}

/** @param {Context} context */
export async function saveAndRead(context) {
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
export async function view(context) {
  const run = createCommandLine(context);
  await run("prepare");
  const { command, env } = describeCommandLine(context);
  const [executable = "", ...args] = command;
  const server = spawn(executable, [...args, "view", "--json"], {
    cwd: context.folder,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const closed = once(server, "close");
  try {
    for await (const line of createInterface(server.stdout)) {
      const { url } = parseAddress(line);
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
