import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The folder of this repository's package.json. */
export const packageRoot = fileURLToPath(new URL("../../", import.meta.url));

/**
 * Makes the tarball that would be published, in the given folder, and returns its path. It contains what was built last:
 * npm test builds before, and so must whoever runs these tests alone. What publishing prunes is pruned in a copy.
 */
export async function packInto(folder: string): Promise<string> {
  if (!existsSync(join(packageRoot, "dist/index.js"))) throw new Error("dist/ is empty: run npm run build");
  const unpacked = join(folder, "unpacked");
  await mkdir(unpacked);
  await run("tar", ["-xzf", await pack(packageRoot, unpacked), "-C", unpacked]);
  await run(process.execPath, [join(packageRoot, "scripts/prune-package.mjs"), join(unpacked, "package")]);
  return await pack(join(unpacked, "package"), folder);
}

async function pack(packed: string, destination: string): Promise<string> {
  const args = ["pack", "--ignore-scripts", "--json", "--pack-destination", destination];
  const { stdout } = await npm(packed, ...args);
  const [tarball] = JSON.parse(stdout) as { filename: string }[];
  if (!tarball) throw new Error(`npm pack made nothing: ${stdout}`);
  return join(destination, tarball.filename);
}

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
