import type { Command } from "commander";
import type { JobOutputStorage, OutputFileReference } from "../../outputs/index.js";
import { deleteAll, type DeletingFlags } from "../deleting/delete-all.js";
import { describeStorage } from "../outputs/describe.js";
import { formatDuration } from "../terminal/formats.js";
import { interruptSignal } from "../terminal/interrupts.js";
import {
  addExamples,
  addJobFlags,
  collected,
  concurrencyFlag,
  dryRunFlag,
  duration,
  flag,
  jsonFlag,
  yesFlag,
} from "../command-line/flags.js";
import { isStorageGone } from "../errors/is-storage-gone.js";
import { openAccount, openJob } from "../store/open-store.js";

const about = `Deletes outputs of a kind that were last written longer ago than a time, of a job and of all its tasks.

It asks on a terminal; without one it needs --yes. An output that is saved anew meanwhile stays. Ages are measured by
this machine's clock against the service's times.`;

interface PruneFlags extends DeletingFlags {
  readonly olderThan: number;
  readonly kind: readonly string[];
  readonly allJobs?: boolean;
}

/** `batch-outputs prune`: deletes old outputs of a kind. */
export function prune(command: Command): void {
  command
    .description(about)
    .addOption(flag("--older-than <duration>", "30d, 12h, 1h30m").argParser(duration).makeOptionMandatory())
    .addOption(
      flag("-k, --kind <kind>", "the output kind; may be repeated")
        .argParser(collected)
        .makeOptionMandatory(),
    )
    .addOption(flag("--all-jobs", "of all jobs of the storage account"))
    .addOption(dryRunFlag())
    .addOption(yesFlag())
    .addOption(concurrencyFlag("outputs"))
    .addOption(jsonFlag());
  addJobFlags(command);
  addExamples(command, [
    [
      "See first what would go",
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
      for await (const job of jobs ? [jobs] : allJobs(command)) {
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

async function* allJobs(command: Command): AsyncGenerator<JobOutputStorage> {
  for await (const { storage } of openAccount(command).listJobs({ abortSignal: interruptSignal() }))
    yield storage;
}
