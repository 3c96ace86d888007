import { argumentRangeError, argumentTypeError } from "../core/index.js";
/** Options of `startLocalBatch`. */
export interface StartLocalBatchOptions {
  /**
   * Where state and nodes are; made where it is missing. A service that is started on the folder of a former one goes on
   * where that one stopped. Without it a temporary folder, which goes when the service is closed.
   */
  readonly folder?: string | undefined;
  /** 0, the default, is a free one. */
  readonly port?: number | undefined;
  /** `localbatch` by default. */
  readonly accountName?: string | undefined;
  /** In Base64. By default a random one, kept in the folder for the next start. */
  readonly accountKey?: string | undefined;
  /**
   * The storage account that is linked to the Batch account: what a managed identity and an `autoStorageContainerName`
   * reach. `UseDevelopmentStorage=true` is Azurite. A SAS works without it.
   */
  readonly storageConnectionString?: string | undefined;
  /** A folder that holds application packages as `<application id>/<version>`, a folder, or `<version>.zip`. */
  readonly applicationPackages?: string | undefined;
  /**
   * Where tasks with `containerSettings` run. `"container"`, the default: with podman or docker, and where neither runs on this
   * machine the task fails with `ContainerPoolNotSupported`. `"host"`: their command lines run on this machine as those of any
   * other task, without the image.
   */
  readonly containerTasks?: "container" | "host" | undefined;
  /**
   * Serves HTTPS, with a certificate of its own for 127.0.0.1 and localhost that the folder keeps: clients have to trust
   * `LocalBatch.certificatePath`. Needs the package `selfsigned`. `false` by default.
   */
  readonly tls?: boolean | undefined;
  /**
   * Also takes tokens of Microsoft Entra ID for Azure Batch, as `DefaultAzureCredential` gets them, **without verifying them**:
   * any program on this machine can make one up, and so run commands as the user of this process. For tests of programs that
   * know no key; SDKs send tokens over HTTPS only. `false` by default.
   */
  readonly acceptUnverifiedTokens?: boolean | undefined;
  /** How long processes have for ending by themselves before they are killed; 5,000 by default. */
  readonly terminationGraceInMs?: number | undefined;
}

/** Throws a TypeError or RangeError that names the option. */
export function checkOptions(options: StartLocalBatchOptions): void {
  for (const name of [
    "folder",
    "accountName",
    "accountKey",
    "storageConnectionString",
    "applicationPackages",
  ] as const) {
    const value: unknown = options[name];
    if (value !== undefined && (typeof value !== "string" || value === ""))
      throw argumentTypeError(`options.${name}`, `must be a text that is not empty`);
  }
  for (const name of ["tls", "acceptUnverifiedTokens"] as const) {
    const value: unknown = options[name];
    if (value !== undefined && typeof value !== "boolean")
      throw argumentTypeError(`options.${name}`, "must be true or false");
  }
  const { port = 0, terminationGraceInMs = 0, accountName = "a", accountKey } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw argumentRangeError("options.port", "must be a whole number from 0 to 65535");
  if (typeof terminationGraceInMs !== "number" || !(terminationGraceInMs >= 0))
    throw argumentRangeError("options.terminationGraceInMs", "must be a number of milliseconds from 0 on");
  const { containerTasks = "host" } = options as { readonly containerTasks?: unknown };
  if (containerTasks !== "container" && containerTasks !== "host")
    throw argumentRangeError("options.containerTasks", 'must be "container" or "host"');
  if (!/^[a-z0-9]+$/i.test(accountName))
    throw argumentRangeError("options.accountName", "must be letters and digits");
  // Its text is not shown: it may be a key with a slip of the pen.
  if (accountKey !== undefined && Buffer.from(accountKey, "base64").toString("base64") !== accountKey)
    throw argumentRangeError("options.accountKey", "must be Base64");
}
