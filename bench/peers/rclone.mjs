/** rclone, with the maximum number of transfers of this package; with digests (its default) and without. */
import { isThere } from "./is-there.mjs";

/** @typedef {import("./peers.mjs").Kind} Kind */

/** A container, as rclone names it. @param {string} url @param {string} [options] each followed by a comma */
export function rcloneRemote(url, options = "") {
  const [, container = ""] = /\/([^/?]+)\?/.exec(url) ?? [];
  return `:azureblob,${options}sas_url='${url}':${container}`;
}

/** @param {Kind} kind @param {boolean} hasDigests @returns {import("../harness/alternate.mjs").Contender["command"]} */
function commandFor(kind, hasDigests) {
  const most = ["--transfers", "32", "--checkers", "32", ...(hasDigests ? [] : ["--ignore-checksum"])];
  return (url, folder) => {
    const root = rcloneRemote(url, hasDigests ? "" : "disable_checksum,");
    if (kind === "list") return ["rclone", "lsf", "-R", "--files-only", "--format", "pst", root];
    // rclone filters prefixes by folder, and finds no folder below a name with "$".
    return kind === "up"
      ? ["rclone", "copy", ...most, folder, `${root}/task-00000/$TaskOutput`]
      : ["rclone", "copy", ...most, root, folder];
  };
}

/** @param {Kind} kind @returns {(import("../harness/alternate.mjs").Contender & { isVariant?: boolean })[]} */
export function rclone(kind) {
  if (kind === "list-by-task" || !isThere(["rclone", "version"])) return [];
  const env = { RCLONE_CONFIG: "" };
  return [
    { name: "rclone", command: commandFor(kind, true), env },
    ...(kind === "list"
      ? []
      : [{ name: "rclone, without digests", command: commandFor(kind, false), env, isVariant: true }]),
  ];
}
