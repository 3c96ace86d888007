import type { Command } from "commander";
import { createPathFilter, type OutputFileReference } from "../../outputs/index.js";
import { createOutputObject } from "../outputs/describe.js";
import { openSelection } from "../selection/open-selection.js";
import { reportNothingFound } from "../suggestions/report-nothing-found.js";
import { formatBytes, formatTime } from "../terminal/formats.js";
import { interruptSignal } from "../terminal/interrupts.js";
import { JsonLines } from "../terminal/json-lines.js";
import { parsePairs } from "../command-line/parse-pairs.js";
import {
  addExamples,
  addSelectionFlags,
  collectValues,
  createExcludeFlag,
  createFlag,
  createIncludeFlag,
  createJsonFlag,
} from "../command-line/flags.js";
import { UsageError } from "../errors/usage-error.js";
import { openAccount } from "../store/open-store.js";
import { type Column, Table } from "../terminal/table.js";
import { writeMessage } from "../terminal/terminal.js";

interface ListFlags {
  readonly allJobs?: boolean;
  readonly tag?: readonly string[];
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly json?: boolean;
}

const about = `Lists the saved outputs of a job and all its tasks, those of the job itself first, or of some of its tasks, sorted by name.

Prints a table or, with --json, objects with the members jobId, taskId, kind, path, size (bytes), lastModified,
contentType, tier and url (without a SAS). Unknown members are omitted. With --tag, the index of the storage account is
searched, which contains neither sizes nor times, and may be some seconds behind.`;

/** `batch-outputs list`: lists saved outputs. */
export function list(command: Command): void {
  command
    .description(about)
    .argument("[kind]", "output kind (default: all kinds)")
    .addOption(createFlag("-k, --kind <kind>", "output kind, in place of the argument"))
    .addOption(
      createFlag("--tag <name=value>", "only outputs with this index tag; can be repeated").argParser(
        collectValues,
      ),
    )
    .addOption(createFlag("--all-jobs", "with --tag: the outputs of all jobs of the storage account"))
    .addOption(createIncludeFlag())
    .addOption(createExcludeFlag())
    .addOption(createJsonFlag());
  addSelectionFlags(command);
  addExamples(command, [
    ["The outputs of a task", "batch-outputs list --job film-7 --task frame-12"],
    ["All logs of a job's tasks", "batch-outputs list TaskLog --job film-7"],
    ["The images of some tasks", "batch-outputs list --include '*.jpg' --task 'frame-1*' --job film-7"],
    ["The outputs of an experiment, in all jobs", "batch-outputs list --tag experiment=42 --all-jobs"],
    ["Only the outputs of the job itself", "batch-outputs list --no-task --job film-7"],
    [
      "The ten largest outputs",
      "batch-outputs list --json --job film-7 | jq -s 'sort_by(-.size)[:10][] | .path'",
    ],
  ]);
  command.action(async (kind: string | undefined) => {
    await run(command, chooseKind(command, kind));
  });
}

/** The kind is an argument, and a flag as in other commands. The argument precedes the variable of the flag. */
function chooseKind(command: Command, argument: string | undefined): string | undefined {
  const { kind } = command.opts<{ kind?: string }>();
  const isFlag = command.getOptionValueSource("kind") === "cli";
  if (argument !== undefined && isFlag && argument !== kind)
    throw new UsageError("Specify one output kind: as an argument, or with --kind.");
  return argument ?? kind;
}

async function run(command: Command, kind: string | undefined): Promise<void> {
  const { include = [], exclude = [], json = false, tag, allJobs = false } = command.opts<ListFlags>();
  if (tag !== undefined || allJobs) {
    await listTagged(command, kind);
    return;
  }
  const selection = openSelection(command);
  const isWanted = createPathFilter(include, exclude);
  const rows = json ? new JsonLines() : new Table(selection.isOfSeveral ? allColumns : columns);
  let count = 0;
  for await (const output of selection.list(kind)) {
    if (!isWanted(output.filePath)) continue;
    count += 1;
    await (rows instanceof JsonLines ? rows.write(createOutputObject(output)) : rows.write(output));
  }
  await rows.flush();
  if (count > 0 || json) return;
  writeMessage(`No ${kind === undefined ? "saved outputs" : `${kind} outputs`} of ${selection.whose}.`);
  await reportNothingFound(selection, kind);
}

/** Lists what has the index tags: of the selected tasks, or of all jobs. */
async function listTagged(command: Command, kind: string | undefined): Promise<void> {
  const { include = [], exclude = [], json = false, allJobs = false, tag = [] } = command.opts<ListFlags>();
  if (tag.length === 0) throw new UsageError("--all-jobs requires --tag.");
  if (allJobs && command.getOptionValueSource("task") === "cli")
    throw new UsageError("--all-jobs cannot be used with --task or --no-task.");
  const tags = parsePairs(tag, "--tag");
  const isWanted = createPathFilter(include, exclude);
  const abortSignal = interruptSignal();
  const selection = allJobs ? undefined : openSelection(command);
  const outputs =
    selection === undefined
      ? openAccount(command).findOutputs(tags, { abortSignal })
      : selection.job.findOutputs(tags, { abortSignal });
  const rows = json
    ? new JsonLines()
    : new Table<OutputFileReference>(allJobs ? taggedColumns : foundColumns);
  let count = 0;
  for await (const output of outputs) {
    const isSelected = selection?.includes(output.taskId) ?? true;
    if (!isSelected || (kind !== undefined && output.kind !== kind) || !isWanted(output.filePath)) continue;
    count += 1;
    await (rows instanceof JsonLines ? rows.write(createOutputObject(output)) : rows.write(output));
  }
  await rows.flush();
  if (count === 0 && !json) writeMessage(`No outputs with ${tag.join(" and ")}.`);
}

const foundColumns: readonly Column<OutputFileReference>[] = [
  { title: "TASK", value: ({ taskId }) => taskId ?? "" },
  { title: "KIND", value: ({ kind }) => kind },
  { title: "PATH", value: ({ filePath }) => filePath, isShortenable: true },
];

const taggedColumns: readonly Column<OutputFileReference>[] = [
  { title: "JOB", value: ({ jobId, containerName }) => jobId ?? containerName },
  ...foundColumns,
];

const columns: readonly Column<OutputFileReference>[] = [
  { title: "KIND", value: ({ kind }) => kind },
  { title: "PATH", value: ({ filePath }) => filePath, isShortenable: true },
  { title: "SIZE", value: ({ size }) => (size === undefined ? "" : formatBytes(size)), isFigure: true },
  { title: "LAST MODIFIED", value: ({ lastModified }) => formatTime(lastModified), omitOrder: 1 },
  { title: "TIER", value: ({ accessTier }) => accessTier ?? "", omitOrder: 2 },
  { title: "CONTENT TYPE", value: ({ contentType }) => contentType ?? "", isShortenable: true, omitOrder: 3 },
];

const allColumns: readonly Column<OutputFileReference>[] = [
  { title: "TASK", value: ({ taskId }) => taskId ?? "" },
  ...columns,
];
