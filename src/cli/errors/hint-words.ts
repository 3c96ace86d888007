import { fileURLToPath } from "node:url";
import type { Hint } from "../../core/index.js";
import { isInstalledGlobally } from "./is-installed-globally.js";
import { findProxyVariable } from "./proxy-variable.js";
import { getRunningCommand, getLoadedCommand } from "./running-command.js";

/** Commands about outputs that exist: without a container, it is mostly the job's ID that is wrong. */
const readingCommands = new Set([
  ...["list", "tail", "cat", "grep", "download", "restore", "verify", "usage"],
  ...["delete", "prune", "rehydrate", "why", "tasks", "view"],
]);

/** Returns the text of a hint, with the names of the command line. */
export function describeHint(hint: Hint): string {
  switch (hint.action) {
    case "prepare-output-storage":
      return readingCommands.has(getLoadedCommand()?.name() ?? "")
        ? "Check the job's ID: nothing has been saved for it in this account. `batch-outputs jobs` lists the jobs that have outputs."
        : `Run \`batch-outputs prepare --job ${hint.jobId ?? "ID"}\` before outputs are saved${describeNextStep()}.`;
    case "renew-sas":
      return describeNewSas(hint);
    case "allow-overwrite":
      return "Save it under another path with --destination, or use --overwrite always.";
    case "choose-on-existing":
      return "Use another --destination, or another value of --on-existing, such as keep.";
    case "allow-missing-source":
      return `Correct the path. If the file may be missing, use ${getMissingSourceFlag()}.`;
    case "separate-destinations":
      return "Save them with two commands, each with its own --destination.";
    case "use-another-destination":
      return "Use a different --destination for each file. If an older attempt of the same task is still running, wait until it ends.";
    case "list":
      return `Run \`${listCommands[hint.what]}\` to see what exists.`;
    case "try-again":
      return hint.afterInMs === undefined
        ? "Run the command again."
        : `Run the command again in ${Math.ceil(hint.afterInMs / 1000)} s.`;
    case "name-account":
      return "Give its name with --account-name, or use the account's own address (https://<account>.blob.core.windows.net).";
    case "state-namespace":
      return "If it has one, use --hierarchical-namespace.";
    case "correct-clock":
      return "Correct the clock of this machine.";
    case "assign-role":
      return `Assign the role "${hint.role}" to the identity.`;
    case "correct-key":
      return "Use a key of this account that is valid now, in --connection-string.";
    case "use-entra-id":
      return "Use Microsoft Entra ID: --account-url in place of the key, or a URL from `batch-outputs url --account-url`.";
    case "sign-in":
      return "Run `az login` on a machine of yours; on Azure, use a managed identity, whose client id is in AZURE_CLIENT_ID if there are several.";
    case "install-package":
    case "pass-client":
      return describeInstallation(hint.package);
    case "check-firewall":
      return "Check the networks that the firewall of the storage account accepts, and its private endpoints.";
    case "check-proxy":
      return `${describeProxy()}NO_PROXY excludes hosts from it.`;
    case "release-lease":
      return "Release or break the lease (`az storage blob lease break`), or wait until it ends.";
    case "rehydrate":
      return "Run `batch-outputs rehydrate`, and wait until that is done.";
    case "check-network":
      return `${describeProxy()}Check the address, the network and its firewall; for a local service, check that it is running. \`batch-outputs doctor\` checks them one by one.`;
    case "trust-certificate":
      return "If a proxy or a local store has a certificate of its own, set NODE_EXTRA_CA_CERTS to the path of its authority's certificate (a PEM file).";
    case "update-azurite":
      return "Start Azurite with --skipApiVersionCheck, or install a newer Azurite.";
    case "set-environment":
      return `Set ${hint.variables.join(" or ")}.`;
  }
}

/**
 * Describes what to do after `prepare` for a job that never saved anything: its files may still be on the nodes. The
 * flags are not repeated: some may be secrets.
 */
function describeNextStep(): string {
  return getLoadedCommand()?.name() === "rescue" ? ", then the same `rescue` command again" : "";
}

function describeNewSas({ permission, startTime }: Extract<Hint, { action: "renew-sas" }>): string {
  if (startTime === true) return "Create one with a start time: `batch-outputs url --starts-ago 15m`.";
  return permission === undefined
    ? "Create a new one with `batch-outputs url`."
    : `Create one with the permission "${permission}": \`batch-outputs url --permissions\`.`;
}

function describeInstallation(name: string): string {
  const flag = isInstalledGlobally(fileURLToPath(import.meta.url)) ? "--global " : "";
  return `Install it: \`npm install ${flag}${name}\`.`;
}

/** Returns the flag with which the running command accepts a missing file: `track` and `run` have different flags. */
function getMissingSourceFlag(): string {
  const isTrack = getRunningCommand()?.flags.includes("--allow-missing") ?? false;
  return isTrack ? "--allow-missing" : "--if-no-files-found warn";
}

function describeProxy(): string {
  const name = findProxyVariable();
  return name === undefined
    ? ""
    : `Requests go through the proxy that ${name} names; check that it is running. `;
}

const listCommands = {
  outputs: "batch-outputs list",
  files: "batch-outputs rescue --dry-run",
  tasks: "batch-outputs tasks",
  jobs: "batch-outputs jobs",
} as const;
