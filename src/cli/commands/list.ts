import type { Command } from "commander";
import { createPathFilter, type OutputFileReference } from "../../outputs/index.js";
import { createAllTasksHint, describeStorage, createOutputObject } from "../outputs/describe.js";
import { formatBytes, formatTime } from "../terminal/formats.js";
import { interruptSignal } from "../terminal/interrupts.js";
import { JsonLines } from "../terminal/json-lines.js";
import { parsePairs } from "../command-line/parse-pairs.js";
import {
  addExamples,
  addTaskFlags,
  collectValues,
  createFlag,
  createJsonFlag,
  type TaskFlags,
} from "../command-line/flags.js";
import { UsageError } from "../errors/usage-error.js";
import { openAccount, openJob, openOutputs } from "../store/open-store.js";
import { type Column, Table } from "../terminal/table.js";
import { writeMessage } from "../terminal/terminal.js";

interface ListFlags {
  readonly allTasks?: boolean;
  /** The flag's earlier name. */
  readonly all?: boolean;
  readonly allJobs?: boolean;
  readonly tag?: readonly string[];
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly json?: boolean;
}

const about = `Lists the saved outputs of a task or a job, sorted by name.

Prints a table or, with --json, objects with the members jobId, taskId, kind, path, size (bytes), lastModified,
contentType, tier and url (without a SAS). Unknown members are left out. With --tag, the index of the storage account is
asked, which knows neither sizes nor times, and may lag behind by some seconds.`;

/** `batch-outputs list`: lists saved outputs. */
export function list(command: Command): void {
  command
    .description(about)
    .argument("[kind]", "output kind (default: all kinds)")
    .addOption(createFlag("-a, --all-tasks", "the outputs of the job and all its tasks"))
    .addOption(createFlag("--all", "the same").hideHelp())
    .addOption(
      createFlag("--tag <name=value>", "only outputs with this index tag; can be repeated").argParser(
        collectValues,
      ),
    )
    .addOption(createFlag("--all-jobs", "with --tag: the outputs of all jobs of the storage account"))
    .addOption(
      createFlag("--include <glob>", "only these output paths; can be repeated").argParser(collectValues),
    )
    .addOption(
      createFlag("--exclude <glob>", "except these output paths; can be repeated").argParser(collectValues),
    )
    .addOption(createJsonFlag());
  addTaskFlags(command);
  addExamples(command, [
    ["The outputs of a task", "batch-outputs list --job film-7 --task frame-12"],
    ["All logs of a job's tasks", "batch-outputs list TaskLog --job film-7 --all-tasks"],
    ["What an experiment has saved, in all jobs", "batch-outputs list --tag experiment=42 --all-jobs"],
    ["The outputs of the job itself, from one of its tasks", "batch-outputs list --no-task"],
    [
      "The ten largest outputs",
      "batch-outputs list --all-tasks --json | jq -s 'sort_by(-.size)[:10][] | .path'",
    ],
  ]);
  command.action(async (kind: string | undefined) => {
    await run(command, kind);
  });
}

async function run(command: Command, kind: string | undefined): Promise<void> {
  const { include = [], exclude = [], json = false, ...flags } = command.opts<ListFlags>();
  const all = flags.allTasks ?? flags.all ?? false;
  const abortSignal = interruptSignal();
  if (flags.tag !== undefined || flags.allJobs === true) {
    await listTagged(command, kind, flags);
    return;
  }
  const storage = all ? openJob(command) : openOutputs(command);
  // Checks the kind; listing all outputs does not.
  if (kind !== undefined) storage.getOutputStoragePath(kind);
  const isWanted = createPathFilter(include, exclude);
  const outputs = all
    ? openJob(command).listAllOutputs({ abortSignal })
    : storage.listOutputs(kind, { abortSignal });
  const rows = json ? new JsonLines() : new Table<OutputFileReference>(all ? allColumns : columns);
  let count = 0;
  for await (const output of outputs) {
    if ((kind !== undefined && output.kind !== kind) || !isWanted(output.filePath)) continue;
    count += 1;
    await (rows instanceof JsonLines ? rows.write(createOutputObject(output)) : rows.write(output));
  }
  await rows.flush();
  if (count === 0 && !json)
    writeMessage(
      `No ${kind === undefined ? "saved outputs" : `${kind} outputs`} of ${describeStorage(storage)}.${all ? "" : createAllTasksHint(storage)}`,
    );
}

/** Lists the outputs with the index tags: of the task or the job, or of all jobs. */
async function listTagged(command: Command, kind: string | undefined, flags: ListFlags): Promise<void> {
  const { include = [], exclude = [], json = false, allJobs = false, tag = [] } = command.opts<ListFlags>();
  if (tag.length === 0) throw new UsageError("--all-jobs requires --tag.");
  const tags = parsePairs(tag, "--tag");
  const { task } = command.opts<TaskFlags>();
  const isWanted = createPathFilter(include, exclude);
  const isEverywhere = allJobs || flags.allTasks === true || flags.all === true;
  const abortSignal = interruptSignal();
  const outputs = allJobs
    ? openAccount(command).findOutputs(tags, { abortSignal })
    : openJob(command).findOutputs(tags, { abortSignal });
  const rows = json
    ? new JsonLines()
    : new Table<OutputFileReference>(allJobs ? taggedColumns : foundColumns);
  let count = 0;
  for await (const output of outputs) {
    const isOfTask = isEverywhere || output.taskId === (task === false ? undefined : task);
    if (!isOfTask || (kind !== undefined && output.kind !== kind) || !isWanted(output.filePath)) continue;
    count += 1;
    await (rows instanceof JsonLines ? rows.write(createOutputObject(output)) : rows.write(output));
  }
  await rows.flush();
  if (count === 0 && !json) writeMessage(`No outputs with ${tag.join(" and ")}.`);
}

const foundColumns: readonly Column<OutputFileReference>[] = [
  { title: "TASK", value: ({ taskId }) => taskId ?? "" },
  { title: "KIND", value: ({ kind }) => kind },
  { title: "PATH", value: ({ filePath }) => filePath, gives: true },
];

const taggedColumns: readonly Column<OutputFileReference>[] = [
  { title: "JOB", value: ({ jobId, containerName }) => jobId ?? containerName },
  ...foundColumns,
];

const columns: readonly Column<OutputFileReference>[] = [
  { title: "KIND", value: ({ kind }) => kind },
  { title: "PATH", value: ({ filePath }) => filePath, gives: true },
  { title: "SIZE", value: ({ size }) => (size === undefined ? "" : formatBytes(size)), isFigure: true },
  { title: "LAST MODIFIED", value: ({ lastModified }) => formatTime(lastModified), goes: 1 },
  { title: "TIER", value: ({ accessTier }) => accessTier ?? "", goes: 2 },
  { title: "CONTENT TYPE", value: ({ contentType }) => contentType ?? "", gives: true, goes: 3 },
];

const allColumns: readonly Column<OutputFileReference>[] = [
  { title: "TASK", value: ({ taskId }) => taskId ?? "" },
  ...columns,
];
