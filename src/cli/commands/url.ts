import type { Command } from "commander";
import { interruptSignal } from "../terminal/interrupts.js";
import { formatJson } from "../terminal/json-lines.js";
import {
  addExamples,
  addJobFlags,
  parseDurationFlag,
  createFlag,
  createJsonFlag,
} from "../command-line/flags.js";
import { openAccount, requireJob } from "../store/open-store.js";
import { print } from "../terminal/terminal.js";

const about = `Prints the URL of the output container of a job with a SAS. It is a secret: anyone who has it can do what it permits.

Tasks can save and read outputs with the URL alone: pass it to them as the environment setting
AZURE_BATCH_OUTPUTS_CONTAINER_URL. Except for \`output-files --with-sas\`, no other command prints a secret.`;

interface UrlFlags {
  readonly lifetime: number;
  readonly permissions: string;
  readonly startsAgo?: number;
  readonly ip?: string;
  readonly accountName?: string;
  readonly json?: boolean;
}

/** `batch-outputs url`: prints a container URL with a SAS. */
export function url(command: Command): void {
  command
    .description(about)
    .addOption(
      createFlag(
        "--lifetime <duration>",
        "lifetime of the SAS, including the time that tasks wait in the queue",
      )
        .argParser(parseDurationFlag)
        .default(7 * 24 * 3_600_000, "7d"),
    )
    .addOption(
      createFlag(
        "--permissions <letters>",
        "permissions of the SAS: read, add, create, write, list, delete, tags",
      ).default("racwl", "racwl"),
    )
    .addOption(
      createFlag(
        "--starts-ago <duration>",
        "start of the SAS before now, for accounts that require a start; none by default",
      ).argParser(parseDurationFlag),
    )
    .addOption(
      createFlag("--ip <address[-address]>", "IPv4 address, or range of addresses, that may use the URL"),
    )
    .addOption(
      createFlag(
        "--account-name <name>",
        "storage account's name, if its address does not contain it (custom domain)",
      ),
    )
    .addOption(createJsonFlag());
  addJobFlags(command, "account");
  addExamples(command, [
    ["For the job's tasks", "batch-outputs url --job film-7 --lifetime 2d"],
    ["For reading only", "batch-outputs url --job film-7 --permissions rl --lifetime 1h"],
    [
      "For the following commands",
      'export AZURE_BATCH_OUTPUTS_CONTAINER_URL="$(batch-outputs url --job film-7)"',
    ],
  ]);
  command.action(() => printUrl(command));
}

async function printUrl(command: Command): Promise<void> {
  const {
    lifetime: lifetimeInMs,
    permissions,
    startsAgo,
    ip,
    accountName,
    json = false,
  } = command.opts<UrlFlags>();
  const jobId = requireJob(command);
  const containerUrl = await openAccount(command).getOutputStorageContainerUrl(jobId, {
    lifetimeInMs,
    permissions,
    accountName,
    ...(startsAgo === undefined ? {} : { startsOn: new Date(Date.now() - startsAgo) }),
    ...(ip === undefined ? {} : { ipRange: parseIpRange(ip) }),
    abortSignal: interruptSignal(),
  });
  const expiresOn = new URL(containerUrl).searchParams.get("se") ?? undefined;
  await print(`${json ? formatJson({ jobId, containerUrl, expiresOn, permissions }) : containerUrl}\n`);
}

function parseIpRange(text: string): { start: string; end?: string } {
  const [start = "", end] = text.split("-", 2);
  return end === undefined ? { start } : { start, end };
}
