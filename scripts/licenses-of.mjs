import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** @type {(text: string) => { name: string, version: string, license?: string }} */
const parsePackage = JSON.parse;

/**
 * The licences of what is inside, which ask to be shipped with it.
 * @param {string[]} inputs paths of source files
 */
export async function licensesOf(inputs) {
  const folders = new Set(
    inputs.flatMap((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []),
  );
  const texts = await Promise.all(
    [...folders].sort().map(async (folder) => {
      const { name, version, license } = parsePackage(await readFile(join(folder, "package.json"), "utf8"));
      return `${name} ${version} (${license ?? "see below"})\n\n${await licenseIn(folder)}`;
    }),
  );
  return texts.join(`\n${"-".repeat(80)}\n\n`);
}

/** @param {string} folder */
async function licenseIn(folder) {
  for (const name of ["LICENSE", "LICENSE.txt", "LICENSE.md", "license", "LICENCE", "LICENSE-MIT.txt"]) {
    try {
      return (await readFile(join(folder, name), "utf8")).trim() + "\n";
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    }
  }
  return "";
}
