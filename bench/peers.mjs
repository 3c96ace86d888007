/** Who is measured: this package and its peers, each as a command for a work. */
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** @typedef {"up" | "down" | "list"} Kind */
/** @typedef {{ name: string, kinds: readonly Kind[], command: (kind: Kind, url: string, folder: string) => string[] }} Peer */

/** @param {string} name @param {readonly string[]} [more] @returns {Peer["command"]} */
function program(name, more = []) {
  return (kind, url, folder) => [
    process.execPath,
    join(import.meta.dirname, "clients", name),
    kind,
    url,
    folder,
    ...more,
  ];
}

/** @param {string} url */
function withFolder(url) {
  const { origin, pathname, search } = new URL(url);
  return `${origin}${pathname}/task-00000/$TaskOutput${search}`;
}

/** @param {string} program */
function isThere(program) {
  try {
    execFileSync(program, ["version"], { stdio: "ignore" });
    return true;
  } catch {
    // Not installed here, or not able to run: the table then has no column for it.
    return false;
  }
}

/** azcopy as npm has it, kept in a folder for the next run; its package leaves out the run bit. */
function azcopyPath() {
  const folder = join(
    process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"),
    "azure-batch-outputs-bench",
  );
  const path = join(folder, "node_modules/@azure-tools/azcopy-linux/dist/bin/azcopy_linux_amd64");
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true });
    try {
      execFileSync("npm", ["install", "--prefix", folder, "--no-save", "@azure-tools/azcopy-linux"], {
        stdio: "ignore",
      });
    } catch {
      // The registry has no such package, or there is none: the table then has no column for it.
      return "";
    }
  }
  if (existsSync(path)) chmodSync(path, 0o755);
  return path;
}

/** @param {Kind} kind @param {string} url @param {string} folder */
function azcopyArguments(kind, url, folder) {
  const place = withFolder(url);
  if (kind === "list") return ["list", url];
  return kind === "up"
    ? [
        "copy",
        `${folder}/*`,
        place,
        "--recursive",
        "--from-to",
        "LocalBlob",
        "--put-md5",
        "--log-level",
        "NONE",
      ]
    : [
        "copy",
        place.replace("?", "/*?"),
        folder,
        "--recursive",
        "--from-to",
        "BlobLocal",
        "--log-level",
        "NONE",
      ];
}

/** @param {Kind} kind @param {string} url @param {string} folder */
function rcloneArguments(kind, url, folder) {
  const [, container = ""] = /\/([^/?]+)\?/.exec(url) ?? [];
  const root = `:azureblob,sas_url='${url}':${container}`;
  // Its filters by prefix look at folders, and find none below a name with "$".
  const place = kind === "up" ? `${root}/task-00000/$TaskOutput` : root;
  if (kind === "list") return ["lsf", "-R", "--files-only", "--format", "pst", root];
  const most = ["--transfers", "32", "--checkers", "32"];
  return kind === "up" ? ["copy", ...most, folder, place] : ["copy", ...most, place, folder];
}

/** The peers that this machine has. @returns {Peer[]} */
export function peersHere() {
  /** @type {readonly Kind[]} */
  const all = ["up", "down", "list"];
  const azcopy = azcopyPath();
  return [
    { name: "this package", kinds: all, command: program("ours.mjs") },
    { name: "SDK, one at a time", kinds: all, command: program("sdk.mjs", ["1"]) },
    { name: "SDK, 32 at a time", kinds: ["up", "down"], command: program("sdk.mjs", ["32"]) },
    { name: "bare node:http", kinds: all, command: program("plain-http.mjs") },
    ...(isThere("rclone")
      ? [
          {
            name: "rclone",
            kinds: all,
            command: (/** @type {[Kind, string, string]} */ ...of) => ["rclone", ...rcloneArguments(...of)],
          },
        ]
      : []),
    ...(azcopy !== "" && isThere(azcopy)
      ? [
          {
            name: "azcopy",
            kinds: all,
            command: (/** @type {[Kind, string, string]} */ ...of) => [azcopy, ...azcopyArguments(...of)],
          },
        ]
      : []),
  ];
}
