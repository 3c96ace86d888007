import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { buildSync } from "esbuild";
import { afterAll, onTestFinished } from "vitest";

import { createDisposableFolder } from "./create-disposable-folder.js";
import { windowsNodeOptions } from "./windows/node-options.js";

export interface ProgramResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
}

const root = join(import.meta.dirname, "../..");
let compiled: string | undefined;
const folders: Disposable[] = [];

// Not when the worker exits: the test runner may end it in a way that tells nobody.
afterAll(() => {
  for (const folder of folders.splice(0)) folder[Symbol.dispose]();
  compiled = undefined;
});

/** What would lead this package, the Azure SDK or Node.js to do something else than the test says. */
const steering = /^(AZ_|AZURE_|IDENTITY_|MSI_|NODE_|VITEST|DEBUG$|TYPESPEC_)/;

/**
 * Runs a program (the text of an ES module) in a Node.js process of its own, with the variables that the test says and
 * none that would steer it otherwise. It imports this package by its name, compiled from `src/` as it stands.
 */
export async function runProgram(
  program: string,
  env: Readonly<Record<string, string>> = {},
): Promise<ProgramResult> {
  const folder = (compiled ??= compilePackage());
  const script = join(folder, `program-${process.pid}-${Math.random().toString(36).slice(2)}.js`);
  writeFileSync(script, program);
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !steering.test(name)));
  const child = spawn(process.execPath, [script], {
    env: { ...inherited, ...windowsNodeOptions, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close") as Promise<[number | null]>,
  ]);
  return { stdout, stderr, exitCode };
}

/**
 * Once a test file; removed after its last test. The tests for Windows are in a folder where the package is found by its name already,
 * as `npm run build` made it: esbuild is a program of Linux there.
 */
function compilePackage(): string {
  if (existsSync(join(root, "src/index.js"))) return root;
  const folder = createDisposableFolder();
  folders.push(folder);
  symlinkSync(join(root, "node_modules"), join(folder.path, "node_modules"));
  writeFileSync(
    join(folder.path, "package.json"),
    JSON.stringify({ name: "azure-batch-outputs", type: "module", exports: "./src/index.js" }),
  );
  const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" });
  buildSync({
    entryPoints: sources.filter((path) => path.endsWith(".ts")).map((path) => join(root, "src", path)),
    outbase: root,
    outdir: folder.path,
    format: "esm",
    target: "es2022",
  });
  return folder.path;
}
