import type { Command } from "commander";
import { createPathFilter, type OutputFileReference } from "../../outputs/index.js";
import { allTasksHint, describeStorage, outputObject } from "../outputs/describe.js";
import { formatBytes, formatTime } from "../terminal/formats.js";
import { interruptSignal } from "../terminal/interrupts.js";
import { JsonLines } from "../terminal/json-lines.js";
import { addExamples, addTaskFlags, collected, flag, jsonFlag } from "../command-line/flags.js";
import { openJob, openOutputs } from "../store/open-store.js";
import { type Column, Table } from "../terminal/table.js";
import { say } from "../terminal/terminal.js";

interface ListFlags {
  readonly allTasks?: boolean;
  /** The flag's earlier name. */
  readonly all?: boolean;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly json?: boolean;
}

const about = `Lists the saved outputs of a task or a job, sorted by name.

Prints a table or, with --json, objects with the members jobId, taskId, kind, path, size (bytes), lastModified,
contentType and url (without a SAS). Unknown members are left out.`;

/** `batch-outputs list`: lists saved outputs. */
export function list(command: Command): void {
  command
    .description(about)
    .argument("[kind]", "output kind (default: all kinds)")
    .addOption(flag("-a, --all-tasks", "the outputs of the job and all its tasks"))
    .addOption(flag("--all", "the same").hideHelp())
    .addOption(flag("--include <glob>", "only these output paths; can be repeated").argParser(collected))
    .addOption(flag("--exclude <glob>", "except these output paths; can be repeated").argParser(collected))
    .addOption(jsonFlag());
  addTaskFlags(command);
  addExamples(command, [
    ["The outputs of a task", "batch-outputs list --job film-7 --task frame-12"],
    ["All logs of a job's tasks", "batch-outputs list TaskLog --job film-7 --all-tasks"],
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
    await (rows instanceof JsonLines ? rows.write(outputObject(output)) : rows.write(output));
  }
  await rows.flush();
  if (count === 0 && !json)
    say(
      `No ${kind === undefined ? "saved outputs" : `${kind} outputs`} of ${describeStorage(storage)}.${all ? "" : allTasksHint(storage)}`,
    );
}

const columns: readonly Column<OutputFileReference>[] = [
  { title: "KIND", value: ({ kind }) => kind },
  { title: "PATH", value: ({ filePath }) => filePath, gives: true },
  { title: "SIZE", value: ({ size }) => (size === undefined ? "" : formatBytes(size)), isFigure: true },
  { title: "LAST MODIFIED", value: ({ lastModified }) => formatTime(lastModified), goes: 1 },
  { title: "CONTENT TYPE", value: ({ contentType }) => contentType ?? "", gives: true, goes: 2 },
];

const allColumns: readonly Column<OutputFileReference>[] = [
  { title: "TASK", value: ({ taskId }) => taskId ?? "" },
  ...columns,
];
