/** azcopy from its npm package, with its defaults (without digests) and with digests. */
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { folder } from "../harness/workspace.mjs";
import { isThere } from "./is-there.mjs";

/** @typedef {import("./peers.mjs").Kind} Kind */

/** The installation is kept for the next run. The npm package lacks the executable bit, and libsecret-1-0 of Debian, which azcopy needs. */
function installed() {
  const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  const prefix = join(cache, "azure-batch-outputs-bench");
  const path = join(prefix, "node_modules/@azure-tools/azcopy-linux/dist/bin/azcopy_linux_amd64");
  if (!existsSync(path)) {
    mkdirSync(prefix, { recursive: true });
    try {
      const parameters = ["install", "--prefix", prefix, "--no-save", "@azure-tools/azcopy-linux"];
      execFileSync("npm", parameters, { stdio: "ignore" });
    } catch (error) {
      console.error(`azcopy cannot be installed: ${String(error)}`);
      return "";
    }
  }
  chmodSync(path, 0o755);
  if (isThere([path, "--version"])) return path;
  console.error("azcopy does not start: it needs Debian's libsecret-1-0.");
  return "";
}

/** The path of azcopy; empty if it is not available. */
export const azcopyProgram = installed();

/** azcopy keeps its logs and job plans in the folder of the benchmark. */
export const azcopyEnvironment = {
  AZCOPY_LOG_LOCATION: join(folder, "azcopy"),
  AZCOPY_JOB_PLAN_LOCATION: join(folder, "azcopy"),
  AZCOPY_SKIP_VERSION_CHECK: "true",
};

/** @param {Kind} kind @param {readonly string[]} more @returns {import("../harness/alternate.mjs").Contender["command"]} */
function commandFor(kind, more) {
  return (url, local) => {
    if (kind === "list") return [azcopyProgram, "list", url, "--location", "Blob"];
    const place = url.replace("?", "/task-00000/$TaskOutput?");
    const [from, to, way] =
      kind === "up" ? [`${local}/*`, place, "LocalBlob"] : [place.replace("?", "/*?"), local, "BlobLocal"];
    return [azcopyProgram, "copy", from, to, "--recursive", "--from-to", way, "--log-level", "NONE", ...more];
  };
}

/** @param {Kind} kind @returns {(import("../harness/alternate.mjs").Contender & { isVariant?: boolean })[]} */
export function azcopy(kind) {
  if (kind === "list-by-task" || azcopyProgram === "") return [];
  const env = azcopyEnvironment;
  if (kind === "list") return [{ name: "azcopy", command: commandFor(kind, []), env }];
  // By default a download compares existing digests but continues on a mismatch; this makes it fail.
  const strict = kind === "up" ? ["--put-md5"] : ["--check-md5", "FailIfDifferentOrMissing"];
  const lax = kind === "up" ? [] : ["--check-md5", "NoCheck"];
  return [
    { name: "azcopy, with digests", command: commandFor(kind, strict), env, isVariant: kind === "up" },
    { name: "azcopy, without digests", command: commandFor(kind, lax), env, isVariant: kind === "down" },
  ];
}
