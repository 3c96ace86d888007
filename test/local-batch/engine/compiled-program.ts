import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll } from "vitest";

import { createDisposableFolder } from "../../support/create-disposable-folder.js";

const root = join(import.meta.dirname, "../../..");

const folders: Disposable[] = [];

// Not when the worker exits: the test runner may end it in a way that tells nobody.
afterAll(() => {
  for (const folder of folders.splice(0)) folder[Symbol.dispose]();
});

/**
 * The path of a program (the text of an ES module that imports `./src/...`) compiled with `src/` as it stands, for processes
 * that outlive a call. Removed after the last test of the file.
 */
export async function compiledProgram(program: string): Promise<string> {
  const folder = createDisposableFolder();
  folders.push(folder);
  symlinkSync(join(root, "node_modules"), join(folder.path, "node_modules"));
  const outfile = join(folder.path, "program.mjs");
  await build({
    stdin: { contents: program, resolveDir: root, loader: "ts" },
    outfile,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20",
  });
  return outfile;
}
