/**
 * `node scripts/release/write-sbom.mjs FOLDER`: writes a software bill of materials (CycloneDX 1.6) of the package and of the
 * executables: what npm installs beside the package, what is bundled into it, by the licences that the bundles ship, and what the
 * executables contain besides.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * @typedef {object} Manifest
 * @property {string} name
 * @property {string} version
 * @property {string | undefined} [license]
 * @property {Record<string, string>} [dependencies]
 */

const [folder = "build/release"] = process.argv.slice(2);
/** @type {(text: string) => Manifest} */
const parseManifest = JSON.parse;
/** @type {(text: string) => { packages: Record<string, Omit<Manifest, "name">> }} */
const parseLock = JSON.parse;
const manifest = parseManifest(await readFile("package.json", "utf8"));
const { packages } = parseLock(await readFile("package-lock.json", "utf8"));

/** @type {Map<string, Manifest & { usedIn: Set<string>, dependsOn: Set<string>, isWalked: Set<string> }>} */
const components = new Map();
const bundles = {
  "dist/third-party-licenses.txt": "library",
  "dist/cli/third-party-licenses.txt": "command line",
  "dist/viewer/page/third-party-licenses.txt": "viewer page",
};
for (const [path, usedIn] of Object.entries(bundles)) {
  const licenses = await readFile(path, "utf8");
  for (const [, name = "", version = "", license = ""] of licenses.matchAll(
    /^((?:@[^/\s]+\/)?[^@/\s]+) (\d+\.\d+\.\d+\S*) \((.+)\)$/gm,
  )) {
    addComponent({ name, version, license }, usedIn);
  }
}
if (components.size === 0) throw new Error("the bundles name no package: run npm run build");
const direct = Object.keys(manifest.dependencies ?? {}).map((name) => addInstalled(name, "", "dependency"));
addInstalled("@azure/identity", "", "executable");

const purl = purlOf(manifest);
const node = {
  type: "platform",
  "bom-ref": `pkg:generic/node@${process.versions.node}`,
  name: "Node.js",
  version: process.versions.node,
  purl: `pkg:generic/node@${process.versions.node}`,
  licenses: [{ license: { id: "MIT" } }],
  properties: [{ name: "azure-batch-outputs:used-in", value: "executable" }],
};
const bom = {
  $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
  bomFormat: "CycloneDX",
  specVersion: "1.6",
  version: 1,
  metadata: {
    component: {
      type: "application",
      "bom-ref": purl,
      name: manifest.name,
      version: manifest.version,
      purl,
      licenses: [{ expression: manifest.license }],
    },
  },
  components: [
    ...[...components].map(([ref, { name, version, license, usedIn }]) => ({
      type: "library",
      "bom-ref": ref,
      name,
      version,
      purl: ref,
      ...(license !== undefined && { licenses: [{ expression: license }] }),
      properties: [...usedIn].map((value) => ({ name: "azure-batch-outputs:used-in", value })),
    })),
    node,
  ],
  dependencies: [
    { ref: purl, dependsOn: direct },
    ...[...components]
      .filter(([, { dependsOn }]) => dependsOn.size > 0)
      .map(([ref, { dependsOn }]) => ({ ref, dependsOn: [...dependsOn] })),
  ],
};
await writeFile(
  join(folder, `${manifest.name}-${manifest.version}.cdx.json`),
  `${JSON.stringify(bom, undefined, 2)}\n`,
);

/**
 * Adds a package as npm installs it, and those that it needs.
 * @param {string} name
 * @param {string} parent the place in the lock file from which it is looked for
 * @param {string} usedIn
 * @returns {string} its reference
 */
function addInstalled(name, parent, usedIn) {
  const path = findInstalled(name, parent);
  const { version, license, dependencies = {} } = packages[path] ?? { version: "" };
  const { ref, component } = addComponent({ name, version, license }, usedIn);
  if (!component.isWalked.has(usedIn)) {
    component.isWalked.add(usedIn);
    for (const needed of Object.keys(dependencies))
      component.dependsOn.add(addInstalled(needed, path, usedIn));
  }
  return ref;
}

/**
 * @param {string} name
 * @param {string} parent
 * @returns {string}
 */
function findInstalled(name, parent) {
  const path = `${parent === "" ? "" : `${parent}/`}node_modules/${name}`;
  if (packages[path] !== undefined) return path;
  if (parent === "") throw new Error(`${name} is not in package-lock.json`);
  return findInstalled(name, parent.replace(/\/?node_modules\/(?:@[^/]+\/)?[^/]+$/, ""));
}

/**
 * @param {Manifest} manifest
 * @param {string} usedIn
 */
function addComponent({ name, version, license }, usedIn) {
  const ref = purlOf({ name, version });
  const component = components.get(ref) ?? {
    ...{ name, version, license },
    ...{ usedIn: new Set(), dependsOn: new Set(), isWalked: new Set() },
  };
  component.usedIn.add(usedIn);
  components.set(ref, component);
  return { ref, component };
}

/** @param {Manifest} manifest */
function purlOf({ name, version }) {
  return `pkg:npm/${name.replace("@", "%40")}@${version}`;
}
