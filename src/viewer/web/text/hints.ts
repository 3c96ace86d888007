import type { ViewerFailure, ViewerHint } from "../../protocol/index.js";

type Action = ViewerHint["action"];
type HintOf<A extends Action> = Extract<ViewerHint, { action: A }>;

/** The text of each hint. It names buttons of the page, or a command where the page itself cannot help. */
const advice: { readonly [A in Action]: (hint: HintOf<A>) => string } = {
  "prepare-output-storage": ({ jobId }) =>
    `The job has saved nothing here yet. To prepare its container, run "batch-outputs prepare --job ${jobId ?? "ID"}".`,
  "renew-sas": ({ permission, startTime }) =>
    startTime === true
      ? "Start the viewer again with a SAS that has a start time."
      : permission === undefined
        ? "Start the viewer again with a new SAS."
        : `Start the viewer again with a SAS that has the permission "${permission}".`,
  "allow-overwrite": () => "Save it under another name, or allow overwriting.",
  "choose-on-existing": () => "Save it under another name.",
  "allow-missing-source": () => "Check the path of the file.",
  "separate-destinations": () => "Save the files to different folders.",
  "use-another-destination": () => "Wait until the other writer has finished.",
  list: ({ what }) =>
    what === "jobs"
      ? "Go back to the list of jobs to see what there is."
      : "Go back to the list and refresh it to see what there is.",
  "try-again": ({ afterInMs }) =>
    afterInMs === undefined
      ? "Try again."
      : `Try again in ${Math.ceil(afterInMs / 1000)} ${afterInMs <= 1000 ? "second" : "seconds"}.`,
  "name-account": () =>
    "Start the viewer again with the address of the storage account that contains its name (https://<account>.blob.core.windows.net).",
  "state-namespace": () => "Create the URL with the library or the command line.",
  "correct-clock": () => "Correct the clock of the machine that runs the viewer.",
  "assign-role": ({ role }) => `Ask for the role "${role}" on the storage account.`,
  "correct-key": () => "Start the viewer again with a key of the storage account that is valid now.",
  "use-entra-id": () => "Start the viewer again with Microsoft Entra ID in place of the account's key.",
  "sign-in": () => 'Run "az login" on the machine that runs the viewer, and open it again.',
  "install-package": ({ package: name }) =>
    `Install the package ${name} where the viewer is installed, and start it again.`,
  "pass-client": ({ package: name }) =>
    `Install the package ${name} where the viewer is installed, and start it again.`,
  "check-firewall": () =>
    "Check the networks that the firewall of the storage account accepts, and its private endpoints.",
  "check-proxy": () => "Check the proxy that the viewer's requests go through.",
  "release-lease": () => "Release or break the lease, or wait until it ends.",
  rehydrate: () => 'Run "batch-outputs rehydrate", and wait until that is done.',
  "check-network": () =>
    "Check the address, the network and the firewall of the storage account. If it runs on this machine, check that it is running.",
  "trust-certificate": () =>
    "If a proxy or a local store has a certificate of its own, start the viewer again with NODE_EXTRA_CA_CERTS set to the path of its authority's certificate.",
  "update-azurite": () => "Start Azurite with --skipApiVersionCheck, or install a newer Azurite.",
  "set-environment": ({ variables }) => `Start the viewer again with ${variables.join(" or ")} set.`,
  reopen: () => "Open it again to see the new version.",
  "open-printed-address": () =>
    'Use the browser that opened the viewer first, or run "batch-outputs view" again and open the address that it prints.',
  "start-with-allow-delete": () => 'To delete outputs, run "batch-outputs view --allow-delete".',
  "simplify-pattern": () => "Search for plain text, or use a simpler regular expression.",
  download: () => "Download the file and open it with another program.",
  "read-server-log": () =>
    "Start the viewer again with AZURE_LOG_LEVEL=error to see the cause in its terminal.",
};

/** For content that cannot be decoded. */
export const undecodedNote = "The bytes are shown as they are stored.";

/** Formats a hint as a sentence. */
export function describeHint<A extends Action>(hint: HintOf<A>): string {
  const describe = advice[hint.action] as (hint: HintOf<A>) => string;
  return describe(hint);
}

/** The page's own names for parameters of requests. */
const argumentNames: Readonly<Record<string, string>> = {
  q: "The search text",
  from: "The start of the search",
  lifetimeInMs: "The lifetime of the link",
};

/** Describes an error in a sentence or two: what happened, and what to do. */
export function describeFailure({ reason, hint, argument = "", problem }: ViewerFailure): string {
  const name = argumentNames[argument];
  const sentence = name === undefined || problem === undefined ? reason : `${name} ${problem}.`;
  return hint === undefined ? sentence : `${sentence} ${describeHint(hint)}`;
}
