/**
 * What to do about an error, as data: the library, the command line and the page each word it for their reader
 * (an option's name, a flag, a button).
 */
export type Hint =
  /** Create the job's container before saving. */
  | { readonly action: "prepare-output-storage"; readonly jobId?: string | undefined }
  /** Get a new SAS; `permission` names letters that it needs, where one was missing. */
  | { readonly action: "renew-sas"; readonly permission?: string | undefined }
  /** Save under another output path, or allow overwriting. */
  | { readonly action: "allow-overwrite" }
  /** Save the files in two calls, under different prefixes. */
  | { readonly action: "separate-destinations" }
  /** Give each writer a destination of its own, or let the other one end. */
  | { readonly action: "use-another-destination" }
  /** List what there is. */
  | { readonly action: "list"; readonly what: "outputs" | "files" | "tasks" | "jobs" }
  /** Run the same call again; after a while where `afterInMs` is known. */
  | { readonly action: "try-again"; readonly afterInMs?: number | undefined }
  /** Give the storage account's name, which its address does not tell. */
  | { readonly action: "name-account" }
  /** Correct this machine's clock. */
  | { readonly action: "correct-clock" }
  /** Get this Azure role for the identity. */
  | { readonly action: "assign-role"; readonly role: string }
  /** Check the address, the network and its firewall. */
  | { readonly action: "check-network" }
  /** Set one of these environment variables. */
  | { readonly action: "set-environment"; readonly variables: readonly string[] };

/** The hint in the library's words: a sentence for whoever calls it from a program. */
export function hintText(hint: Hint): string {
  switch (hint.action) {
    case "prepare-output-storage":
      return `Call prepareOutputStorage(${hint.jobId === undefined ? "job" : JSON.stringify(hint.jobId)}) on a BatchOutputsClient before outputs are saved.`;
    case "renew-sas":
      return hint.permission === undefined
        ? "Get a new one with getOutputStorageContainerUrl."
        : `Get one with the permission "${hint.permission}" from getOutputStorageContainerUrl.`;
    case "allow-overwrite":
      return 'Save it under another path, or with options.overwrite "always".';
    case "separate-destinations":
      return "Save them in two calls with different options.destinationPrefix.";
    case "use-another-destination":
      return "Give each file a destination of its own; if this is an older attempt of the same task, let it end.";
    case "list":
      return `List the ${hint.what} to see what there is.`;
    case "try-again":
      return hint.afterInMs === undefined
        ? "Try again."
        : `Try again in ${Math.ceil(hint.afterInMs / 1000)} s.`;
    case "name-account":
      return "Give its name as options.accountName.";
    case "correct-clock":
      return "Correct the clock.";
    case "assign-role":
      return `Assign the role "${hint.role}" to the identity.`;
    case "check-network":
      return "Check the address, the network and its firewall; for a local service, that it is running.";
    case "set-environment":
      return `Set ${hint.variables.join(" or ")}.`;
  }
}
