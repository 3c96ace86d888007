import type { Command } from "commander";
import { join } from "node:path";
import {
  type DownloadOutputsEntry,
  downloadPlanned,
  type OverwriteMode,
  type PlannedDownload,
  planDownloads,
} from "../../outputs/index.js";
import { requireDistinctNames } from "../download/flat-names.js";
import { createFlattenFlag, createLocalNameChooser } from "../download/local-name.js";
import { describeOutput, createOutputObject } from "../outputs/describe.js";
import { ExitStatus } from "../errors/exit-status.js";
import { exitStatusForMany } from "../errors/exit-status-for.js";
import { createErrorObject, explain } from "../errors/explain.js";
import { formatCount, formatBytes } from "../terminal/formats.js";
import { interruptSignal } from "../terminal/interrupts.js";
import { JsonLines } from "../terminal/json-lines.js";
import {
  addExamples,
  addProgressFlags,
  addSelectionFlags,
  createConcurrencyFlag,
  createDryRunFlag,
  createExcludeFlag,
  createFlag,
  createIncludeFlag,
  createJsonFlag,
  createOverwriteFlag,
  createProgressFlags,
  type ProgressFlags,
} from "../command-line/flags.js";
import { makePrintable } from "../terminal/printable.js";
import { Progress } from "../terminal/progress.js";
import { openSelection, type Selection } from "../selection/open-selection.js";
import { reportNothingFound } from "../suggestions/report-nothing-found.js";
import { hasStatusLine, writeMessage } from "../terminal/terminal.js";

const about = `Downloads the saved outputs of a job and all its tasks, or of some of its tasks, to a folder. With --kind, files are placed under
their output paths; otherwise each kind has a folder of its own, such as $TaskOutput. Unless a single task is named, each task has a
folder with its ID, and the outputs of the job itself are beside these. Each file is checked against its stored digest and appears
when it is complete.

No output name can lead outside the folder. A name that is not valid on every system, or that differs from another only
in case or in the encoding of accents, is changed and reported. If some outputs fail, the others are still downloaded and the exit status is 5.

With --flatten, all files are written to one folder, with names from a template of {job}, {task} ("job" for the job itself),
{kind}, {name} (of the file) and {path} (the output path, with "_" for each slash). If two outputs would have the same name,
nothing is downloaded.`;

