import type { Command } from "commander";
import { BatchAccountClient } from "../../batch/index.js";
import { entraIdCredential } from "../../outputs/index.js";
import { UsageError } from "../errors/usage-error.js";
import { flag } from "../command-line/flags.js";

/** Which Batch account, under the variables that `az batch` has. */
interface BatchAccountFlags {
  readonly batchEndpoint?: string;
  readonly batchAccount?: string;
  readonly batchKey?: string;
}

/** Adds the flags that name the Batch account. */
export function addBatchAccountFlags(command: Command): Command {
  return command
    .optionsGroup("The Batch account:")
    .addOption(
      flag(
        "--batch-endpoint <url>",
        "https://<account>.<region>.batch.azure.com, or that of a local Batch service",
        "AZURE_BATCH_ENDPOINT",
      ),
    )
    .addOption(flag("--batch-account <name>", "by default the endpoint's first word", "AZURE_BATCH_ACCOUNT"))
    .addOption(
      flag(
        "--batch-key <key>",
        "the account's key; better given by the variable. Without it, Microsoft Entra ID",
        "AZURE_BATCH_ACCESS_KEY",
      ),
    );
}

/** The Batch account that flags and variables tell of. */
export function openBatchAccount(command: Command): BatchAccountClient {
  const { batchEndpoint, batchAccount, batchKey } = command.opts<BatchAccountFlags>();
  if (batchEndpoint === undefined) {
    throw new UsageError(
      "Which Batch account? Set AZURE_BATCH_ENDPOINT (https://<account>.<region>.batch.azure.com), or say --batch-endpoint.",
    );
  }
  const options = { userAgentOptions: { userAgentPrefix: "batch-outputs-cli" } };
  if (batchKey === undefined) return new BatchAccountClient(batchEndpoint, entraIdCredential(), options);
  const name = batchAccount ?? /^(?:https:\/\/)?([a-z0-9]+)\.[a-z0-9-]+\.batch\./.exec(batchEndpoint)?.[1];
  if (name === undefined)
    throw new UsageError("Whose key is it? Set AZURE_BATCH_ACCOUNT, or say --batch-account.");
  return new BatchAccountClient(batchEndpoint, { name, key: batchKey }, options);
}
