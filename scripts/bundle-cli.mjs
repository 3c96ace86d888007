/**
 * Makes `dist/cli/` of `src/cli/`: what `batch-outputs` loads, with every package it needs inside, so that it starts fast
 * and needs nothing to be installed beside it. What each command needs comes in pieces of its own (docs/decisions/0005).
 */
import { build } from "esbuild";
import { chmod, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { licensesOf } from "./licenses-of.mjs";

const outdir = "dist/cli";
await mkdir(outdir, { recursive: true });
const before = await readdir(outdir);
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
  // Optional peers: found beside the package where they are installed, and asked for only then.
  external: ["@azure/identity", "selfsigned"],
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
const licenses = join(outdir, "third-party-licenses.txt");
await writeFile(licenses, await licensesOf(Object.keys(metafile.inputs)));

// Last, so that whoever runs the program meanwhile finds one whole.
const made = new Set([...Object.keys(metafile.outputs), licenses].map((path) => basename(path)));
for (const name of before) if (!made.has(name)) await rm(join(outdir, name), { recursive: true });
