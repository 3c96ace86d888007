/**
 * Puts each entry of the package, and what it needs of this package, into a few files: Node.js spends about as long on
 * each file that it loads as on a small request. What only some calls need is loaded by these (docs/decisions/0011).
 * Run after the compiler, whose entries this replaces; its declarations stay. With `--prune` the compiler's other
 * modules are removed, which nothing loads then.
 */
import { build } from "esbuild";
import { readdir, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { licensesOf } from "./licenses-of.mjs";
import manifest from "../package.json" with { type: "json" };

const outdir = "dist";
const entries = Object.values(manifest.exports)
  .filter((entry) => typeof entry === "object")
  .map((entry) => entry.default.replace("./dist/", "src/").replace(/\.js$/, ".ts"));

/** Small packages without state that their users could share: inside, they are loaded with the file that needs them. */
const inside = ["@noble/hashes", "mime"];
const packages = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });

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
  external: packages.filter((name) => !inside.includes(name)),
  sourcemap: true,
  sourcesContent: false,
  metafile: true,
  logLevel: "warning",
});

await writeFile(join(outdir, "third-party-licenses.txt"), await licensesOf(Object.keys(metafile.inputs)));

if (process.argv.includes("--prune")) {
  const made = new Set(Object.keys(metafile.outputs));
  for (const entry of await readdir(outdir, { recursive: true, withFileTypes: true })) {
    const path = relative(".", join(entry.parentPath, entry.name)).replaceAll("\\", "/");
    const isModule = /\.js(?:\.map)?$/.test(path) && !/^dist\/(?:cli|viewer\/page)\//.test(path);
    if (entry.isFile() && isModule && !made.has(path)) await rm(path);
  }
}
