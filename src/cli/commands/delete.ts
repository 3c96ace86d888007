import type { Command } from "commander";
import {
  type OutputFileReference,
  createPathFilter,
  type OutputStorage,
  TaskOutputStorage,
} from "../../outputs/index.js";
import { confirm } from "../terminal/confirm.js";
import { deleteAll, type DeletingFlags } from "../deleting/delete-all.js";
import { describeStorage } from "../outputs/describe.js";
import { KindTallies } from "../outputs/tallies.js";
import { ExitStatus } from "../errors/exit-status.js";
import { UsageError } from "../errors/usage-error.js";
import { interruptSignal } from "../terminal/interrupts.js";
import {
  addExamples,
  addTaskFlags,
  createConcurrencyFlag,
  createDryRunFlag,
  createFlag,
  createJsonFlag,
  createYesFlag,
} from "../command-line/flags.js";
import { openAccount, openOutputs, requireJob } from "../store/open-store.js";
import { writeMessage } from "../terminal/terminal.js";

const about = `Deletes saved outputs of a kind: all of them, or those whose paths match a pattern. A pattern without a slash is
compared with the file name only. An output that changes after it was listed is not deleted.

Asks for confirmation on a terminal; without a terminal, --yes is required. Deleting requires the permission "d", which
the SAS of a task usually does not have.`;

interface DeleteFlags extends DeletingFlags {
  readonly wholeJob?: boolean;
}

/** `batch-outputs delete`: deletes saved outputs. */
export function deleteOutputs(command: Command): void {
  command
    .description(about)
    .argument("[kind]", "output kind")
    .argument("[patterns...]", "output paths and globs (default: all outputs of the kind)")
    .addOption(
      createFlag("--whole-job", "delete the container of the job, with all outputs of the job and its tasks"),
    )
    .addOption(createDryRunFlag())
    .addOption(createYesFlag())
    .addOption(createConcurrencyFlag("outputs"))
    .addOption(createJsonFlag());
  addTaskFlags(command);
  addExamples(command, [
    [
      "Show what would be deleted",
      "batch-outputs delete TaskIntermediate --job film-7 --task frame-12 --dry-run",
    ],
    ["One output", "batch-outputs delete TaskOutput results/old.csv --job film-7 --task frame-12"],
    ["Everything of a job, without asking", "batch-outputs delete --whole-job --job film-7 --yes"],
  ]);
  command.action(async (kind: string | undefined, patterns: readonly string[]) => {
    const flags = command.opts<DeleteFlags>();
    process.exitCode = flags.wholeJob
      ? await deleteJob(command, kind, flags)
      : await deleteKind(command, kind, patterns, flags);
  });
}

async function deleteKind(
  command: Command,
  kind: string | undefined,
  patterns: readonly string[],
  flags: DeleteFlags,
): Promise<number> {
  if (kind === undefined) throw new UsageError("Specify the output kind, or --whole-job.");
  const storage = openOutputs(command);
  storage.getOutputStoragePath(kind);
  const isWanted = createPathFilter(patterns, []);
  const list = async function* (): AsyncGenerator<OutputFileReference> {
    for await (const output of storage.listOutputs(kind, { abortSignal: interruptSignal() })) {
      if (isWanted(output.filePath)) yield output;
    }
  };
  const selection = patterns.length === 0 ? kind : `${kind} ${patterns.join(" ")}`;
  const status = await deleteAll(list, `${selection} of ${describeStorage(storage)}`, flags);
  if (status === ExitStatus.done && !flags.dryRun) await reportWhatIsLeft(storage);
  return status;
}

/** Reports the outputs that were not deleted. The records of a task's runs are deleted with its last output. */
async function reportWhatIsLeft(storage: OutputStorage<string>): Promise<void> {
  const abortSignal = interruptSignal();
  const left = new KindTallies();
  for await (const output of storage.listOutputs(undefined, { abortSignal })) left.count(output);
  if (left.size > 0) {
    const kinds = Array.from(left, ([kind, { outputs }]) => `${outputs} ${kind}`).join(", ");
    writeMessage(`Not deleted: ${kinds} of ${describeStorage(storage)}.`);
  } else if (storage instanceof TaskOutputStorage) await storage.deleteRuns({ abortSignal });
}

async function deleteJob(
  command: Command,
  kind: string | undefined,
  { dryRun, yes }: DeleteFlags,
): Promise<number> {
  if (kind !== undefined)
    throw new UsageError("--whole-job deletes all kinds: it cannot be used with a kind.");
  const job = requireJob(command);
  const account = openAccount(command);
  const containerName = account.getJobOutputStorage(job).storeContainer.name;
  if (dryRun) {
    writeMessage(`Would delete container ${containerName} with all outputs of job ${job} and its tasks.`);
    return ExitStatus.done;
  }
  if (
    !(await confirm(`Delete container ${containerName} with all outputs of job ${job} and its tasks?`, yes))
  ) {
    writeMessage("Nothing was deleted.");
    return ExitStatus.failed;
  }
  const existed = await account.deleteOutputStorage(job, { abortSignal: interruptSignal() });
  writeMessage(
    existed ? `Deleted all outputs of job ${job}.` : `Nothing to delete: job ${job} has no output container.`,
  );
  return ExitStatus.done;
}
