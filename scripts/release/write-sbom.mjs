/**
 * `node scripts/release/write-sbom.mjs FOLDER`: writes a software bill of materials (CycloneDX 1.6) of the package and of the
 * executable: what npm installs beside the package, and what is bundled into it, by the licences that the bundles ship.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * @typedef {object} Manifest
 * @property {string} name
 * @property {string} version
 * @property {string} [license]
 * @property {Record<string, string>} [dependencies]
 */

const [folder = "build/release"] = process.argv.slice(2);
/** @type {(text: string) => Manifest} */
const parseManifest = JSON.parse;
const manifest = parseManifest(await readFile("package.json", "utf8"));

/** @type {Map<string, object>} */
const components = new Map();
for (const path of ["dist/cli/third-party-licenses.txt", "dist/viewer/page/third-party-licenses.txt"]) {
  for (const [, name = "", version = "", license = ""] of (await readFile(path, "utf8")).matchAll(
    /(?:^|\n-{80}\n\n)((?:@[^/\s]+\/)?\S+) (\d+\.\d+\.\d+\S*) \((.+)\)\n/g,
  )) {
    addComponent(name, version, license, path.includes("viewer") ? "viewer page" : "command line");
  }
}
for (const name of Object.keys(manifest.dependencies ?? {})) {
  const { version, license = "" } = parseManifest(
    await readFile(`node_modules/${name}/package.json`, "utf8"),
  );
  addComponent(name, version, license, "dependency");
}
if (components.size === 0) throw new Error("the bundles name no package: run npm run build");

const purl = purlOf(manifest.name, manifest.version);
const bom = {
  bomFormat: "CycloneDX",
  specVersion: "1.6",
  version: 1,
  metadata: {
    component: { type: "application", "bom-ref": purl, name: manifest.name, version: manifest.version, purl },
  },
  components: [...components.values()],
};
await writeFile(
  join(folder, `${manifest.name}-${manifest.version}.cdx.json`),
  `${JSON.stringify(bom, undefined, 2)}\n`,
);

/**
 * @param {string} name
 * @param {string} version
 * @param {string} license
 * @param {string} usedIn
 */
function addComponent(name, version, license, usedIn) {
  const ref = purlOf(name, version);
  if (components.has(ref)) return;
  components.set(ref, {
    type: "library",
    "bom-ref": ref,
    name,
    version,
    purl: ref,
    ...(license !== "" && { licenses: [{ expression: license }] }),
    properties: [{ name: "azure-batch-outputs:used-in", value: usedIn }],
  });
}

/**
 * @param {string} name
 * @param {string} version
 */
function purlOf(name, version) {
  return `pkg:npm/${name.replace("@", "%40")}@${version}`;
}
