/**
 * `node scripts/release/pack-executable.mjs TARGET`: packs `build/batch-outputs` with the licences into
 * `build/release/batch-outputs-TARGET.tar.gz` (`.zip` for Windows). `tar` is part of Linux, macOS and Windows.
 */
import { execFileSync } from "node:child_process";
import { copyFile, mkdir } from "node:fs/promises";

const [target] = process.argv.slice(2);
if (target === undefined) throw new Error("name the target, for example linux-x64");
const isWindows = target.startsWith("win");
const name = isWindows ? "batch-outputs.exe" : "batch-outputs";
const archive = `release/batch-outputs-${target}.${isWindows ? "zip" : "tar.gz"}`;
await mkdir("build/release", { recursive: true });
await copyFile("LICENSE", "build/LICENSE");
execFileSync("tar", ["-acf", archive, name, "LICENSE", "third-party-licenses.txt"], {
  cwd: "build",
  stdio: "inherit",
});
console.log(`build/${archive}`);
