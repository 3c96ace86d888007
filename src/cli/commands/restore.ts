import type { Command } from "commander";
import type { DownloadOutputsEntry, OutputStorage, OverwriteMode } from "../../outputs/index.js";
import {
  addExamples,
  addProgressFlags,
  addTaskFlags,
  createFlag,
  createOverwriteFlag,
  type ProgressFlags,
  createProgressFlags,
} from "../command-line/flags.js";
import { exitStatusForMany } from "../errors/exit-status-for.js";
import { withArgumentNames } from "../errors/with-argument-names.js";
import { describeStorage } from "../outputs/describe.js";
import { reportRestore } from "../restore/report-restore.js";
import { restoreOutputs } from "../restore/restore-outputs.js";
import { openOutputs } from "../store/open-store.js";
import { interruptSignal } from "../terminal/interrupts.js";
import { Progress } from "../terminal/progress.js";

interface RestoreFlags extends ProgressFlags {
  readonly directory: string;
  readonly overwrite?: OverwriteMode;
}

const about = `Downloads the outputs of an earlier attempt of the task to the paths that they were saved from, so that a task that runs again
can continue where it stopped. On the first attempt there is nothing to restore, and the exit status is 0.

Files that are equal to the saved output are not changed; others are replaced (see --overwrite). Each file is checked against its
digest and appears when it is complete. If some outputs fail, the others are still restored and the exit status is 5.`;

/** `batch-outputs restore`: downloads the outputs of an earlier attempt of the task. */
export function restore(command: Command): void {
  command
    .description(about)
    .argument("<kinds...>", "output kinds, such as TaskIntermediate")
    .addOption(
      createFlag("-C, --directory <folder>", "folder that the outputs were saved from").default(".", "."),
    )
    .addOption(createOverwriteFlag("what to do with files that differ from the output"));
  addProgressFlags(command);
  addTaskFlags(command);
  addExamples(command, [
    [
      "In a task: checkpoints, before the program starts",
      "batch-outputs restore TaskIntermediate && ./train --resume checkpoints/",
    ],
    [
      "The same around the program",
      "batch-outputs run --restore TaskIntermediate --save 'TaskIntermediate=checkpoints/**:preempt' -- ./train",
    ],
  ]);
  command.action(async (kinds: readonly string[]) => {
    const flags = command.opts<RestoreFlags>();
    const storage = openOutputs(command);
    for (const kind of kinds)
      withArgumentNames({ kind: "the kind" }, () => storage.getOutputStoragePath(kind));
    const entries = await restoreWithProgress(storage, kinds, flags);
    reportRestore(entries, describeStorage(storage));
    process.exitCode = exitStatusForMany(
      entries.length,
      entries.flatMap(({ error }) => error ?? []),
    );
  });
}

async function restoreWithProgress(
  storage: OutputStorage<string>,
  kinds: readonly string[],
  flags: RestoreFlags,
): Promise<readonly DownloadOutputsEntry[]> {
  using progress = new Progress("Restoring", createProgressFlags(flags));
  return await restoreOutputs(storage, kinds, flags.directory, {
    overwrite: flags.overwrite,
    abortSignal: interruptSignal(),
    onProgress: ({ loadedBytes }) => {
      progress.update({ loadedBytes });
    },
  });
}
