/**
 * Removes from `dist/` what no entry of the package reaches: the compiler's modules, which are in bundles, and the
 * declarations that no public declaration names. It removes all maps too: they lead to sources, which the package does not contain
 * (docs/decisions/0013), and the line breaks of what only the two servers load. Usage: node scripts/prune-package.mjs [folder of the package.json]
 */
import { transform } from "esbuild";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import ts from "typescript";

const folder = resolve(process.argv[2] ?? ".");
/** @type {(text: string) => typeof import("../package.json")} */
const parseManifest = JSON.parse;
const manifest = parseManifest(await readFile(join(folder, "package.json"), "utf8"));
const entries = Object.values(manifest.exports).filter((entry) => typeof entry === "object");

/** @param {typeof entries} chosen */
const modulesOfEntries = (chosen) => modulesOf(chosen.map((entry) => join(folder, entry.default)));
const modules = await modulesOfEntries(entries);
const ofLibrary = await modulesOfEntries(
  entries.filter((entry) => !/[\\/](?:local-batch|viewer)[\\/]/.test(entry.default)),
);

const reached = new Set([...modules, ...declarationsOf(entries.map((entry) => join(folder, entry.types)))]);
for (const entry of await readdir(join(folder, "dist"), { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name);
  const ofEntries =
    /\.(?:js|d\.ts)(?:\.map)?$/.test(path) && !/[\\/]dist[\\/](?:cli|viewer[\\/]page)[\\/]/.test(path);
  if (!entry.isFile() || !ofEntries) continue;
  if (!reached.has(path)) {
    await rm(path);
    continue;
  }
  const text = (await readFile(path, "utf8")).replace(/\n\/\/# sourceMappingURL=.*\n?$/, "\n");
  const isServer = modules.has(path) && !ofLibrary.has(path);
  await writeFile(path, isServer ? (await transform(text, { minifyWhitespace: true })).code : text);
}

/**
 * The modules, and those that they import by a relative path.
 * @param {readonly string[]} modules
 */
async function modulesOf(modules) {
  const found = new Set(modules);
  for (const path of found) {
    const { importedFiles } = ts.preProcessFile(await readFile(path, "utf8"), true, true);
    for (const { fileName } of importedFiles)
      if (fileName.startsWith(".")) found.add(join(dirname(path), fileName));
  }
  return found;
}

/**
 * The declarations, and those that they name.
 * @param {string[]} declarations
 */
function declarationsOf(declarations) {
  const { options } = ts.parseJsonConfigFileContent(
    { compilerOptions: { module: "nodenext" } },
    ts.sys,
    folder,
  );
  return ts
    .createProgram(declarations, { ...options, types: [] })
    .getSourceFiles()
    .map(({ fileName }) => resolve(fileName));
}
