import type { Command } from "commander";
import { join } from "node:path";
import {
  type DownloadOutputsEntry,
  type DownloadOutputsOptions,
  type OutputStorage,
  type OverwriteMode,
  planDownloads,
} from "../../outputs/index.js";
import { describeOutput, describeStorage, hintOfTasks, outputObject } from "../outputs/describe.js";
import { ExitStatus } from "../errors/exit-status.js";
import { exitStatusForMany } from "../errors/exit-status-for.js";
import { errorObject, explain } from "../errors/explain.js";
import { counted, formatBytes } from "../terminal/formats.js";
import { interruptSignal } from "../terminal/interrupts.js";
import { JsonLines } from "../terminal/json-lines.js";
import {
  addExamples,
  addProgressFlags,
  addTaskFlags,
  collected,
  concurrencyFlag,
  dryRunFlag,
  flag,
  jsonFlag,
  overwriteFlag,
  type ProgressFlags,
  progressOptions,
} from "../command-line/flags.js";
import { printable } from "../terminal/printable.js";
import { Progress } from "../terminal/progress.js";
import { openJob, openOutputs } from "../store/open-store.js";
import { hasStatusLine, say } from "../terminal/terminal.js";

const about = `Fetches the saved outputs of a task, or of a job, into a folder: of one kind under their paths, of all kinds each in
a folder named for its kind, as $TaskOutput. Each is compared with its stored digest, and appears when it is complete.

No name from the store leads outside of the folder. A name that some system cannot hold, or cannot tell from another
one, is changed, and told. An output that fails does not stop the others: the exit status is then 5.`;

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

/** `batch-outputs download`: fetches saved outputs into a folder. */
export function download(command: Command): void {
  command
    .description(about)
    .argument("[directory]", "the folder; it is made if it is missing", ".")
    .addOption(flag("-k, --kind <kind>", "the output kind; all kinds by default"))
    .addOption(
      flag(
        "-a, --all-tasks",
        "the outputs of the job and of all its tasks, each task's in a folder of its id",
      ),
    )
    .addOption(flag("--include <glob>", "only these output paths; may be repeated").argParser(collected))
    .addOption(flag("--exclude <glob>", "not these output paths; may be repeated").argParser(collected))
    .addOption(overwriteFlag("files that are there already: replaced, kept, or replaced where they differ"))
    .addOption(concurrencyFlag("outputs"))
    .addOption(dryRunFlag())
    .addOption(jsonFlag());
  addProgressFlags(command);
  addTaskFlags(command);
  addExamples(command, [
    ["All that a task saved", "batch-outputs download ./frame-12 --job film-7 --task frame-12"],
    ["The results of all tasks", "batch-outputs download ./film --kind TaskOutput --all-tasks --job film-7"],
    [
      "Only what is new or different",
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
    using progress = new Progress("Fetching", progressOptions(flags));
    let finishedBytes = 0;
    for await (const source of sources) {
      if (flags.progress && hasStatusLine())
        progress.totalBytes = finishedBytes + (await bytesOf(source, options));
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
  const hint = flags.allTasks ? "" : hintOfTasks(storage);
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
    for await (const { output, name, renamedFrom } of planned(source, options)) {
      const path = join(source.directory, name);
      if (isJson) await lines.write({ ...outputObject(output), status: "planned", file: path, renamedFrom });
      else
        await lines.text(
          printable(`would fetch ${describeOutput(output)} (${formatBytes(output.size ?? 0)}) into ${path}`),
        );
    }
  }
  await lines.flush();
  return ExitStatus.done;
}

async function bytesOf(source: Source, options: DownloadOutputsOptions): Promise<number> {
  let bytes = 0;
  for await (const { output } of planned(source, options)) bytes += output.size ?? 0;
  return bytes;
}

function planned({ storage }: Source, options: DownloadOutputsOptions) {
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
    if (error) say(`${describeOutput(output)}: ${explain(error)}`, { text: "failed:", style: "red" });
    else if (renamedFrom !== undefined) say(`renamed: "${renamedFrom}" is ${path}`);
    if (!isJson) continue;
    await lines.write({
      ...outputObject(output),
      status,
      file: path,
      renamedFrom,
      ...(error ? { error: errorObject(error) } : {}),
    });
  }
  await lines.flush();
  if (entries.length === 0) say(`Nothing to fetch: ${whose} has no such outputs.${hint}`);
  else say(summary(entries, directory, whose));
  return exitStatusForMany(entries.length, errors);
}

function summary(entries: readonly DownloadOutputsEntry[], directory: string, whose: string): string {
  const of = (status: DownloadOutputsEntry["status"]) => entries.filter((entry) => entry.status === status);
  const fetched = of("downloaded");
  const bytes = fetched.reduce((sum, { output }) => sum + (output.size ?? 0), 0);
  const others = (["unchanged", "skipped", "failed"] as const).flatMap((status) => {
    const { length } = of(status);
    return length === 0 ? [] : [`${length} ${status}`];
  });
  return `Fetched ${[`${counted(fetched.length, "output")} (${formatBytes(bytes)})`, ...others].join(", ")} of ${whose} into ${directory}.`;
}
