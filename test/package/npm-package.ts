import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The folder of this repository's package.json. */
export const packageRoot = fileURLToPath(new URL("../../", import.meta.url));

/** A new project in the folder, as a user has it who installed the tarball (or other packages) and nothing else. */
export async function installInto(folder: string, ...packages: readonly string[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  await npm(folder, "install", "--prefer-offline", "--no-audit", "--no-fund", ...packages);
}

/** What a Node.js process prints that runs this module (or, with `"commonjs"`, script) in the folder. Rejects when it fails. */
export async function runIn(
  folder: string,
  source: string,
  options: { type?: "module" | "commonjs"; flags?: readonly string[]; env?: NodeJS.ProcessEnv } = {},
): Promise<{ stdout: string; stderr: string }> {
  const { type = "module", flags = [], env = {} } = options;
  const args = [...flags, `--input-type=${type}`, "--eval", source];
  return await run(process.execPath, args, { cwd: folder, env: { ...environment(), ...env } });
}

/** The TypeScript compiler on the project of the folder's tsconfig.json: what it complains of, nothing if all is well. */
export async function compileIn(folder: string, tsconfig: object): Promise<string> {
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(tsconfig));
  const compiler = join(packageRoot, "node_modules/typescript/bin/tsc");
  try {
    await run(process.execPath, [compiler, "--pretty", "false", "-p", folder], { cwd: folder });
    return "";
  } catch (error) {
    if (error instanceof Error && "stdout" in error && typeof error.stdout === "string") return error.stdout;
    throw error;
  }
}

function npm(folder: string, ...args: string[]): Promise<{ stdout: string; stderr: string }> {
  return run("npm", args, { cwd: folder, env: environment(), shell: process.platform === "win32" });
}

/** Not what the test runner, or a machine's storage account, would add to a user's process. */
function environment(): NodeJS.ProcessEnv {
  const others = /^(NODE_OPTIONS$|NODE_PATH$|NODE_ENV$|VITEST|AZURE_|AZ_BATCH_)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !others.test(name)));
}
