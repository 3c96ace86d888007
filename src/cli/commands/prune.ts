import type { Command } from "commander";
import type { JobOutputStorage, OutputFileReference } from "../../outputs/index.js";
import { deleteAll, type DeletingFlags } from "../deleting/delete-all.js";
import { formatDuration } from "../terminal/formats.js";
import { suggestKind } from "../suggestions/suggest.js";
import { writeMessage } from "../terminal/terminal.js";
import { interruptSignal } from "../terminal/interrupts.js";
import {
  addExamples,
  addJobFlags,
  addTaskFilterFlag,
  collectValues,
  createConcurrencyFlag,
  createDryRunFlag,
  parseDurationFlag,
  createFlag,
  createJsonFlag,
  createYesFlag,
} from "../command-line/flags.js";
import { isStorageGone } from "../errors/is-storage-gone.js";
import { openAccount, openJob } from "../store/open-store.js";
import { pruneRecords } from "../deleting/prune-records.js";
import { ExitStatus } from "../errors/exit-status.js";
import { UsageError } from "../errors/usage-error.js";
import { selectOfJob } from "../selection/open-selection.js";

const about = `Deletes outputs of a kind, of a job and all its tasks, that were last written before a given time. A log is as old as
its last part.

The records of the runs of tasks are kept, because they are small and needed to find out later why tasks failed. --run-records deletes
old ones as well, or only these without --kind. They are always deleted with the job's container.

Asks for confirmation on a terminal; without a terminal, --yes is required. An output that changes after it was listed
is not deleted. Ages are the difference between the clock of this machine and the times of the service.`;

interface PruneFlags extends DeletingFlags {
  readonly olderThan: number;
  readonly kind?: readonly string[];
  readonly task?: readonly string[];
  readonly runRecords?: boolean;
  readonly allJobs?: boolean;
}

/** `batch-outputs prune`: deletes old outputs of a kind. */
export function prune(command: Command): void {
  command
    .description(about)
    .addOption(
      createFlag("--older-than <duration>", "minimum age, such as 30d, 12h or 1h30m")
        .argParser(parseDurationFlag)
        .makeOptionMandatory(),
    )
    .addOption(createFlag("-k, --kind <kind>", "output kind; can be repeated").argParser(collectValues))
    .addOption(createFlag("--run-records", "old records of the runs of tasks"))
    .addOption(createFlag("--all-jobs", "prune all jobs of the storage account"))
    .addOption(createDryRunFlag())
    .addOption(createYesFlag())
    .addOption(createConcurrencyFlag("outputs"))
    .addOption(createJsonFlag());
  addTaskFilterFlag(command);
  addJobFlags(command);
  addExamples(command, [
    [
      "Show what would be deleted",
      "batch-outputs prune --older-than 30d --kind TaskIntermediate --job film-7 --dry-run",
    ],
    ["Old records of runs", "batch-outputs prune --older-than 52w --run-records --job film-7 --yes"],
    [
      "Every night, from a timer",
      "batch-outputs prune --older-than 30d --kind TaskIntermediate --all-jobs --yes",
    ],
  ]);
  command.action(async () => {
    process.exitCode = await run(command);
  });
}

async function run(command: Command): Promise<number> {
  const flags = command.opts<PruneFlags>();
  const { kind: kinds = [], runRecords = false, task: tasks, allJobs = false } = flags;
  if (kinds.length === 0 && !runRecords) throw new UsageError("Specify --kind, or --run-records.");
  const before = new Date(Date.now() - flags.olderThan);
  const job = allJobs ? undefined : openJob(command);
  const jobs = (): AsyncIterable<JobOutputStorage> | JobOutputStorage[] => (job ? [job] : listJobs(command));
  const whose = job ? selectOfJob(job, tasks).whose : "all jobs";
  const age = `older than ${formatDuration(flags.olderThan / 1000)}`;
  let status: number = ExitStatus.done;
  if (kinds.length > 0) {
    const seen = new Set<string>();
    const isOld = ({ kind, lastModified }: OutputFileReference): boolean =>
      kinds.includes(kind) && lastModified !== undefined && lastModified < before;
    const list = async function* (): AsyncGenerator<OutputFileReference> {
      for await (const each of jobs()) {
        for (const kind of kinds) each.getOutputStoragePath(kind);
        try {
          for await (const output of selectOfJob(each, tasks).list()) {
            seen.add(output.kind);
            if (isOld(output)) yield output;
          }
        } catch (error) {
          if (!allJobs || !isStorageGone(error)) throw error;
        }
      }
    };
    status = await deleteAll(list, `${kinds.join(" and ")} of ${whose} ${age}`, flags);
    for (const kind of new Set(kinds)) {
      const suggestion = suggestKind(kind, seen);
      if (suggestion !== "") writeMessage(`No ${kind} outputs of ${whose}. ${suggestion}`);
    }
  }
  if (!runRecords || status !== ExitStatus.done) return status;
  return await pruneRecords(jobs, { whose: `${whose} ${age}`, before, flags });
}

async function* listJobs(command: Command): AsyncGenerator<JobOutputStorage> {
  for await (const { storage } of openAccount(command).listJobs({ abortSignal: interruptSignal() }))
    yield storage;
}
