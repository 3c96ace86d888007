import type { Command } from "commander";
import { join } from "node:path";
import {
  type DownloadOutputsEntry,
  type DownloadOutputsOptions,
  type OutputStorage,
  type OverwriteMode,
  planDownloads,
} from "../../outputs/index.js";
import {
  describeOutput,
  describeStorage,
  createAllTasksHint,
  createOutputObject,
} from "../outputs/describe.js";
import { ExitStatus } from "../errors/exit-status.js";
import { exitStatusForMany } from "../errors/exit-status-for.js";
import { createErrorObject, explain } from "../errors/explain.js";
import { formatCount, formatBytes } from "../terminal/formats.js";
import { interruptSignal } from "../terminal/interrupts.js";
import { JsonLines } from "../terminal/json-lines.js";
import {
  addExamples,
  addProgressFlags,
  addTaskFlags,
  collectValues,
  createConcurrencyFlag,
  createDryRunFlag,
  createFlag,
  createJsonFlag,
  createOverwriteFlag,
  type ProgressFlags,
  createProgressFlags,
} from "../command-line/flags.js";
import { makePrintable } from "../terminal/printable.js";
import { Progress } from "../terminal/progress.js";
import { openJob, openOutputs } from "../store/open-store.js";
import { hasStatusLine, writeMessage } from "../terminal/terminal.js";

const about = `Downloads the saved outputs of a task or a job to a folder. With --kind, files are placed under their output paths;
otherwise each kind has a folder of its own, such as $TaskOutput. Each file is checked against its stored digest and
appears when it is complete.

No output name can lead outside the folder. A name that is not valid on every system, or that differs from another only
in case, is changed and reported. If some outputs fail, the others are still downloaded and the exit status is 5.`;

interface DownloadFlags extends ProgressFlags {
  readonly kind?: string;
  readonly allTasks?: boolean;
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
    .addOption(
      createFlag("-a, --all-tasks", "the outputs of the job and all its tasks, with a folder for each task"),
    )
    .addOption(
      createFlag("--include <glob>", "only these output paths; can be repeated").argParser(collectValues),
    )
    .addOption(
      createFlag("--exclude <glob>", "except these output paths; can be repeated").argParser(collectValues),
    )
    .addOption(createOverwriteFlag("what to do with existing files"))
    .addOption(createConcurrencyFlag("outputs"))
    .addOption(createDryRunFlag())
    .addOption(createJsonFlag());
  addProgressFlags(command);
  addTaskFlags(command);
  addExamples(command, [
    ["All outputs of a task", "batch-outputs download ./frame-12 --job film-7 --task frame-12"],
    ["The results of all tasks", "batch-outputs download ./film --kind TaskOutput --all-tasks --job film-7"],
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

interface Source {
  readonly storage: OutputStorage<string>;
  readonly directory: string;
}

async function run(command: Command, directory: string): Promise<number> {
  const flags = command.opts<DownloadFlags>();
  const { kind, include, exclude, overwrite, concurrency } = flags;
  const options = { kind, include, exclude, overwrite, concurrency, abortSignal: interruptSignal() };
  const sources = flags.allTasks
    ? ofAllTasks(command, directory)
    : [{ storage: openOutputs(command), directory }];
  if (flags.dryRun) return await plan(sources, options, flags.json ?? false);

  const entries: DownloadOutputsEntry[] = [];
  {
    using progress = new Progress("Downloading", createProgressFlags(flags));
    let finishedBytes = 0;
    for await (const source of sources) {
      if (flags.progress && hasStatusLine())
        progress.totalBytes = finishedBytes + (await readTotalBytes(source, options));
      const result = await source.storage.downloadOutputs(source.directory, {
        ...options,
        onProgress: ({ loadedBytes }) => {
          progress.update({ loadedBytes: finishedBytes + loadedBytes });
        },
      });
      finishedBytes += result.downloadedBytes;
      entries.push(...result.entries);
    }
  }
  const storage = flags.allTasks ? openJob(command) : openOutputs(command);
  const hint = flags.allTasks ? "" : createAllTasksHint(storage);
  return await report(entries, directory, describeStorage(storage), hint, flags.json ?? false);
}

async function* ofAllTasks(command: Command, directory: string): AsyncGenerator<Source> {
  const job = openJob(command);
  yield { storage: job, directory };
  for await (const taskId of job.listTasks({ abortSignal: interruptSignal() })) {
    yield { storage: job.getTaskOutputStorage(taskId), directory: join(directory, taskId) };
  }
}

async function plan(
  sources: AsyncIterable<Source> | Iterable<Source>,
  options: DownloadOutputsOptions,
  isJson: boolean,
): Promise<number> {
  const lines = new JsonLines();
  for await (const source of sources) {
    for await (const { output, name, renamedFrom } of describePlan(source, options)) {
      const path = join(source.directory, name);
      if (isJson)
        await lines.write({ ...createOutputObject(output), status: "planned", file: path, renamedFrom });
      else
        await lines.text(
          makePrintable(
            `would download ${describeOutput(output)} (${formatBytes(output.size ?? 0)}) to ${path}`,
          ),
        );
    }
  }
  await lines.flush();
  return ExitStatus.done;
}

async function readTotalBytes(source: Source, options: DownloadOutputsOptions): Promise<number> {
  let bytes = 0;
  for await (const { output } of describePlan(source, options)) bytes += output.size ?? 0;
  return bytes;
}

function describePlan({ storage }: Source, options: DownloadOutputsOptions) {
  return planDownloads(storage.listOutputs(options.kind, { abortSignal: options.abortSignal }), options);
}

async function report(
  entries: readonly DownloadOutputsEntry[],
  directory: string,
  whose: string,
  hint: string,
  isJson: boolean,
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
  if (entries.length === 0) writeMessage(`Nothing to download: ${whose} has no such outputs.${hint}`);
  else writeMessage(describeSummary(entries, directory, whose));
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
  return `Downloaded ${[`${formatCount(downloaded.length, "output")} (${formatBytes(bytes)})`, ...others].join(", ")} of ${whose} to ${directory}.`;
}
