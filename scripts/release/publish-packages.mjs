/**
 * `node scripts/release/publish-packages.mjs FOLDER [OPTION...]`: publishes the two packages of the folder, the command's name last, because it
 * depends on the other. npm takes a version such as 1.0.0-beta.1 only with a tag: it gets `next`, which `npm install` does not choose, except
 * before the first release. The options are npm's, such as `--dry-run`.
 */
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";

const [folder = "build/release", ...options] = process.argv.slice(2);
/** @type {(text: string) => Record<"name" | "version", string>} */
const parseManifest = JSON.parse;
const { name, version } = parseManifest(await readFile("package.json", "utf8"));
const tag = version.includes("-") ? "next" : "latest";
for (const published of [name, "batch-outputs"]) {
  const tarball = resolve(folder, `${published}-${version}.tgz`);
  const publish = ["publish", tarball, "--provenance", "--access", "public", "--tag", tag, ...options];
  execFileSync("npm", publish, { stdio: "inherit", shell: process.platform === "win32" });
}
