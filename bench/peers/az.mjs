/** `az storage blob` transfers files one after the other, so it only takes part in the smaller benchmarks. */
import { folder } from "../harness/workspace.mjs";
import { isThere } from "./is-there.mjs";

/** @typedef {import("./peers.mjs").Kind} Kind */

/** The variables that select the account. @param {string} url */
export function azAccount(url) {
  const { origin, pathname, search } = new URL(url);
  const [, account = "", container = ""] = pathname.split("/");
  const connectionString = `BlobEndpoint=${origin}/${account};SharedAccessSignature=${search.slice(1)}`;
  return { container, parameters: ["--connection-string", connectionString, "--only-show-errors"] };
}

/** @param {Kind} kind @returns {import("../harness/alternate.mjs").Contender["command"]} */
function commandFor(kind) {
  return (url, local) => {
    const { container, parameters } = azAccount(url);
    const blob = ["az", "storage", "blob"];
    const quiet = [...parameters, "--no-progress", "--output", "none"];
    return kind === "up"
      ? [
          ...[...blob, "upload-batch", "--source", local, "--destination", container],
          ...["--destination-path", "task-00000/$TaskOutput", ...quiet],
        ]
      : [...blob, "download-batch", "--source", container, "--destination", local, ...quiet];
  };
}

export const azEnvironment = { AZURE_CONFIG_DIR: folder, AZURE_CORE_COLLECT_TELEMETRY: "no" };

export const hasAz = isThere(["az", "version", "--query", '"azure-cli"', "--output", "tsv"]);

/** @param {Kind} kind @returns {import("../harness/alternate.mjs").Contender[]} */
export function az(kind) {
  if ((kind !== "up" && kind !== "down") || !hasAz) return [];
  return [{ name: "az", command: commandFor(kind), env: azEnvironment, maxRuns: 2 }];
}
