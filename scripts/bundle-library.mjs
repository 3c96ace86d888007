/**
 * Puts each entry of the package, and what it needs of this package, into a few files: Node.js spends about as long on
 * each file that it loads as on a small request. What only some calls need is loaded by these (docs/decisions/0011).
 * Run after the compiler, whose entries this replaces. `scripts/prune-package.mjs` removes what nothing loads then.
 */
import { build } from "esbuild";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { licensesOf } from "./licenses-of.mjs";
import manifest from "../package.json" with { type: "json" };

const outdir = "dist";
const entries = Object.values(manifest.exports)
  .filter((entry) => typeof entry === "object")
  .map((entry) => entry.default.replace("./dist/", "src/").replace(/\.js$/, ".ts"));

/** What users install beside it: the Azure SDK, whose classes and settings they share. All other packages come inside. */
const external = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });

await rm(join(outdir, "chunks"), { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: entries,
  outbase: "src",
  outdir,
  bundle: true,
  splitting: true,
  chunkNames: "chunks/[name]-[hash]",
  format: "esm",
  platform: "node",
  target: "node20.19",
  external,
  // Some packages are CommonJS inside, and require modules of Node.js.
  banner: { js: "const require = (name) => process.getBuiltinModule(name);" },
  // With `npm run coverage` no script names its map: each process would add it to its report.
  sourcemap: process.env["BATCH_OUTPUTS_MAPS"] === "true" ? "external" : true,
  sourcesContent: false,
  metafile: true,
  logLevel: "warning",
});

// esbuild imports chunks also for nothing but the order of their side effects. They have none (package.json), and other bundlers
// warn of such imports. The lines stay, empty, for the source maps.
for (const path of Object.keys(metafile.outputs).filter((output) => output.endsWith(".js"))) {
  const text = await readFile(path, "utf8");
  await writeFile(path, text.replace(/^import "\.[^"]*";$/gm, ""));
}

await writeFile(join(outdir, "third-party-licenses.txt"), await licensesOf(Object.keys(metafile.inputs)));
