import type { Command } from "commander";
import { addBatchAccountFlags } from "../store/open-batch-account.js";
import {
  addExamples,
  addJobFlags,
  addProgressFlags,
  collected,
  dryRunFlag,
  flag,
  jsonFlag,
  overwriteFlag,
  type ProgressFlags,
  progressOptions,
  wholeNumber,
} from "../command-line/flags.js";
import { type RescueSelection, rescueTasks } from "../rescue/rescue-tasks.js";

const about = `Saves, by the conventions, the files of tasks that did not save them themselves, from the compute nodes that ran them:
Batch's own logs (stdout.txt, stderr.txt) as TaskLog, and what is in the working directory as TaskOutput. A node keeps
them until it leaves its pool, and no longer than the task's retention time, which is 7 days unless the task says otherwise.

Without --task, those of all tasks of the job that failed. Outputs that are saved already stay as they are. What a running
task goes on writing is not saved: of a file that grows meanwhile its beginning is, and that is told.

A task or file that fails does not stop the others: the exit status is then 5.`;

/** `batch-outputs rescue`: saves tasks' files from their nodes. */
export function rescue(command: Command): void {
  command
    .description(about)
    .addOption(flag("-t, --task <id>", "only this task; may be repeated").argParser(collected))
    .addOption(flag("-a, --all-tasks", "all tasks that have begun, also those that succeeded or run"))
    .addOption(
      flag(
        "--include <glob>",
        "only these files, seen from the task's folder, as 'wd/**/*.csv'; may be repeated",
      ).argParser(collected),
    )
    .addOption(flag("--exclude <glob>", "not these files; may be repeated").argParser(collected))
    .addOption(
      flag("-k, --kind <kind>", "the output kind of what is in the working directory").default("TaskOutput"),
    )
    .addOption(
      overwriteFlag("outputs that are there already: kept, replaced, or replaced where they differ").default(
        "never",
      ),
    )
    .addOption(flag("--concurrency <n>", "files under way at a time: 4").argParser(wholeNumber))
    .addOption(dryRunFlag())
    .addOption(jsonFlag());
  addProgressFlags(command);
  addBatchAccountFlags(command);
  addJobFlags(command);
  addExamples(command, [
    ["What the failed tasks of a job left on their nodes", "batch-outputs rescue --job film-7"],
    ["See first", "batch-outputs rescue --job film-7 --dry-run"],
    [
      "The logs of one task, also while it runs",
      "batch-outputs rescue --job film-7 --task frame-12 --include '*.txt'",
    ],
  ]);
  command.action(async () => {
    const flags = command.opts<ProgressFlags & RescueSelection>();
    process.exitCode = await rescueTasks(command, flags, progressOptions(flags));
  });
}
