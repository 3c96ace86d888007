/**
 * `node scripts/release/write-alias-package.mjs FOLDER`: packs `batch-outputs-VERSION.tgz`, a package with the name of the command. Users
 * who run `npx batch-outputs` where this package is not installed get the same program, and not what somebody else publishes by this name.
 */
import { execFileSync } from "node:child_process";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const [folder = "build/release"] = process.argv.slice(2);
/** @type {(text: string) => Record<"name" | "version" | "license", string> & Record<string, unknown>} */
const parseManifest = JSON.parse;
const { name, version, license, author, homepage, repository, bugs, engines, publishConfig } = parseManifest(
  await readFile("package.json", "utf8"),
);
const manifest = {
  ...{ name: "batch-outputs", version, description: `The command batch-outputs of ${name}.` },
  ...{ license, author, homepage, repository, bugs, type: "module", engines, publishConfig },
  bin: { "batch-outputs": "batch-outputs.js" },
  files: ["batch-outputs.js"],
  dependencies: { [name]: version },
};
const program = `#!/usr/bin/env node
await import(new URL("dist/cli/batch-outputs.js", import.meta.resolve("${name}/package.json")).href);
`;
const readme = `# batch-outputs

The command \`batch-outputs\` of [${name}](https://www.npmjs.com/package/${name}), which has the documentation. This package contains
nothing else.
`;

const made = await mkdtemp(join(tmpdir(), "batch-outputs-alias-"));
try {
  await writeFile(join(made, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
  await writeFile(join(made, "batch-outputs.js"), program, { mode: 0o755 });
  await writeFile(join(made, "README.md"), readme);
  await copyFile("LICENSE", join(made, "LICENSE"));
  execFileSync("npm", ["pack", "--loglevel", "error", "--pack-destination", resolve(folder)], {
    cwd: made,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
} finally {
  await rm(made, { recursive: true });
}
