/**
 * `packInto(folder)` makes the tarball that would be published from what was built last, in seconds: publishing itself builds
 * everything again.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../", import.meta.url));

/**
 * Returns the path of the tarball. What publishing removes from `dist/` is removed in a copy.
 * @param {string} folder
 */
export async function packInto(folder) {
  if (!existsSync(join(root, "dist/index.js"))) throw new Error("dist/ is empty: run npm run build");
  const unpacked = join(folder, "unpacked");
  await mkdir(unpacked);
  await run("tar", ["-xzf", await pack(root, unpacked), "-C", unpacked]);
  await run(process.execPath, [join(root, "scripts/prune-package.mjs"), join(unpacked, "package")]);
  return await pack(join(unpacked, "package"), folder);
}

/** @param {string} packed @param {string} destination */
async function pack(packed, destination) {
  const { stdout } = await run(
    "npm",
    ["pack", "--ignore-scripts", "--json", "--pack-destination", destination],
    { cwd: packed, maxBuffer: 1 << 24, shell: process.platform === "win32" },
  );
  /** @type {(text: string) => { filename: string }[]} */
  const parsePacked = JSON.parse;
  const [tarball] = parsePacked(stdout);
  if (tarball === undefined) throw new Error(`npm pack made nothing: ${stdout}`);
  return join(destination, tarball.filename);
}
