/**
 * `node scripts/release/set-addresses.mjs OWNER/NAME [SERVER]`: writes the addresses of the repository that releases the package
 * into package.json. npm compares `repository` with where the package was built (provenance), and resolves the links of README.md
 * by it. A fork that releases has addresses of its own, so the workflow sets them, from what GitHub says.
 */
import { readFile, writeFile } from "node:fs/promises";

const [name = "", server = "https://github.com"] = process.argv.slice(2);
if (!/^[\w-]+\/[\w.-]+$/.test(name))
  throw new RangeError(`not the owner and the name of a repository: "${name}"`);
const address = `${server}/${name}`;
/** @type {(text: string) => Record<string, unknown>} */
const parseManifest = JSON.parse;
const { description, keywords, license, author, ...others } = parseManifest(
  await readFile("package.json", "utf8"),
);
const { name: packageName, version, ...rest } = others;
// Those of another repository, which a fork has, are replaced.
for (const address of ["homepage", "repository", "bugs"]) Reflect.deleteProperty(rest, address);
const manifest = {
  ...{ name: packageName, version, description, keywords, license, author },
  homepage: `${address}#readme`,
  repository: { type: "git", url: `git+${address}.git` },
  bugs: { url: `${address}/issues` },
  ...rest,
};
await writeFile("package.json", `${JSON.stringify(manifest, undefined, 2)}\n`);
