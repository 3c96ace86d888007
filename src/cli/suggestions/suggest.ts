import type { Command } from "commander";
import { type BatchOutputsErrorContext, isBatchOutputsError } from "../../core/index.js";
import type { JobOutputStorage, OutputFileReference } from "../../outputs/index.js";
import { isPattern } from "../selection/task-filter.js";
import { openAccount, openJob } from "../store/open-store.js";
import { interruptSignal } from "../terminal/interrupts.js";
import { findClosestNames } from "./closest-names.js";
import { explainUnsavedTask } from "./explain-unsaved-task.js";
import { predefinedKinds } from "./predefined-kinds.js";
import { describeTaskVariable } from "./task-variable.js";

/** The limits of a suggestion: the number of names to compare, and the time. */
const maxListed = 20_000;
const maxTimeInMs = 5_000;

/**
 * Suggests existing jobs, tasks or kinds with similar names after nothing was found. "" if nothing is similar, or the names
 * cannot be listed.
 *
 * @param isAwaited - Whether the command waits for the output, which may appear: then nothing is said about files on nodes.
 */
export async function suggestForError(error: unknown, command: Command, isAwaited = false): Promise<string> {
  if (!isBatchOutputsError(error)) return "";
  if (error.code === "ContainerNotPrepared") return await suggestJob(error.jobId, command);
  return error.code === "OutputNotFound" ? await suggestOutput(error, command, isAwaited) : "";
}

async function suggestOutput(
  { taskId, kind, path }: BatchOutputsErrorContext,
  command: Command,
  isAwaited: boolean,
): Promise<string> {
  if (kind === undefined) return "";
  const found = await suggestInTime(async (abortSignal) => {
    const job = openJob(command);
    const storage = taskId === undefined ? job : job.getTaskOutputStorage(taskId);
    const list = (): AsyncIterable<OutputFileReference> => storage.listOutputs(undefined, { abortSignal });
    const tasks = taskId === undefined ? [] : [taskId];
    const suggestion = await suggestNames({ job, tasks, kind, list, command, isAwaited });
    if (suggestion !== "" || path === undefined) return suggestion;
    const paths: string[] = [];
    for await (const { filePath } of storage.listOutputs(kind, { abortSignal })) {
      paths.push(filePath);
      if (paths.length === maxListed) break;
    }
    return formatSuggestion("path", findClosestNames(path, paths));
  });
  if (isAwaited) return found;
  return [describeSelectedTask(taskId, command), found].filter((text) => text !== "").join(" ");
}

/** Says whose output was meant, if the command line does not name a task. */
function describeSelectedTask(taskId: string | undefined, command: Command): string {
  if (taskId !== undefined) return describeTaskVariable(command);
  const isOpen = command.getOptionValueSource("task") !== "cli";
  return isOpen && command.options.some(({ long }) => long === "--task")
    ? "This means an output of the job itself; for one of a task, add --task ID."
    : "";
}

async function suggestJob(jobId: string | undefined, command: Command): Promise<string> {
  return jobId === undefined ? "" : await suggestJobs([jobId], command);
}

/** Suggests jobs of the account that are similar to these IDs and globs, none of which has selected a job. */
export async function suggestJobs(wanted: readonly string[], command: Command): Promise<string> {
  return await suggestInTime(async (abortSignal) => {
    const account = openAccount(command);
    const names: string[] = [];
    for await (const job of account.listJobs({ abortSignal })) {
      names.push(job.jobId ?? job.containerName);
      if (names.length === maxListed) break;
    }
    const similar = wanted.flatMap((id) =>
      isPattern(id) ? findClosestToGlob(id, names) : findClosestNames(id, names),
    );
    return formatSuggestion("job", [...new Set(similar)].slice(0, 3));
  });
}

/** Compares the text before the first wildcard with as much of each name. */
function findClosestToGlob(glob: string, names: readonly string[]): string[] {
  const [start = ""] = glob.split(/[*?[{]/);
  const beginnings = new Map(names.map((name) => [name.slice(0, start.length), name]));
  return findClosestNames(start, beginnings.keys()).map((beginning) => beginnings.get(beginning) ?? "");
}

/** The selection of a command that found nothing. */
export interface NotFound {
  readonly command: Command;
  readonly job: JobOutputStorage;
  /** The values of `--task`. */
  readonly tasks?: readonly string[];
  readonly kind?: string | undefined;
  /** Lists the outputs of the selected tasks, of all kinds. */
  readonly list: () => AsyncIterable<OutputFileReference>;
  readonly isAwaited?: boolean;
}

/**
 * Like {@link suggestForError}, for an empty listing: suggests tasks if a selected one has no outputs, or says what can be done about
 * its files, otherwise suggests kinds.
 */
export async function suggestNames({
  job,
  tasks = [],
  kind,
  list,
  command,
  isAwaited = false,
}: NotFound): Promise<string> {
  return await suggestInTime(async (abortSignal) => {
    const ids = tasks.filter((task) => !isPattern(task));
    if (ids.length > 0) {
      const existing = new Set<string>();
      for await (const taskId of job.listTasks({ abortSignal })) {
        existing.add(taskId);
        if (existing.size === maxListed) break;
      }
      const missing = ids.filter((id) => !existing.has(id));
      const similar = missing.flatMap((id) => findClosestNames(id, existing));
      const [first] = missing;
      if (similar.length > 0) return formatSuggestion("task", [...new Set(similar)].slice(0, 3));
      // Who deletes does not look for files.
      if (first !== undefined && command.name() !== "delete" && !isAwaited)
        return await explainUnsavedTask(job.jobId, first, command, abortSignal);
    }
    if (kind === undefined) return "";
    const kinds = new Set<string>();
    let count = 0;
    for await (const output of list()) {
      kinds.add(output.kind);
      count += 1;
      if (count === maxListed || abortSignal.aborted) break;
    }
    if (kinds.has(kind)) return "";
    const there = kinds.size === 0 ? "" : `There is ${joinNames([...kinds], "and")}.`;
    const isSimilar = findClosestNames(kind, kinds).length > 0;
    return [suggestKind(kind, kinds), isSimilar ? "" : there].filter((text) => text !== "").join(" ");
  });
}

/**
 * Suggests kinds after no output of this kind was found: those that exist, or predefined ones that nothing was saved as. "" for a
 * kind that exists, and if no other is similar.
 */
export function suggestKind(kind: string, existing: ReadonlySet<string>): string {
  if (existing.has(kind)) return "";
  const similar = findClosestNames(kind, existing);
  if (similar.length > 0) return formatSuggestion("kind", similar);
  return predefinedKinds.includes(kind)
    ? ""
    : formatSuggestion("kind", findClosestNames(kind, predefinedKinds));
}

/** Errors are ignored: they must not hide the error of the command. */
async function suggestInTime(suggest: (abortSignal: AbortSignal) => Promise<string>): Promise<string> {
  try {
    return await suggest(AbortSignal.any([interruptSignal(), AbortSignal.timeout(maxTimeInMs)]));
  } catch {
    return "";
  }
}

function formatSuggestion(noun: string, names: readonly string[]): string {
  return names.length === 0 ? "" : `Did you mean ${noun} ${joinNames(names, "or")}?`;
}

function joinNames(names: readonly string[], word: "and" | "or"): string {
  const last = names.at(-1) ?? "";
  return names.length <= 1 ? last : `${names.slice(0, -1).join(", ")} ${word} ${last}`;
}
