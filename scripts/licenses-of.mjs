import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);

/**
 * @typedef {object} Manifest
 * @property {string} name
 * @property {string} version
 * @property {string} [license]
 * @property {string | { name: string }} [author]
 */

/** @type {(text: string) => Manifest} */
const parseManifest = JSON.parse;
/** @type {(text: string) => { licenseText: string }} */
const parseSpdx = JSON.parse;

/**
 * Who holds the copyright of a package that ships no licence text and names no author, from the LICENSE file of its repository.
 * @type {Record<string, string>}
 */
const copyrightHolders = {
  "@fluentui/react-icons": "Microsoft Corporation",
};

/**
 * The licences of the packages in a bundle, which ask to be shipped with it: each text once, below the packages that have it. A package
 * whose licence has no text is an error.
 * @param {Iterable<string>} inputs paths of source files
 */
export async function licensesOf(inputs) {
  /** @type {Set<string>} */
  const folders = new Set();
  for (const path of inputs) {
    const folder = /^(?:.*[\\/])?node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(
      path.replace(/^\0/, ""),
    )?.[0];
    if (folder !== undefined) folders.add(folder);
  }
  /** @type {Map<string, string[]>} */
  const packages = new Map();
  for (const { heading, text } of await Promise.all([...folders].sort().map(describePackage))) {
    packages.set(text, [...(packages.get(text) ?? []), heading]);
  }
  return [...packages]
    .map(([text, headings]) => `${headings.join("\n")}\n\n${text}`)
    .join(`\n${"-".repeat(80)}\n\n`);
}

/** The licence of Node.js, which is inside an executable: its own file beside the installation. */
export async function licenseOfNode() {
  const prefix = dirname(dirname(process.execPath));
  const places = [
    prefix,
    join(prefix, "share/doc/nodejs"),
    join(prefix, "share/doc/node"),
    dirname(process.execPath),
  ];
  for (const place of places) {
    const text = await readLicense(place);
    if (text !== undefined) return `Node.js ${process.version}\n\n${text}`;
  }
  throw new Error(
    `No LICENSE of Node.js in ${places.join(", ")}: an executable must not be passed on without it. Put the file of this ` +
      "version's archive into one of these folders.",
  );
}

/** @param {string} folder */
async function describePackage(folder) {
  const manifest = parseManifest(await readFile(join(folder, "package.json"), "utf8"));
  const { name, version, license } = manifest;
  const text = (await readLicense(folder)) ?? (await standardText(manifest));
  return { heading: `${name} ${version} (${license ?? "see below"})`, text: text.replaceAll("\r\n", "\n") };
}

/**
 * @param {string} folder
 * @returns {Promise<string | undefined>}
 */
async function readLicense(folder) {
  /** @type {string[]} */
  let names;
  try {
    names = await readdir(folder);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  const files = names
    .filter((name) => /^(?:un)?licen[cs]e(?:-[a-z0-9]+)?(?:\.(?:txt|md))?$/i.test(name))
    .sort();
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), "utf8")));
  const text = texts.map((each) => each.trim()).join("\n\n");
  return text === "" ? undefined : `${text}\n`;
}

/**
 * The text that SPDX gives for the licence that the package names.
 * @param {Manifest} manifest
 */
async function standardText({ name, license, author }) {
  if (license === undefined) throw new Error(`${name}: neither a licence text nor the name of a licence`);
  const { licenseText } = parseSpdx(
    await readFile(require.resolve(`spdx-license-list/licenses/${license}.json`), "utf8"),
  );
  const holder = copyrightHolders[name] ?? (typeof author === "string" ? author : author?.name);
  if (!licenseText.includes("<copyright holders>")) return `${licenseText.trim()}\n`;
  if (holder === undefined) {
    throw new Error(
      `${name}: no licence text and no author: add its copyright holder in scripts/licenses-of.mjs`,
    );
  }
  const words = holder.replace(/ *[<(].*$/, "");
  return `${licenseText.trim().replace("<year> <copyright holders>", words)}\n`;
}
