import type { Command } from "commander";
import { addBatchAccountFlags } from "../store/open-batch-account.js";
import {
  addExamples,
  addJobFlags,
  addProgressFlags,
  collectValues,
  createDryRunFlag,
  createFlag,
  createJsonFlag,
  createOverwriteFlag,
  type ProgressFlags,
  createProgressFlags,
  parseWholeNumber,
} from "../command-line/flags.js";
import { type RescueSelection, rescueTasks } from "../rescue/rescue-tasks.js";
import { warnAboutKinds } from "../saving/warn-about-kinds.js";

const about = `Saves the files of tasks that did not save them, from the compute nodes that ran the tasks: the logs of Batch
(stdout.txt, stderr.txt) as TaskLog, and the files of the working directory as TaskOutput. A node keeps them until it
leaves its pool, and no longer than the retention time of the task (7 days by default).

Without --task, the files of all failed tasks of the job are saved. With --kind TaskIntermediate, files that a failed task
has perhaps not completed are not among the results of the others.

Outputs that already exist are not changed, unless --overwrite says so. A tracked log is never replaced. If a file
grows while it is read, its beginning is saved, and reported.

If some tasks or files fail, the others are still saved and the exit status is 5.`;

/** `batch-outputs rescue`: saves tasks' files from their nodes. */
export function rescue(command: Command): void {
  command
    .description(about)
    .addOption(createFlag("-t, --task <id>", "only this task; can be repeated").argParser(collectValues))
    .addOption(createFlag("-a, --all-tasks", "all tasks that have started, also successful and running ones"))
    .addOption(
      createFlag(
        "--include <glob>",
        "only these files, relative to the folder of the task, such as 'wd/**/*.csv'; can be repeated",
      ).argParser(collectValues),
    )
    .addOption(createFlag("--exclude <glob>", "except these files; can be repeated").argParser(collectValues))
    .addOption(
      createFlag("-k, --kind <kind>", "output kind for the files of the working directory").default(
        "TaskOutput",
      ),
    )
    .addOption(createOverwriteFlag("what to do with existing outputs").default("never"))
    .addOption(
      createFlag("--concurrency <n>", "number of files processed at the same time (default: 4)").argParser(
        parseWholeNumber,
      ),
    )
    .addOption(createDryRunFlag())
    .addOption(createJsonFlag());
  addProgressFlags(command);
  addBatchAccountFlags(command);
  addJobFlags(command);
  addExamples(command, [
    ["The files of the failed tasks of a job", "batch-outputs rescue --job film-7 --kind TaskIntermediate"],
    ["Show what would be saved", "batch-outputs rescue --job film-7 --kind TaskIntermediate --dry-run"],
    [
      "The logs of one task, which may still be running",
      "batch-outputs rescue --job film-7 --task frame-12 --include '*.txt'",
    ],
  ]);
  command.action(async () => {
    const flags = command.opts<ProgressFlags & RescueSelection>();
    warnAboutKinds(flags.kind === undefined ? [] : [flags.kind]);
    process.exitCode = await rescueTasks(command, flags, createProgressFlags(flags));
  });
}
