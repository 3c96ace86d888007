/**
 * `npm run matrix`: tries the packed package with each runtime, compiler, bundler and test runner that it names, and writes the table
 * of docs/guides/bundlers-and-runtimes.md. It needs Linux on x64, `npm run build` before, and a registry for the tools.
 *
 * `npm run matrix -- --runtime Bun --check webpack --check jest` prints these cells and changes nothing. `--own` is the Node.js that
 * runs the script, and `--tarball FILE` a package that is packed already.
 */
import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { startAzurite } from "../../bench/harness/start-azurite.mjs";
import { packInto } from "../pack-package.mjs";
import { checks } from "./checks.mjs";
import { describeOwnRuntime, installPackages, installRuntimes, runtimeNames } from "./runtimes.mjs";
import { writeTable } from "./write-table.mjs";

const { values } = parseArgs({
  options: {
    runtime: { type: "string", multiple: true },
    check: { type: "string", multiple: true },
    own: { type: "boolean", default: false },
    tarball: { type: "string" },
  },
});

const unknown = [
  ...(values.runtime ?? []).filter((name) => !runtimeNames.some((each) => each === name)),
  ...(values.check ?? []).filter((name) => !checks.some((check) => check.name === name)),
];
if (unknown.length > 0)
  throw new RangeError(
    `no such runtime or check: ${unknown.join(", ")}. There are ${runtimeNames.join(", ")}`,
  );

/** @typedef {{ check: string, runtime: string, status: "works" | "documented" | "fails", message: string }} Cell */

/**
 * @param {import("./checks.mjs").Check} check
 * @param {import("./checks.mjs").Context} context
 * @returns {Promise<Cell>}
 */
async function runCell(check, context) {
  const cell = { check: check.name, runtime: context.runtime.name };
  try {
    await check.run(context);
    return { ...cell, status: "works", message: "" };
  } catch (error) {
    const message = describeFailure(error);
    const { documented } = check;
    const isDocumented = documented?.kinds.includes(context.runtime.kind) && documented.message.test(message);
    return { ...cell, status: isDocumented ? "documented" : "fails", message };
  }
}

/** @param {unknown} error */
function describeFailure(error) {
  const output = error instanceof Error && "stdout" in error ? String(error.stdout) : "";
  return `${error instanceof Error ? error.message : String(error)}\n${output}`.trim();
}

const folder = await realpath(await mkdtemp(join(tmpdir(), "batch-outputs-matrix-")));
const azurite = await startAzurite();
try {
  const tarball = values.tarball ?? (await packInto(folder));
  const names = values.runtime ?? (values.own ? [] : runtimeNames);
  const runtimes = await installRuntimes(join(folder, "runtimes"), names);
  if (values.own) runtimes.push(describeOwnRuntime());
  const project = join(folder, "project");
  const chosen = checks.filter(({ name }) => values.check?.includes(name) ?? true);
  const tools = new Set(chosen.flatMap(({ packages = [] }) => packages));
  await installPackages(project, tarball, ...tools);

  /** @type {Cell[]} */
  const cells = [];
  for (const check of chosen) {
    for (const [index, runtime] of runtimes.entries()) {
      const known = check.isOnce ? cells.find((each) => each.check === check.name) : undefined;
      if (known !== undefined) {
        cells.push({ ...known, runtime: runtime.name });
        continue;
      }
      const own = join(project, `check-${checks.indexOf(check)}`, String(index));
      await mkdir(own, { recursive: true });
      const cell = await runCell(check, { runtime, tarball, project, folder: own, azurite });
      cells.push(cell);
      console.log(`${cell.status.padEnd(10)} ${check.name}, ${runtime.name} ${runtime.version}`);
      if (cell.status === "fails") console.error(cell.message);
    }
  }
  const isWhole = values.runtime === undefined && values.check === undefined && !values.own;
  if (isWhole) await writeTable(cells, runtimes);
  process.exitCode = cells.some(({ status }) => status === "fails") ? 1 : 0;
} finally {
  await azurite.stop();
  await rm(folder, { recursive: true, force: true });
}
