import type { Command } from "commander";
import { forEachConcurrently } from "../../core/index.js";
import { createPathFilter, type OutputFileReference } from "../../outputs/index.js";
import { confirm } from "../terminal/confirm.js";
import { deleteAll, type DeletingFlags } from "../deleting/delete-all.js";
import { KindTallies } from "../outputs/tallies.js";
import { ExitStatus } from "../errors/exit-status.js";
import { UsageError } from "../errors/usage-error.js";
import { interruptSignal } from "../terminal/interrupts.js";
import {
  addExamples,
  addSelectionFlags,
  createConcurrencyFlag,
  createDryRunFlag,
  createFlag,
  createJsonFlag,
  createYesFlag,
} from "../command-line/flags.js";
import { openSelection, type Selection } from "../selection/open-selection.js";
import { openAccount, requireJob } from "../store/open-store.js";
import { reportNothingFound } from "../suggestions/report-nothing-found.js";
import { writeMessage } from "../terminal/terminal.js";

const about = `Deletes saved outputs of a kind, of the job itself or of the tasks that --task names: all of them, or those whose paths match
a pattern. A pattern without a slash is compared with the file name only. An output that changes after it was listed is not deleted.
Remaining outputs are reported. The records of a task's runs are deleted with its last output.

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
  addSelectionFlags(command, "the job itself");
  addExamples(command, [
    [
      "Show what would be deleted",
      "batch-outputs delete TaskIntermediate --job film-7 --task frame-12 --dry-run",
    ],
    ["Of all tasks", "batch-outputs delete TaskIntermediate --job film-7 --task '*'"],
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
  const selection = openSelection(command, "own");
  selection.job.getOutputStoragePath(kind);
  const isWanted = createPathFilter(patterns, []);
  const touched = new Set<string>();
  let found = 0;
  const list = async function* (): AsyncGenerator<OutputFileReference> {
    for await (const output of selection.list(kind)) {
      if (!isWanted(output.filePath)) continue;
      found += 1;
      if (output.taskId !== undefined) touched.add(output.taskId);
      yield output;
    }
  };
  const what = patterns.length === 0 ? kind : `${kind} ${patterns.join(" ")}`;
  const status = await deleteAll(list, `${what} of ${selection.whose}`, flags);
  if (found === 0) await reportNothingFound(selection, kind);
  if (status === ExitStatus.done && !flags.dryRun) await reportRemaining(selection, touched, found > 0);
  return status;
}

/** Reports the outputs that were not deleted. The records of a task's runs, and times of its logs, are deleted with its last output. */
async function reportRemaining(
  selection: Selection,
  touched: ReadonlySet<string>,
  hasDeleted: boolean,
): Promise<void> {
  const { job, scope, whose } = selection;
  const left = new KindTallies();
  const tasksLeft = new Set<string | undefined>();
  for await (const output of selection.list()) {
    left.count(output);
    tasksLeft.add(output.taskId);
  }
  if (left.size > 0) {
    const kinds = Array.from(left, ([kind, { outputs }]) => `${outputs} ${kind}`).join(", ");
    writeMessage(`Not deleted: ${kinds} of ${whose}.`);
  }
  if (scope === "own" && hasDeleted)
    writeMessage("The outputs of the job's tasks were not touched; --task '*' selects them.");
  const abortSignal = interruptSignal();
  const empty = [...touched].filter((taskId) => !tasksLeft.has(taskId));
  await forEachConcurrently(empty, 16, async (taskId) => {
    const task = job.getTaskOutputStorage(taskId);
    await task.deleteRuns({ abortSignal });
    await task.deleteLineTimes({ abortSignal });
  });
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
