/**
 * `node scripts/release/try-executable.mjs`: starts the executable in `build/` as a user would, and fails unless it prints the version of
 * package.json.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** @type {unknown} */
const manifest = JSON.parse(readFileSync("package.json", "utf8"));
const { version } = /** @type {{ version: string }} */ (manifest);
const executable = join("build", process.platform === "win32" ? "batch-outputs.exe" : "batch-outputs");
const printed = execFileSync(executable, ["--version"], { encoding: "utf8" }).trim();
if (printed !== version) throw new Error(`${executable} prints ${JSON.stringify(printed)}, not ${version}`);
console.log(`${executable} ${printed}`);
