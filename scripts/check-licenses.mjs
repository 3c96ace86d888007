/**
 * `npm run check -- licenses`: compares the lock file with reviewed lists. Every package has a digest, a licence that is allowed where the
 * package is used, and no install script that is not known.
 */
import { readFile } from "node:fs/promises";
import { existsSync } from "node:fs";

/** Of what is installed with this package or bundled into it: permission to pass it on in any program, with its licence text. */
const allowedInPackage = ["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "Unlicense"];

/**
 * Of what only tests and tools use, and nobody gets. Each was read, and permits that.
 * @type {Record<string, string>}
 */
const allowedInTools = {
  "BlueOak-1.0.0": "permissive",
  "CC-BY-4.0": "data of caniuse-lite",
  "CC0-1.0": "texts of licences",
  "MPL-2.0": "changed files would have to be passed on: none is changed, none passed on",
  "LGPL-3.0-or-later": "the library below sharp, which the site's tools load; not passed on",
  "Apache-2.0 AND LGPL-3.0-or-later": "sharp, as above",
  "Apache-2.0 AND LGPL-3.0-or-later AND MIT": "sharp, as above",
  "Public Domain": "bunny, below Azurite",
  "http://geraintluff.github.io/tv4/LICENSE.txt": "uri-templates: public domain or MIT",
};

/**
 * Packages that run a program when they are installed.
 * @type {Record<string, string>}
 */
const installScripts = { "node_modules/esbuild": "checks that its executable runs" };

/**
 * @typedef {object} LockedPackage
 * @property {string} [license]
 * @property {string} [integrity]
 * @property {string} [resolved]
 * @property {boolean} [dev]
 * @property {boolean} [devOptional]
 * @property {boolean} [peer]
 * @property {boolean} [hasInstallScript]
 */

/** @type {(text: string) => { packages: Record<string, LockedPackage> }} */
const parseLock = JSON.parse;
const { packages } = parseLock(await readFile("package-lock.json", "utf8"));
const bundled = await listBundled();

/** @type {string[]} */
const problems = [];
for (const [path, { license = "none", integrity, resolved, hasInstallScript, ...uses }] of Object.entries(
  packages,
)) {
  if (path === "") continue;
  const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
  const isTool = uses.dev === true || uses.devOptional === true || uses.peer === true;
  const isPassedOn = !isTool || bundled.has(name);
  if (integrity === undefined || !integrity.startsWith("sha512-"))
    problems.push(`${path} has no SHA-512 digest`);
  if (resolved !== undefined) problems.push(`${path} is bound to one address: ${new URL(resolved).host}`);
  if (hasInstallScript === true && !(path in installScripts)) problems.push(`${path} has an install script`);
  if (!allowedInPackage.includes(license) && (isPassedOn || !(license in allowedInTools)))
    problems.push(`${path} has the licence ${license}${isPassedOn ? ", and is passed on" : ""}`);
}
for (const path of Object.keys(installScripts))
  if (packages[path]?.hasInstallScript !== true) problems.push(`${path} has no install script any more`);
for (const license of Object.keys(allowedInTools))
  if (!Object.values(packages).some((each) => each.license === license))
    problems.push(`no package has the licence ${license} any more`);
for (const problem of problems) console.error(problem);
if (problems.length > 0) console.error("The reviewed lists are in scripts/check-licenses.mjs.");
process.exitCode = problems.length === 0 ? 0 : 1;

/** The packages that the bundles contain, by the licences beside them. */
async function listBundled() {
  /** @type {Set<string>} */
  const names = new Set();
  for (const path of [
    "dist/third-party-licenses.txt",
    "dist/cli/third-party-licenses.txt",
    "dist/viewer/page/third-party-licenses.txt",
  ]) {
    if (!existsSync(path)) continue;
    const text = await readFile(path, "utf8");
    for (const [, name = ""] of text.matchAll(
      /(?:^|\n-{80}\n\n)((?:@[^/\s]+\/)?\S+) \d+\.\d+\.\d+\S* \(.+\)\n/g,
    ))
      names.add(name);
  }
  return names;
}
