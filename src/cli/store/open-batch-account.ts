import { type Command, InvalidArgumentError } from "commander";
import { BatchAccountClient } from "../../batch/index.js";
import { trimSetting } from "../../core/index.js";
import { createEntraIdCredential } from "../../outputs/index.js";
import { UsageError } from "../errors/usage-error.js";
import { createFlag, type StoreFlags } from "../command-line/flags.js";

/** Flags that select the Batch account. Their variables are those of `az batch`. */
export interface BatchAccountFlags {
  readonly batchEndpoint?: string;
  readonly batchAccount?: string;
  readonly batchKey?: string;
  readonly batchApiVersion?: string;
}

/** Adds the flags that select the Batch account. */
export function addBatchAccountFlags(command: Command): Command {
  return command
    .optionsGroup("Batch account:")
    .addOption(
      createFlag(
        "--batch-endpoint <url>",
        "https://<account>.<region>.batch.azure.com, or the endpoint of a local Batch service",
        "AZURE_BATCH_ENDPOINT",
      ),
    )
    .addOption(
      createFlag(
        "--batch-account <name>",
        "name of the account (default: from the endpoint)",
        "AZURE_BATCH_ACCOUNT",
      ),
    )
    .addOption(
      createFlag(
        "--batch-key <key>",
        "key of the account; prefer AZURE_BATCH_ACCESS_KEY. Without a key, Microsoft Entra ID is used",
        "AZURE_BATCH_ACCESS_KEY",
      ),
    )
    .addOption(
      createFlag(
        "--batch-api-version <version>",
        "version of the Batch REST API, for a service that does not support the default (default: 2025-06-01)",
      ).argParser(parseApiVersion),
    );
}

/** Parses a version: a date, followed by a service version in versions before 2025. */
function parseApiVersion(text: string): string {
  const version = trimSetting(text);
  if (/^\d{4}-\d\d-\d\d(?:\.\d+\.\d+)?$/.test(version)) return version;
  throw new InvalidArgumentError("It must be a version of the Batch REST API, such as 2025-06-01.");
}

/** Opens the Batch account that the flags and variables select. */
export function openBatchAccount(command: Command): BatchAccountClient {
  return openByFlags(command.opts<BatchAccountFlags & StoreFlags>());
}

function openByFlags(flags: BatchAccountFlags & StoreFlags): BatchAccountClient {
  const { batchEndpoint, batchAccount, batchKey, batchApiVersion, maxTries, requestTimeout } = flags;
  if (batchEndpoint === undefined) {
    throw new UsageError(
      "Specify the Batch account with AZURE_BATCH_ENDPOINT (https://<account>.<region>.batch.azure.com) or --batch-endpoint.",
    );
  }
  const options = {
    userAgentOptions: { userAgentPrefix: "batch-outputs-cli" },
    ...(batchApiVersion === undefined ? {} : { apiVersion: batchApiVersion }),
    ...(maxTries === undefined ? {} : { retryOptions: { maxRetries: maxTries - 1 } }),
    ...(requestTimeout === undefined ? {} : { progressTimeoutInMs: requestTimeout }),
  };
  if (batchKey === undefined && /^http:/i.test(batchEndpoint)) {
    throw new UsageError(
      "AZURE_BATCH_ACCESS_KEY is not set: an http endpoint, such as that of a local Batch service, requires the key of the account (or --batch-key). Microsoft Entra ID requires https.",
    );
  }
  if (batchKey === undefined)
    return new BatchAccountClient(batchEndpoint, createEntraIdCredential(), options);
  const name = batchAccount ?? /^(?:https:\/\/)?([a-z0-9]+)\.[a-z0-9-]+\.batch\./.exec(batchEndpoint)?.[1];
  if (name === undefined)
    throw new UsageError(
      "Specify the name of the Batch account with AZURE_BATCH_ACCOUNT or --batch-account.",
    );
  return new BatchAccountClient(batchEndpoint, { name, key: batchKey }, options);
}

/** Opens the Batch account if one is given, for commands that do not require it. */
export function openBatchAccountIfNamed(command: Command): BatchAccountClient | undefined {
  const { batchEndpoint } = command.opts<BatchAccountFlags>();
  return batchEndpoint === undefined || batchEndpoint === "" ? undefined : openBatchAccount(command);
}

/** Opens the Batch account that the variables select, if they do, for commands without flags for it. */
export function openBatchAccountOfEnvironment(command: Command): BatchAccountClient | undefined {
  const {
    AZURE_BATCH_ENDPOINT: batchEndpoint = "",
    AZURE_BATCH_ACCOUNT: batchAccount = "",
    AZURE_BATCH_ACCESS_KEY: batchKey = "",
  } = process.env;
  if (batchEndpoint === "") return undefined;
  return openByFlags({
    ...command.opts<StoreFlags>(),
    batchEndpoint,
    ...(batchAccount === "" ? {} : { batchAccount }),
    ...(batchKey === "" ? {} : { batchKey }),
  });
}
