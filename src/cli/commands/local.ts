import { type Command, InvalidArgumentError } from "commander";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { type LocalBatch, startLocalBatch } from "../../local-batch/index.js";
import { interruptSignal } from "../terminal/interrupts.js";
import { jsonLine } from "../terminal/json-lines.js";
import { type Azurite, startAzurite } from "../local/azurite.js";
import { addExamples, flag } from "../command-line/flags.js";
import { print, say } from "../terminal/terminal.js";

const about = `Runs an Azure Batch service on this machine until Ctrl-C, with Azurite beside it: programs that use Azure Batch run
against it as they are. Pools are folders, and tasks are processes.

It runs the commands of whoever has the account's key, as you: that is what it is for. It listens on this machine alone
(127.0.0.1), and answers nothing that is not signed with the key.

It prints the variables that clients and this program read, ready to paste into a shell; with --json, one object: endpoint,
accountName, accountKey, storageConnectionString, folder. Started on the same folder again, it goes on where it stopped.`;

interface LocalFlags {
  readonly folder: string;
  readonly port: number;
  readonly azuritePort: number;
  readonly connectionString?: string;
  readonly applicationPackages?: string;
  readonly json?: boolean;
}

/** `batch-outputs local`: an Azure Batch service on this machine. */
export function local(command: Command): void {
  command
    .description(about)
    .addOption(flag("--folder <path>", "keep state, nodes and blobs here").default(".local-batch"))
    .addOption(flag("--port <n>", "listen on this port").argParser(portNumber).default(0, "a free one"))
    .addOption(
      flag(
        "--connection-string <text>",
        "of the storage account in place of Azurite; better given by the variable",
        "AZURE_STORAGE_CONNECTION_STRING",
      ),
    )
    .addOption(flag("--azurite-port <n>", "Azurite's").argParser(portNumber).default(0, "a free one"))
    .addOption(
      flag("--application-packages <path>", "a folder with application packages: <id>/<version> or .zip"),
    )
    .addOption(flag("--json", "print one JSON object"));
  addExamples(command, [
    ["In one terminal", "batch-outputs local"],
    [
      "On ports that stay, for tasks that outlive a restart",
      "batch-outputs local --port 8450 --azurite-port 10000",
    ],
    ["In a script", "batch-outputs local --json > local.json &"],
  ]);
  command.action(async () => {
    await serve(command.opts<LocalFlags>());
  });
}

async function serve(flags: LocalFlags): Promise<void> {
  const abortSignal = interruptSignal();
  const folder = resolve(flags.folder);
  const azurite =
    flags.connectionString === undefined
      ? await startAzurite({ folder: join(folder, "azurite"), port: flags.azuritePort })
      : undefined;
  try {
    const storageConnectionString = azurite?.connectionString ?? flags.connectionString ?? "";
    const { port, applicationPackages } = flags;
    const service = await startLocalBatch({ folder, port, storageConnectionString, applicationPackages });
    try {
      await tell(service, storageConnectionString, flags);
      await untilStopped(abortSignal, azurite);
    } finally {
      await service.close();
    }
  } finally {
    await azurite?.stop();
  }
}

async function tell(service: LocalBatch, storageConnectionString: string, flags: LocalFlags): Promise<void> {
  const { endpoint, accountName, accountKey, folder } = service;
  if (flags.json) {
    await print(`${jsonLine({ endpoint, accountName, accountKey, storageConnectionString, folder })}\n`);
    return;
  }
  const variables = {
    AZURE_BATCH_ENDPOINT: endpoint,
    AZURE_BATCH_ACCOUNT: accountName,
    AZURE_BATCH_ACCESS_KEY: accountKey,
    AZURE_STORAGE_CONNECTION_STRING: storageConnectionString,
  };
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}=${quoted(value)}\n`);
  await print(lines.join(""));
  const storage = flags.connectionString === undefined ? "Azurite" : "the storage account that is given";
  say(
    `Azure Batch runs here, with ${storage}; everything is in ${folder}. Whoever has the key runs commands as you. ` +
      "Ctrl-C stops it and its tasks.",
  );
}

async function untilStopped(abortSignal: AbortSignal, azurite: Azurite | undefined): Promise<void> {
  if (abortSignal.aborted) return;
  const stopped = once(abortSignal, "abort").then(() => true);
  if (await Promise.race(azurite ? [stopped, azurite.ended.then(() => false)] : [stopped])) return;
  throw new Error(
    "Azurite has ended, so that no task can save anything. Start again; its log is where it keeps its blobs.",
  );
}

/** For a shell of Unix. */
function quoted(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}

function portNumber(value: string): number {
  if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return Number(value);
  throw new InvalidArgumentError("It must be the number of a port: 0 to 65535, and 0 is a free one.");
}
