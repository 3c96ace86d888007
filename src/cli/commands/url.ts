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

const about = `Prints the URL of the output container of a job with a SAS. It is a secret: everyone who has it has its permissions.

Tasks can save and read outputs with the URL alone: pass it to them as the environment setting
AZURE_BATCH_OUTPUTS_CONTAINER_URL. Except for \`output-files --with-sas\`, no other command prints a secret.`;

interface UrlFlags {
  readonly lifetime: number;
  readonly permissions: string;
  readonly startsAgo?: number;
  readonly ip?: string;
  readonly accountName?: string;
  readonly policy?: string;
  readonly task?: string;
  readonly hierarchicalNamespace?: boolean;
  readonly user?: string;
  readonly json?: boolean;
}

/** `batch-outputs url`: prints a container URL with a SAS. */
export function url(command: Command): void {
  command.description(about);
  addSasFlags(command);
  addTaskFlags(command);
  addJobFlags(command, "account");
  addExamples(command, [
    ["For the job's tasks", "batch-outputs url --job film-7 --lifetime 2d"],
    [
      "For one task, in an account with a hierarchical namespace",
      "batch-outputs url --job film-7 --task frame-01",
    ],
    ["With the times of a stored access policy", "batch-outputs url --job film-7 --policy tasks"],
    ["For reading only", "batch-outputs url --job film-7 --permissions rl --lifetime 1h"],
    [
      "For the following commands",
      'export AZURE_BATCH_OUTPUTS_CONTAINER_URL="$(batch-outputs url --job film-7)"',
    ],
  ]);
  command.action(() => printUrl(command));
}

function addSasFlags(command: Command): void {
  command
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
    .addOption(
      createFlag(
        "--policy <id>",
        "stored access policy of the container that sets permissions and times in place of the flags; requires the account's key",
      ).conflicts(["permissions", "lifetime", "startsAgo"]),
    )
    .addOption(
      createFlag(
        "--user <object-id>",
        "only user of Microsoft Entra ID who may use the URL, with a token; requires Microsoft Entra ID",
      ),
    )
    .addOption(createJsonFlag());
}

/** The flags of a URL for one task. */
function addTaskFlags(command: Command): void {
  command
    .optionsGroup("Job and task:")
    .addOption(
      createFlag(
        "-t, --task <id>",
        "limit the URL to the outputs of this task; requires a hierarchical namespace",
      ),
    )
    .addOption(
      createFlag(
        "--hierarchical-namespace",
        "with --task: the account has a hierarchical namespace; by default this is requested from the account",
      ),
    );
}

async function printUrl(command: Command): Promise<void> {
  const {
    lifetime: lifetimeInMs,
    permissions,
    startsAgo,
    ip,
    accountName,
    policy: policyId,
    task: taskId,
    hierarchicalNamespace,
    user: userObjectId,
    json = false,
  } = command.opts<UrlFlags>();
  const jobId = requireJob(command);
  const containerUrl = await openAccount(command).getOutputStorageContainerUrl(jobId, {
    lifetimeInMs,
    permissions,
    accountName,
    policyId,
    taskId,
    hierarchicalNamespace,
    userObjectId,
    ...(startsAgo === undefined ? {} : { startsOn: new Date(Date.now() - startsAgo) }),
    ...(ip === undefined ? {} : { ipRange: parseIpRange(ip) }),
    abortSignal: interruptSignal(),
  });
  const { searchParams } = new URL(containerUrl);
  const expiresOn = searchParams.get("se") ?? undefined;
  // Undefined for a stored access policy, because then the URL does not contain the permissions.
  const granted = searchParams.get("sp") ?? undefined;
  const described = { jobId, taskId, containerUrl, expiresOn, permissions: granted, policyId };
  await print(`${json ? formatJson(described) : containerUrl}\n`);
}

function parseIpRange(text: string): { start: string; end?: string } {
  const [start = "", end] = text.split("-", 2);
  return end === undefined ? { start } : { start, end };
}
