import type { Command } from "commander";
import type { JobOutputStorage, OutputFileReference } from "../../outputs/index.js";
import { deleteAll, type DeletingFlags } from "../deleting/delete-all.js";
import { describeStorage } from "../outputs/describe.js";
import { formatDuration } from "../terminal/formats.js";
import { interruptSignal } from "../terminal/interrupts.js";
import {
  addExamples,
  addJobFlags,
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

const about = `Deletes outputs of a kind, of a job and all its tasks, that were last written before a given time. A log is as old as
its last part.

Asks for confirmation on a terminal; without a terminal, --yes is required. An output that changes after it was listed
is not deleted. Ages are the difference between the clock of this machine and the times of the service.`;

interface PruneFlags extends DeletingFlags {
  readonly olderThan: number;
  readonly kind: readonly string[];
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
    .addOption(
      createFlag("-k, --kind <kind>", "output kind; can be repeated")
        .argParser(collectValues)
        .makeOptionMandatory(),
    )
    .addOption(createFlag("--all-jobs", "prune all jobs of the storage account"))
    .addOption(createDryRunFlag())
    .addOption(createYesFlag())
    .addOption(createConcurrencyFlag("outputs"))
    .addOption(createJsonFlag());
  addJobFlags(command);
  addExamples(command, [
    [
      "Show what would be deleted",
      "batch-outputs prune --older-than 30d --kind TaskIntermediate --job film-7 --dry-run",
    ],
    [
      "Every night, from a timer",
      "batch-outputs prune --older-than 30d --kind TaskIntermediate --all-jobs --yes",
    ],
  ]);
  command.action(async () => {
    const flags = command.opts<PruneFlags>();
    const before = Date.now() - flags.olderThan;
    const jobs = flags.allJobs ? undefined : openJob(command);
    const isOld = ({ kind, lastModified }: OutputFileReference): boolean =>
      flags.kind.includes(kind) && lastModified !== undefined && lastModified.getTime() < before;
    const list = async function* (): AsyncGenerator<OutputFileReference> {
      for await (const job of jobs ? [jobs] : listJobs(command)) {
        job.getOutputStoragePath(flags.kind[0] ?? "");
        try {
          for await (const output of job.listAllOutputs({ abortSignal: interruptSignal() }))
            if (isOld(output)) yield output;
        } catch (error) {
          if (!flags.allJobs || !isStorageGone(error)) throw error;
        }
      }
    };
    const whose = jobs ? describeStorage(jobs) : "all jobs";
    const age = formatDuration(flags.olderThan / 1000);
    process.exitCode = await deleteAll(
      list,
      `${flags.kind.join(" and ")} of ${whose} older than ${age}`,
      flags,
    );
  });
}

async function* listJobs(command: Command): AsyncGenerator<JobOutputStorage> {
  for await (const { storage } of openAccount(command).listJobs({ abortSignal: interruptSignal() }))
    yield storage;
}
