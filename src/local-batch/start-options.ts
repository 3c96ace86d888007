import { argumentRangeError, argumentTypeError } from "../core/index.js";
/** Options of `startLocalBatch`. */
export interface StartLocalBatchOptions {
  /**
   * The folder of the service's state and nodes, created if missing. A service that is started with the folder of an earlier
   * one continues from its state. By default a temporary folder, which is deleted when the service is closed.
   */
  readonly folder?: string | undefined;
  /** The port to listen on. 0, the default, chooses a free one. */
  readonly port?: number | undefined;
  /** The name of the Batch account; `localbatch` by default. */
  readonly accountName?: string | undefined;
  /** The key of the account, in Base64. By default a random key, which the folder keeps for the next start. */
  readonly accountKey?: string | undefined;
  /**
   * The connection string of the storage account that is linked to the Batch account. It is used for managed identities and
   * `autoStorageContainerName`; container URLs with a SAS do not need it. `UseDevelopmentStorage=true` is Azurite.
   */
  readonly storageConnectionString?: string | undefined;
  /** A folder with application packages: `<application id>/<version>` is a folder, or `<version>.zip`. */
  readonly applicationPackages?: string | undefined;
  /**
   * How tasks with `containerSettings` run. With `"container"`, the default, they run in podman or docker; if neither runs on
   * this machine, the task fails with `ContainerPoolNotSupported`. With `"host"`, their command lines run on this machine like
   * those of other tasks, without the image.
   */
  readonly containerTasks?: "container" | "host" | undefined;
  /**
   * Serves HTTPS with a self-signed certificate for 127.0.0.1 and localhost, which the folder keeps. Clients must trust
   * `LocalBatch.certificatePath`. Requires the package `selfsigned`. `false` by default.
   */
  readonly tls?: boolean | undefined;
  /**
   * Also accepts Microsoft Entra ID tokens for Azure Batch, as `DefaultAzureCredential` gets them, **without verifying them**:
   * any program on this machine can forge one, and run commands as the user of this process. For tests of programs that use
   * no key; SDKs send tokens only over HTTPS. `false` by default.
   */
  readonly acceptUnverifiedTokens?: boolean | undefined;
  /** The time that processes have to end after SIGTERM before they are killed; 5,000 by default. */
  readonly terminationGraceInMs?: number | undefined;
}

/** @throws Error on Windows, before anything is created. */
export function requireProcessGroups(): void {
  if (process.platform === "win32")
    throw new Error("The local Batch service runs tasks as process groups, which Windows does not have.");
}

/** @throws TypeError or RangeError that names the option. */
export function requireOptions(options: StartLocalBatchOptions): void {
  for (const name of [
    "folder",
    "accountName",
    "accountKey",
    "storageConnectionString",
    "applicationPackages",
  ] as const) {
    const value: unknown = options[name];
    if (value !== undefined && (typeof value !== "string" || value === ""))
      throw argumentTypeError(`options.${name}`, `must be a non-empty string`);
  }
  for (const name of ["tls", "acceptUnverifiedTokens"] as const) {
    const value: unknown = options[name];
    if (value !== undefined && typeof value !== "boolean")
      throw argumentTypeError(`options.${name}`, "must be true or false");
  }
  const { port = 0, terminationGraceInMs = 0, accountName = "a", accountKey } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw argumentRangeError("options.port", "must be an integer from 0 to 65535");
  if (typeof terminationGraceInMs !== "number" || !(terminationGraceInMs >= 0))
    throw argumentRangeError("options.terminationGraceInMs", "must be a number of milliseconds, 0 or more");
  const { containerTasks = "host" } = options as { readonly containerTasks?: unknown };
  if (containerTasks !== "container" && containerTasks !== "host")
    throw argumentRangeError("options.containerTasks", 'must be "container" or "host"');
  if (!/^[a-z0-9]+$/i.test(accountName))
    throw argumentRangeError("options.accountName", "must be letters and digits");
  // The value is not shown: it may be a key with a typing error.
  if (accountKey !== undefined && Buffer.from(accountKey, "base64").toString("base64") !== accountKey)
    throw argumentRangeError("options.accountKey", "must be Base64");
}
