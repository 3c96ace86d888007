/**
 * What to do about an error, as data. The library, the command line and the viewer each have their own text for it,
 * which names an option, a flag or a button.
 */
export type Hint =
  /** Create the job's container before saving. */
  | { readonly action: "prepare-output-storage"; readonly jobId?: string | undefined }
  /**
   * Get a new SAS; `permission` is the permission letter that was missing, if known; with `startTime`, one that has a start
   * time.
   */
  | {
      readonly action: "renew-sas";
      readonly permission?: string | undefined;
      readonly startTime?: boolean | undefined;
    }
  /** Save under another output path, or allow overwriting. */
  | { readonly action: "allow-overwrite" }
  /** Track to another output path, or choose how to treat the existing output. */
  | { readonly action: "choose-on-existing" }
  /** Correct the path of the source file, or allow that it is missing. */
  | { readonly action: "allow-missing-source" }
  /** Save the files in two calls, under different prefixes. */
  | { readonly action: "separate-destinations" }
  /** Use a different destination for each writer, or wait until the other one ends. */
  | { readonly action: "use-another-destination" }
  /** List what exists. */
  | { readonly action: "list"; readonly what: "outputs" | "files" | "tasks" | "jobs" }
  /** Repeat the call, after `afterInMs` milliseconds if known. */
  | { readonly action: "try-again"; readonly afterInMs?: number | undefined }
  /** Give the storage account's name, which its address does not contain. */
  | { readonly action: "name-account" }
  /** State that the storage account has a hierarchical namespace, if it has one. */
  | { readonly action: "state-namespace" }
  /** Correct this machine's clock. */
  | { readonly action: "correct-clock" }
  /** Assign this Azure role to the identity. */
  | { readonly action: "assign-role"; readonly role: string }
  /** Use a valid key of the storage account. */
  | { readonly action: "correct-key" }
  /** Use Microsoft Entra ID, or a user delegation SAS, in place of the account's key. */
  | { readonly action: "use-entra-id" }
  /** Sign in to Microsoft Entra ID, or run under an identity that can. */
  | { readonly action: "sign-in" }
  /** Install this package beside the program. */
  | { readonly action: "install-package"; readonly package: string }
  /** Create a client with the copy of the storage SDK in the bundle, and pass it; or install this package beside the bundle. */
  | { readonly action: "pass-client"; readonly package: string }
  /** Check the storage account's firewall: whether it accepts this network. */
  | { readonly action: "check-firewall" }
  /** Check the proxy that the environment variables name. */
  | { readonly action: "check-proxy" }
  /** Release the lease of the output, or wait until it ends. */
  | { readonly action: "release-lease" }
  /** Move the output from the access tier Archive to an online tier. */
  | { readonly action: "rehydrate" }
  /** Check the address, the network and its firewall. */
  | { readonly action: "check-network" }
  /** Trust the authority of the server's certificate, as that of a proxy or of a local store. */
  | { readonly action: "trust-certificate" }
  /** Start Azurite so that it accepts versions of the API that it does not know, or update it. */
  | { readonly action: "update-azurite" }
  /** Set one of these environment variables. */
  | { readonly action: "set-environment"; readonly variables: readonly string[] };

/** Formats the hint as one sentence for callers of the library. */
export function formatHint(hint: Hint): string {
  switch (hint.action) {
    case "prepare-output-storage":
      return `Call prepareOutputStorage(${hint.jobId === undefined ? "job" : JSON.stringify(hint.jobId)}) on a BatchOutputsClient before saving outputs.`;
    case "renew-sas":
      return formatSasHint(hint);
    case "allow-overwrite":
      return 'Save it under another path, or with options.overwrite "always".';
    case "choose-on-existing":
      return 'Track the file to another path, or with another value of options.onExisting, such as "keep".';
    case "allow-missing-source":
      return "Correct the path, or set options.allowMissingSource if the file may be missing.";
    case "separate-destinations":
      return "Save them in two calls with different options.destinationPrefix.";
    case "use-another-destination":
      return "Use a different destination for each file; if this is an older attempt of the same task, let it end.";
    case "list":
      return `List the ${hint.what} to see which exist.`;
    case "try-again":
      return hint.afterInMs === undefined
        ? "Try again."
        : `Try again in ${Math.ceil(hint.afterInMs / 1000)} s.`;
    case "name-account":
      return "Give its name as options.accountName.";
    case "state-namespace":
      return "If it has one, set options.hierarchicalNamespace.";
    case "correct-clock":
      return "Correct the clock.";
    case "assign-role":
      return `Assign the role "${hint.role}" to the identity.`;
    case "correct-key":
      return "Use a key of this account that is valid now.";
    case "use-entra-id":
      return "Use Microsoft Entra ID (a token credential), or a user delegation SAS.";
    case "sign-in":
      return "Run `az login` on a machine of yours; on Azure, use a managed identity, whose client id is in AZURE_CLIENT_ID if there are several. The cause of this error lists the credentials that were tried.";
    case "install-package":
      return `Install it: npm install ${hint.package}.`;
    case "pass-client":
      return `A bundle has the storage SDK inside: create a BlobServiceClient or ContainerClient in the program, pass it to the constructor, and use it; or install ${hint.package} beside the bundle.`;
    case "check-firewall":
      return "Check the networks that the firewall of the storage account accepts, and its private endpoints.";
    case "check-proxy":
      return "Check the proxy that HTTPS_PROXY, HTTP_PROXY or ALL_PROXY names; NO_PROXY excludes hosts from it.";
    case "release-lease":
      return "Release or break the lease, or wait until it ends.";
    case "rehydrate":
      return "Rehydrate it with setTier, and wait until that is done.";
    case "check-network":
      return "Check the address, the network and the firewall, and that a local service is running.";
    case "trust-certificate":
      return "If a proxy or a local store has a certificate of its own, set NODE_EXTRA_CA_CERTS to the path of its authority's certificate (PEM) before the program starts.";
    case "update-azurite":
      return "Start Azurite with --skipApiVersionCheck, or install a newer Azurite.";
    case "set-environment":
      return `Set ${hint.variables.join(" or ")}.`;
  }
}

function formatSasHint({ startTime, permission }: Extract<Hint, { action: "renew-sas" }>): string {
  if (startTime === true)
    return "Get a SAS with options.startsOn, some minutes back, from getOutputStorageContainerUrl.";
  return permission === undefined
    ? "Get a new SAS with getOutputStorageContainerUrl."
    : `Get a SAS with the permission "${permission}" from getOutputStorageContainerUrl.`;
}
