/**
 * Makes `dist/cli/` of `src/cli/`: what `batch-outputs` loads, with every package it needs inside, so that it starts fast
 * and needs nothing to be installed beside it. What each command needs comes in pieces of its own (docs/decisions/0005).
 */
import { build as bundle } from "esbuild";
import { chmod, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { licensesOf } from "./licenses-of.mjs";
import { slimMcp } from "./slim-mcp.mjs";

/**
 * Commander requires `node:child_process` for commands that are programs of their own, which this program does not have.
 * Loading it takes Node.js as long as all of commander: with this, commander loads it when it starts a program.
 *
 * @type {import("esbuild").Plugin}
 */
const loadChildProcessLate = {
  name: "load-child-process-late",
  setup(build) {
    build.onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      /[\\/]commander[\\/]/.test(importer) ? { path: "child-process", namespace: "late" } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: "late" }, () => ({
      contents: 'exports.spawn = (...args) => process.getBuiltinModule("node:child_process").spawn(...args);',
    }));
  },
};

const outdir = "dist/cli";
await mkdir(outdir, { recursive: true });
const before = await readdir(outdir);
const { metafile } = await bundle({
  entryPoints: ["src/cli/batch-outputs.ts"],
  outdir,
  bundle: true,
  splitting: true,
  chunkNames: "[name]-[hash]",
  format: "esm",
  platform: "node",
  target: "node20.19",
  minify: true,
  // For `npm run coverage`; the program itself names none.
  sourcemap: process.env["BATCH_OUTPUTS_MAPS"] === "true" ? "external" : false,
  legalComments: "none",
  // Optional peers: found beside the package where they are installed, and asked for only then.
  external: ["@azure/identity", "selfsigned"],
  // Some packages are CommonJS inside, and require modules of Node.js.
  banner: { js: "const require = (name) => process.getBuiltinModule(name);" },
  plugins: [loadChildProcessLate, slimMcp],
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
