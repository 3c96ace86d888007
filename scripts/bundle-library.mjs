/**
 * Puts each entry of the package, and what it needs of this package, into a few files: Node.js spends about as long on
 * each file that it loads as on a small request. What only some calls need is loaded by these (docs/decisions/0011).
 * Run after the compiler, whose entries this replaces. `scripts/prune-package.mjs` removes what nothing loads then.
 */
import { build } from "esbuild";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { licensesOf } from "./licenses-of.mjs";
import { mergeChunks } from "./merge-chunks.mjs";
import { skipIndexFiles } from "./skip-index-files.mjs";
import manifest from "../package.json" with { type: "json" };

const outdir = "dist";
const entries = Object.values(manifest.exports)
  .filter((entry) => typeof entry === "object")
  .map((entry) => entry.default.replace("./dist/", "src/").replace(/\.js$/, ".ts"));

/** What users install beside it: the Azure SDK, whose classes and settings they share. All other packages come inside. */
const external = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });

/** @satisfies {import("esbuild").BuildOptions} */
const options = {
  format: "esm",
  platform: "node",
  target: "node20.19",
  external,
  sourcemap: "inline",
  sourcesContent: false,
  logLevel: "warning",
};
const bundle = await build({
  ...options,
  entryPoints: entries,
  outbase: "src",
  outdir,
  bundle: true,
  splitting: true,
  chunkNames: "chunks/[name]-[hash]",
  plugins: [skipIndexFiles],
  // Some packages are CommonJS inside, and require modules of Node.js.
  banner: { js: "const require = (name) => process.getBuiltinModule(name);" },
  metafile: true,
  write: false,
});
const files = await mergeChunks(
  bundle,
  [
    { name: "conventions", entries: ["src/conventions/index.ts"] },
    { name: "library", entries: ["src/index.ts"] },
    {
      name: "saving",
      entries: ["src/outputs/save/saving.ts", "src/storage/transport/direct/direct-transport.ts"],
    },
    {
      name: "reading",
      entries: ["src/outputs/fetch/download-outputs.ts", "src/outputs/reference/read-content.ts"],
    },
    { name: "batch", entries: ["src/batch/index.ts", "src/viewer/server/index.ts"] },
  ],
  { folder: join(outdir, "chunks"), options },
);

await rm(join(outdir, "chunks"), { recursive: true, force: true });
await mkdir(join(outdir, "chunks"));
// With `npm run coverage` no script names its map: each process would add it to its report.
const isCoverage = process.env["BATCH_OUTPUTS_MAPS"] === "true";
for (const [path, text] of files) {
  const [code = "", map = ""] = text.split("//# sourceMappingURL=data:application/json;base64,");
  // esbuild imports chunks also for nothing but the order of their side effects. They have none (package.json), and other bundlers
  // warn of such imports. The lines stay, empty, for the source maps.
  const cleaned = nameClasses(code.replace(/^import "\.[^"]*";$/gm, ""));
  await writeFile(path, isCoverage ? cleaned : `${cleaned}//# sourceMappingURL=${basename(path)}.map\n`);
  await writeFile(`${path}.map`, Buffer.from(map, "base64"));
}

await writeFile(
  join(outdir, "third-party-licenses.txt"),
  await licensesOf(Object.keys(bundle.metafile.inputs)),
);

/**
 * esbuild names a class that refers to itself `_Name`, in `var Name = class _Name`, and Node.js prints this name for its instances.
 *
 * @param {string} code
 */
function nameClasses(code) {
  const names = [...code.matchAll(/^var (\w+) = class _\1\b/gm)].map(([, name = ""]) => name);
  return names.reduce(
    (named, name) => named.replaceAll(new RegExp(`(?<![\\w$.#])_${name}(?![\\w$])`, "g"), name),
    code,
  );
}
