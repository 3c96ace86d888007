import { type Command, InvalidArgumentError } from "commander";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { type LocalBatch, startLocalBatch } from "../../local-batch/index.js";
import { trimSetting } from "../../core/index.js";
import { interruptSignal } from "../terminal/interrupts.js";
import { formatJson } from "../terminal/json-lines.js";
import { type Azurite, startAzurite } from "../local/azurite.js";
import { requireStorage } from "../local/require-storage.js";
import { addExamples, createFlag } from "../command-line/flags.js";
import { print, writeMessage } from "../terminal/terminal.js";
import { quoteForShell } from "../terminal/quote-for-shell.js";

const about = `Runs an Azure Batch service, together with Azurite, on this machine until Ctrl-C. Programs that use Azure Batch run
against it unchanged: pools are folders, and tasks are processes.

The service runs the commands of anyone who has the account key, as your user. It listens on 127.0.0.1 only and refuses
requests that are not signed with the key.

It prints environment variables for clients and this program, for use in a shell. With --json, it prints one object with
the members endpoint, accountName, accountKey, storageConnectionString and folder, and certificatePath with --tls. When it is started again with the same
folder, it continues where it stopped.`;

const storageVariable = "AZURE_STORAGE_CONNECTION_STRING";

interface LocalFlags {
  readonly folder: string;
  readonly port: number;
  readonly azuritePort: number;
  readonly connectionString?: string;
  readonly applicationPackages?: string;
  readonly tls?: boolean;
  readonly acceptUnverifiedTokens?: boolean;
  readonly json?: boolean;
}

/** `batch-outputs local`: an Azure Batch service on this machine. */
export function local(command: Command): void {
  command
    .description(about)
    .addOption(createFlag("--folder <path>", "folder for state, nodes and blobs").default(".local-batch"))
    .addOption(createFlag("--port <n>", "port to listen on").argParser(parsePort).default(0, "a free one"))
    .addOption(
      createFlag(
        "--connection-string <text>",
        `storage account to use instead of Azurite; prefer ${storageVariable}`,
        storageVariable,
      ).argParser(trimSetting),
    )
    .addOption(
      createFlag("--azurite-port <n>", "port of Azurite").argParser(parsePort).default(0, "a free one"),
    )
    .addOption(
      createFlag("--application-packages <path>", "folder with application packages: <id>/<version> or .zip"),
    )
    .addOption(createFlag("--tls", "serve HTTPS with a certificate of its own, which clients have to trust"))
    .addOption(
      createFlag(
        "--accept-unverified-tokens",
        "also accept Microsoft Entra ID tokens, without verifying them: any local program can make one up",
      ),
    )
    .addOption(createFlag("--json", "print one JSON object"));
  addExamples(command, [
    ["In one terminal", "batch-outputs local"],
    [
      "On fixed ports, for tasks that continue after a restart",
      "batch-outputs local --port 8450 --azurite-port 10000",
    ],
    ["In a script", "batch-outputs local --json > local.json &"],
  ]);
  command.action(async () => {
    const isFromFlag = command.getOptionValueSource("connectionString") === "cli";
    await serve(command.opts<LocalFlags>(), isFromFlag ? "--connection-string" : storageVariable);
  });
}

/** @param storageSource - The flag or the variable that names the storage account, if one is given. */
async function serve(flags: LocalFlags, storageSource: string): Promise<void> {
  // Before anything is started or created.
  if (process.platform === "win32")
    throw new Error(
      "The local Batch service runs tasks as process groups, which Windows does not have. Run it on Linux.",
    );
  const abortSignal = interruptSignal();
  if (flags.connectionString !== undefined)
    await requireStorage(flags.connectionString, storageSource, abortSignal);
  const folder = resolve(flags.folder);
  const azurite =
    flags.connectionString === undefined
      ? await startAzurite({ folder: join(folder, "azurite"), port: flags.azuritePort })
      : undefined;
  try {
    const storageConnectionString = azurite?.connectionString ?? flags.connectionString ?? "";
    const { port, applicationPackages } = flags;
    const { tls, acceptUnverifiedTokens } = flags;
    const service = await startLocalBatch({
      folder,
      port,
      storageConnectionString,
      applicationPackages,
      tls,
      acceptUnverifiedTokens,
    });
    try {
      await printSettings(service, storageConnectionString, flags);
      await waitUntilStopped(abortSignal, azurite);
    } finally {
      await service.close();
    }
  } finally {
    await azurite?.stop();
  }
}

async function printSettings(
  service: LocalBatch,
  storageConnectionString: string,
  flags: LocalFlags,
): Promise<void> {
  const { endpoint, accountName, accountKey, folder, certificatePath } = service;
  if (flags.json) {
    const ready = { endpoint, accountName, accountKey, storageConnectionString, folder };
    await print(`${formatJson({ ...ready, ...(certificatePath !== undefined && { certificatePath }) })}\n`);
    return;
  }
  const variables = {
    AZURE_BATCH_ENDPOINT: endpoint,
    AZURE_BATCH_ACCOUNT: accountName,
    AZURE_BATCH_ACCESS_KEY: accountKey,
    AZURE_STORAGE_CONNECTION_STRING: storageConnectionString,
    ...(certificatePath !== undefined && { NODE_EXTRA_CA_CERTS: certificatePath }),
  };
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}=${quoteForShell(value)}\n`);
  await print(lines.join(""));
  const storage = flags.connectionString === undefined ? "Azurite" : "the given storage account";
  if (flags.acceptUnverifiedTokens === true)
    writeMessage(
      "Tokens are accepted without verification: any program on this machine can run commands as your user.",
    );
  writeMessage(
    `Azure Batch is running with ${storage}; its files are in ${folder}. Anyone who has the key can run commands as your user. ` +
      "Ctrl-C stops it and its tasks.",
  );
}

async function waitUntilStopped(abortSignal: AbortSignal, azurite: Azurite | undefined): Promise<void> {
  if (abortSignal.aborted) return;
  const stopped = once(abortSignal, "abort").then(() => true);
  if (await Promise.race(azurite ? [stopped, azurite.ended.then(() => false)] : [stopped])) return;
  throw new Error(
    "Azurite has ended, so tasks cannot save outputs. Start the command again; the log of Azurite is in the folder of its blobs.",
  );
}

function parsePort(value: string): number {
  if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return Number(value);
  throw new InvalidArgumentError("It must be a port number from 0 to 65535. 0 selects a free port.");
}
