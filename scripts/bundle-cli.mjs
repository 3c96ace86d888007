/**
 * Makes `dist/cli/` of `src/cli/`: what `batch-outputs` loads, with every package it needs inside, so that it starts fast
 * and needs nothing to be installed beside it. What each command needs comes in pieces of its own (docs/decisions/0005). They
 * are CommonJS: Node.js takes 5 ms to start its loader of ES modules, and longer for each of them (docs/decisions/0010).
 */
import { build as bundle, transform } from "esbuild";
import { chmod, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { licensesOf } from "./licenses-of.mjs";
import { mergeChunks } from "./merge-chunks.mjs";
import { skipIndexFiles } from "./skip-index-files.mjs";
import { slimPackages } from "./slim-packages.mjs";

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
const hasMaps = process.env["BATCH_OUTPUTS_MAPS"] === "true";
await mkdir(outdir, { recursive: true });
const before = await readdir(outdir);

/** @satisfies {import("esbuild").BuildOptions} */
const settings = {
  outdir,
  bundle: true,
  platform: "node",
  target: "node20.19",
  minify: true,
  legalComments: "none",
  metafile: true,
  write: false,
  logLevel: "warning",
  // For `npm run coverage`; the program itself names none.
  sourcemap: hasMaps ? "inline" : false,
};
const addressOfModule = 'const addressOfModule = require("node:url").pathToFileURL(__filename).href;';
/** Optional peers: found beside the package where they are installed, and asked for only then. */
const peers = ["@azure/identity", "selfsigned"];

// esbuild puts common parts into files of their own only as ES modules. Each of them is made CommonJS afterwards.
const parts = await bundle({
  ...settings,
  entryPoints: ["src/cli/main.ts"],
  splitting: true,
  chunkNames: "[name]-[hash]",
  format: "esm",
  external: peers,
  plugins: [loadChildProcessLate, skipIndexFiles, slimPackages],
});
const entry = await bundle({
  ...settings,
  entryPoints: ["src/cli/batch-outputs.ts"],
  format: "esm",
  external: ["./main.js"],
});

/** What was written, by its name. @type {Map<string, string>} */
const made = new Map();
const merged = await mergeChunks(
  parts,
  [
    { name: "start", entries: ["src/cli/main.ts", "src/cli/program/create-program.ts"] },
    {
      name: "saving",
      entries: [
        "src/cli/commands/save.ts",
        "src/outputs/save/saving.ts",
        "src/storage/transport/direct/direct-transport.ts",
      ],
    },
    {
      name: "reading",
      entries: ["list", "download", "cat", "tail"].map((command) => `src/cli/commands/${command}.ts`),
    },
    { name: "logs", entries: ["run", "track"].map((command) => `src/cli/commands/${command}.ts`) },
  ],
  { folder: outdir, options: { ...settings, format: "esm", external: peers } },
);
for (const [path, text] of merged) await addCommonJs(basename(path), text);
for (const { path, text } of entry.outputFiles) await addCommonJs(basename(path), text);
// The package is "module".
made.set("package.json", '{ "type": "commonjs" }\n');
const inputs = [parts, entry].flatMap(({ metafile }) => Object.keys(metafile.inputs));
made.set("third-party-licenses.txt", await licensesOf([...new Set(inputs)]));
for (const [name, text] of made) await writeFile(join(outdir, name), text);
await chmod(join(outdir, "batch-outputs.js"), 0o755);

// Last, so that whoever runs the program meanwhile finds one whole.
for (const name of before) if (!made.has(name)) await rm(join(outdir, name), { recursive: true });

/**
 * Makes an ES module CommonJS, and imports within the program synchronous. Optional peers are imported as before: they may be
 * ES modules.
 *
 * @param {string} name @param {string} module
 */
async function addCommonJs(name, module) {
  // As long as `import`, so that a source map holds.
  const kept = "_peer_";
  const ofPeers = new RegExp(`\\bimport(?=\\(["'](?:${peers.join("|")})["']\\))`, "g");
  const { code, map } = await transform(module.replaceAll(ofPeers, kept), {
    format: "cjs",
    platform: "node",
    target: "node20.19",
    minify: true,
    supported: { "dynamic-import": false },
    define: { "import.meta.url": "addressOfModule" },
    banner: `${name === "batch-outputs.js" ? "#!/usr/bin/env node\n" : ""}"use strict";${module.includes("import.meta.url") ? addressOfModule : ""}`,
    sourcemap: hasMaps ? "external" : false,
    sourcefile: name,
    logLevel: "warning",
    // load-sdk.ts asks whether there is an `import.meta.resolve`.
    logOverride: { "empty-import-meta": "silent" },
  });
  made.set(name, code.replaceAll(kept, "import"));
  if (hasMaps) made.set(`${name}.map`, map);
}
