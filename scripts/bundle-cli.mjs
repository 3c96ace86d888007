/**
 * Makes `dist/cli/` of `src/cli/`: what `batch-outputs` loads, with every package it needs inside, so that it starts fast
 * and needs nothing to be installed beside it. What each command needs comes in pieces of its own (docs/decisions/0005).
 */
import { build } from "esbuild";
import { chmod, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

const outdir = "dist/cli";
await rm(outdir, { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: ["src/cli/batch-outputs.ts"],
  outdir,
  bundle: true,
  splitting: true,
  chunkNames: "[name]-[hash]",
  format: "esm",
  platform: "node",
  target: "node20.19",
  minify: true,
  legalComments: "none",
  // An optional peer: found beside the package where it is installed, and asked for only then.
  external: ["@azure/identity"],
  // Some packages are CommonJS inside, and require node: modules.
  banner: {
    js: 'import { createRequire as createRequireOfBundle } from "node:module"; const require = createRequireOfBundle(import.meta.url);',
  },
  metafile: true,
  logLevel: "warning",
});
const program = join(outdir, "batch-outputs.js");
await writeFile(program, `#!/usr/bin/env node\n${await readFile(program, "utf8")}`);
await chmod(program, 0o755);
await writeFile(join(outdir, "third-party-licenses.txt"), await licensesOf(Object.keys(metafile.inputs)));

/**
 * The licences of what is inside, which ask to be shipped with it.
 * @param {string[]} inputs paths of source files
 */
async function licensesOf(inputs) {
  const folders = new Set(
    inputs.flatMap((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []),
  );
  const texts = await Promise.all(
    [...folders].sort().map(async (folder) => {
      const { name, version, license } = /** @type {{ name: string, version: string, license?: string }} */ (
        JSON.parse(await readFile(join(folder, "package.json"), "utf8"))
      );
      return `${name} ${version} (${license ?? "see below"})\n\n${await licenseIn(folder)}`;
    }),
  );
  return texts.join(`\n${"-".repeat(80)}\n\n`);
}

/** @param {string} folder */
async function licenseIn(folder) {
  for (const name of ["LICENSE", "LICENSE.txt", "LICENSE.md", "license", "LICENCE", "LICENSE-MIT.txt"]) {
    try {
      return (await readFile(join(folder, name), "utf8")).trim() + "\n";
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    }
  }
  return "";
}