interface DownloadFlags extends ProgressFlags {
  readonly kind?: string;
  readonly flatten?: string;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly overwrite?: OverwriteMode;
  readonly concurrency?: number;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `batch-outputs download`: downloads saved outputs to a folder. */
export function download(command: Command): void {
  command
    .description(about)
    .argument("[directory]", "target folder; created if it does not exist", ".")
    .addOption(createFlag("-k, --kind <kind>", "output kind (default: all kinds)"))
    .addOption(createIncludeFlag())
    .addOption(createExcludeFlag())
    .addOption(createFlattenFlag("write all files to one folder, with names from a template"))
    .addOption(createOverwriteFlag("what to do with existing files"))
    .addOption(createConcurrencyFlag("outputs"))
    .addOption(createDryRunFlag())
    .addOption(createJsonFlag());
  addProgressFlags(command);
  addSelectionFlags(command);
  addExamples(command, [
    ["All outputs of a task", "batch-outputs download ./frame-12 --job film-7 --task frame-12"],
    ["The results of all tasks", "batch-outputs download ./film --kind TaskOutput --job film-7"],
    [
      "All tables in one folder",
      "batch-outputs download ./tables --flatten '{task}-{name}' --include '*.csv' --job film-7",
    ],
    [
      "Only new and changed files",
      "batch-outputs download ./frame-12 --overwrite if-changed --job film-7 --task frame-12",
    ],
    ["Only images", "batch-outputs download --include '*.{jpg,png}' --job film-7 --task frame-12"],
  ]);
  command.action(async (directory: string) => {
    process.exitCode = await run(command, directory);
  });
}

async function run(command: Command, directory: string): Promise<number> {
  const flags = command.opts<DownloadFlags>();
  const { overwrite, concurrency, json = false } = flags;
  const selection = openSelection(command);
  const abortSignal = interruptSignal();
  const plans = await planSelected(selection, flags);
  if (flags.dryRun) return await printPlans(plans, directory, json);
  using progress = new Progress("Downloading", createProgressFlags(flags));
  if (flags.progress && hasStatusLine()) await measure(selection, flags, progress);
  let loadedFiles = 0;
  let loadedBytes = 0;
  const { entries } = await downloadPlanned(directory, plans, {
    ...{ overwrite, concurrency, abortSignal },
    onProgress: (loaded) => {
      ({ loadedBytes } = loaded);
      progress.update({ loadedBytes, loadedFiles });
    },
    onEntry: () => {
      loadedFiles += 1;
      progress.update({ loadedBytes, loadedFiles });
    },
  });
  progress[Symbol.dispose]();
  return await report(entries, directory, selection, flags);
}

/** With a template, all names are known before anything is downloaded. */
async function planSelected(
  selection: Selection,
  { kind, include, exclude, flatten }: DownloadFlags,
): Promise<Iterable<PlannedDownload> | AsyncIterable<PlannedDownload>> {
  const chooseName = createLocalNameChooser(selection, { kind, flatten });
  const plans = planDownloads(selection.list(kind), { kind, include, exclude, chooseName });
  return flatten === undefined ? plans : await requireDistinctNames(plans);
}

async function printPlans(
  plans: Iterable<PlannedDownload> | AsyncIterable<PlannedDownload>,
  directory: string,
  isJson: boolean,
): Promise<number> {
  const lines = new JsonLines();
  for await (const { output, name, renamedFrom } of plans) {
    const path = join(directory, name);
    if (isJson)
      await lines.write({ ...createOutputObject(output), status: "planned", file: path, renamedFrom });
    else
      await lines.text(
        makePrintable(
          `would download ${describeOutput(output)} (${formatBytes(output.size ?? 0)}) to ${path}`,
        ),
      );
  }
  await lines.flush();
  return ExitStatus.done;
}

/** Reads the total size to download, for the progress bar. */
async function measure(selection: Selection, flags: DownloadFlags, progress: Progress): Promise<void> {
  const { kind, include, exclude } = flags;
  let totalBytes = 0;
  let totalFiles = 0;
  for await (const { output } of planDownloads(selection.list(kind), { kind, include, exclude })) {
    totalBytes += output.size ?? 0;
    totalFiles += 1;
    progress.total = { bytes: totalBytes, files: totalFiles };
  }
}

async function report(
  entries: readonly DownloadOutputsEntry[],
  directory: string,
  selection: Selection,
  { kind, json: isJson = false }: DownloadFlags,
): Promise<number> {
  const errors = entries.flatMap(({ error }) => error ?? []);
  process.exitCode = exitStatusForMany(entries.length, errors);
  const lines = new JsonLines();
  for (const { output, path, status, renamedFrom, error } of entries) {
    if (error)
      writeMessage(`${describeOutput(output)}: ${explain(error)}`, { text: "failed:", style: "red" });
    else if (renamedFrom !== undefined) writeMessage(`renamed: "${renamedFrom}" to ${path}`);
    if (!isJson) continue;
    await lines.write({
      ...createOutputObject(output),
      status,
      file: path,
      renamedFrom,
      ...(error ? { error: createErrorObject(error) } : {}),
    });
  }
  await lines.flush();
  if (entries.length === 0) {
    writeMessage(`Nothing to download: there are no such outputs of ${selection.whose}.`);
    await reportNothingFound(selection, kind);
  } else writeMessage(describeSummary(entries, directory, selection.whose));
  return exitStatusForMany(entries.length, errors);
}

function describeSummary(entries: readonly DownloadOutputsEntry[], directory: string, whose: string): string {
  const of = (status: DownloadOutputsEntry["status"]) => entries.filter((entry) => entry.status === status);
  const downloaded = of("downloaded");
  const bytes = downloaded.reduce((sum, { output }) => sum + (output.size ?? 0), 0);
  const others = (["unchanged", "skipped", "failed"] as const).flatMap((status) => {
    const { length } = of(status);
    return length === 0 ? [] : [`${length} ${status}`];
  });
  return `Downloaded ${[`${formatCount(downloaded.length, "output")} (${formatBytes(bytes)})`, ...others].join(", ")} of ${whose} to ${directory}`;
}
