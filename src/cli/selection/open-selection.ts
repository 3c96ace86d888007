import type { Command } from "commander";
import type { JobOutputStorage, OutputFileReference } from "../../outputs/index.js";
import type { SelectionFlags } from "../command-line/flags.js";
import { describeStorage } from "../outputs/describe.js";
import { openJob } from "../store/open-store.js";
import { interruptSignal } from "../terminal/interrupts.js";
import { createTaskFilter, isPattern } from "./task-filter.js";

/** The selected outputs: of a job and all its tasks, of the job itself, or of some of its tasks. */
export interface Selection {
  readonly job: JobOutputStorage;
  /** `own`: the outputs of the job itself. */
  readonly scope: "wholeJob" | "own" | "tasks";
  /** The values of `--task`: IDs and globs. */
  readonly tasks: readonly string[];
  /** Whether it may contain outputs of several tasks, or of the job itself and of tasks. */
  readonly isOfSeveral: boolean;
  /** For messages: `job film-7`, `tasks frame-* of job film-7`. */
  readonly whose: string;
  /** Lists them, those of the job itself first. Throws an argument error for a text that cannot be a kind. */
  list(kind?: string): AsyncIterable<OutputFileReference>;
  /** Whether outputs of the task, or without an ID those of the job itself, are selected. */
  includes(taskId: string | undefined): boolean;
}

/**
 * Opens the outputs that `--job`, `--task`, `--no-task` and `--all-tasks` select. The default without a task is
 * `usual`.
 */
export function openSelection(command: Command, usual: "wholeJob" | "own" = "wholeJob"): Selection {
  const { task, all = false, allTasks = all } = command.opts<SelectionFlags>();
  const job = openJob(command);
  const tasks = allTasks || task === undefined || task === false ? [] : [...new Set(task)];
  const scope = tasks.length > 0 ? "tasks" : allTasks ? "wholeJob" : task === false ? "own" : usual;
  return createSelection(job, scope, tasks);
}

/** Selects all outputs of a job, or those of its tasks with these IDs and globs. */
export function selectOfJob(job: JobOutputStorage, tasks: readonly string[] = []): Selection {
  return createSelection(job, tasks.length > 0 ? "tasks" : "wholeJob", tasks);
}

function createSelection(
  job: JobOutputStorage,
  scope: Selection["scope"],
  tasks: readonly string[],
): Selection {
  const isOpen = scope === "wholeJob" || tasks.some(isPattern);
  const isTask = createTaskFilter(tasks);
  const includes = (taskId: string | undefined): boolean => {
    if (scope === "wholeJob") return true;
    return taskId === undefined ? scope === "own" : scope === "tasks" && isTask(taskId);
  };
  const storages =
    scope === "own" ? [job] : isOpen ? [] : tasks.map((taskId) => job.getTaskOutputStorage(taskId));
  return {
    ...{ job, scope, tasks, includes },
    isOfSeveral: isOpen || tasks.length > 1,
    whose: describe(job, scope, tasks),
    list(kind) {
      if (kind !== undefined) job.getOutputStoragePath(kind);
      const abortSignal = interruptSignal();
      if (isOpen)
        return filter(
          job.listAllOutputs({ abortSignal }),
          (output) => includes(output.taskId) && (kind === undefined || output.kind === kind),
        );
      return concatenate(storages.map((storage) => storage.listOutputs(kind, { abortSignal })));
    },
  };
}

function describe(job: JobOutputStorage, scope: Selection["scope"], tasks: readonly string[]): string {
  const [only, ...others] = tasks;
  if (scope === "own") return `${describeStorage(job)} itself`;
  if (only === undefined) return describeStorage(job);
  const noun = others.length === 0 && !isPattern(only) ? "task" : "tasks";
  return `${noun} ${tasks.join(", ")} of ${describeStorage(job)}`;
}

async function* filter(
  outputs: AsyncIterable<OutputFileReference>,
  isWanted: (output: OutputFileReference) => boolean,
): AsyncGenerator<OutputFileReference> {
  for await (const output of outputs) if (isWanted(output)) yield output;
}

async function* concatenate(
  listings: readonly AsyncIterable<OutputFileReference>[],
): AsyncGenerator<OutputFileReference> {
  for (const listing of listings) yield* listing;
}
