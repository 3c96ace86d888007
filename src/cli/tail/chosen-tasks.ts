import { setTimeout as sleep } from "node:timers/promises";
import { BatchOutputsError } from "../../core/index.js";
import { type JobOutputStorage, createPathFilter } from "../../outputs/index.js";
import { isPattern } from "../selection/task-filter.js";
import { UsageError } from "../errors/usage-error.js";
import { writeMessage } from "../terminal/terminal.js";

/** The selected tasks: ids and globs of ids, or all tasks that have saved outputs. */
export interface TaskChoice {
  readonly task?: readonly string[];
  readonly allTasks?: boolean;
}

/** Whether tasks that appear later may be selected: then the job is listed repeatedly. */
export function isOpenChoice({ task = [], allTasks = false }: TaskChoice): boolean {
  return allTasks || task.some(isPattern);
}

/** Lists the ids of the selected tasks, in their order. */
export async function listChosenTasks(
  job: JobOutputStorage,
  choice: TaskChoice,
  abortSignal: AbortSignal,
): Promise<readonly string[]> {
  const { task = [], allTasks = false } = choice;
  if (!allTasks && task.length === 0)
    throw new UsageError("Specify --task ID, --task 'GLOB' or --all-tasks.");
  if (!isOpenChoice(choice)) return [...new Set(task)];
  const isWanted = allTasks ? () => true : createPathFilter(task.filter(isPattern), []);
  const found = new Set(allTasks ? [] : task.filter((id) => !isPattern(id)));
  for await (const id of job.listTasks({ abortSignal })) if (isWanted(id)) found.add(id);
  return [...found].sort();
}

/** Like {@link listChosenTasks}; throws `OutputNotFound` if there are none. */
export async function requireChosenTasks(
  job: JobOutputStorage,
  choice: TaskChoice,
  abortSignal: AbortSignal,
): Promise<readonly string[]> {
  const found = await listChosenTasks(job, choice, abortSignal);
  if (found.length > 0) return found;
  throw new BatchOutputsError("OutputNotFound", "No task of this job with such an ID has saved outputs.");
}

/**
 * Returns each selected task once: first the existing ones together, then later ones as they appear. Does not end if
 * later tasks may be selected.
 */
export async function* followChosenTasks(
  job: JobOutputStorage,
  choice: TaskChoice,
  intervalMs: number,
  abortSignal: AbortSignal,
): AsyncGenerator<readonly string[]> {
  const known = new Set<string>();
  for (let isFirst = true; ; isFirst = false) {
    const found = await listChosenTasks(job, choice, abortSignal);
    const added = found.filter((id) => !known.has(id));
    for (const id of added) known.add(id);
    if (added.length > 0) yield added;
    if (!isOpenChoice(choice)) return;
    if (isFirst && added.length === 0) writeMessage("No such task has saved outputs yet; waiting.");
    await sleep(intervalMs, undefined, { signal: abortSignal });
  }
}
