import { parseOutputBlobName } from "../../../../conventions/index.js";
import type { ViewerConfig, ZipRequest } from "../../../protocol/index.js";

export interface CommandContext {
  readonly config: Pick<ViewerConfig, "store" | "container" | "storeArguments">;
  /** Absent if unknown. */
  readonly jobId: string | undefined;
}

/**
 * Formats the commands for a POSIX shell that download what a zip would contain: one command per kind, because a path is unique
 * only within its kind. They contain no secret: credentials come from the environment.
 */
export function formatDownloadCommand(request: ZipRequest, context: CommandContext): string {
  const { taskId, blobNames } = request;
  if (blobNames === undefined) {
    const folder = taskId ?? context.jobId ?? request.container;
    const { kind, include, isFlat = false } = request;
    return formatShellLine([
      ...["batch-outputs", "download", `./${folder}`],
      ...(kind === undefined ? [] : ["--kind", kind]),
      ...(include === undefined ? [] : ["--include", include]),
      ...(isFlat ? ["--flatten", "{task}-{name}"] : []),
      ...formatStoreArguments(request, context, formatTaskArguments(request)),
    ]);
  }
  const groups = new Map<string, string[]>();
  for (const name of blobNames) {
    const output = parseOutputBlobName(name);
    const group = JSON.stringify([output?.taskId ?? null, output?.kind ?? ""]);
    const names = groups.get(group);
    if (names === undefined) groups.set(group, [name]);
    else names.push(name);
  }
  return [...groups.values()].map((names) => formatOutputsCommand(names, request, context)).join("\n");
}

/** Formats the command that deletes all outputs of a job and its tasks. It asks before it deletes. */
export function formatDeleteJobCommand(jobId: string, { storeArguments = [] }: ViewerConfig): string {
  return formatShellLine(["batch-outputs", "delete", "--whole-job", "--job", jobId, ...storeArguments]);
}

function formatOutputsCommand(
  names: readonly string[],
  request: ZipRequest,
  context: CommandContext,
): string {
  const outputs = names.map(parseOutputBlobName).filter((output) => output !== undefined);
  const [first] = outputs;
  if (first === undefined) return "";
  const { taskId, kind } = first;
  const includes = outputs.flatMap(({ path }) => ["--include", escapeGlob(path)]);
  const folder = `./${taskId ?? context.jobId ?? request.container}/$${kind}`;
  const of = formatStoreArguments(
    taskId === undefined ? { container: request.container } : { ...request, taskId },
    context,
  );
  return formatShellLine(["batch-outputs", "download", folder, "--kind", kind, ...includes, ...of]);
}

/** Without tasks, those of the whole job. */
function formatTaskArguments({ taskId, taskIds }: ZipRequest): string[] {
  const ids = taskId === undefined ? (taskIds ?? []) : [taskId];
  return ids.length === 0 ? ["--all-tasks"] : ids.flatMap((id) => ["--task", id]);
}

/** The arguments of a command for the job or task, and the store. Without a task, for the job itself. */
export function formatStoreArguments(
  { container, taskId }: Pick<ZipRequest, "container" | "taskId">,
  { config, jobId }: CommandContext,
  task: readonly string[] = taskId === undefined ? ["--no-task"] : ["--task", taskId],
): string[] {
  if (jobId !== undefined) return ["--job", jobId, ...task, ...(config.storeArguments ?? [])];
  const url =
    config.container === container ? config.store : `${config.store.replace(/\/$/, "")}/${container}`;
  return ["--container-url", url, ...task];
}

/** Escapes a path as a glob that matches only it. */
function escapeGlob(path: string): string {
  return path.replace(/[\\*?[\]{}()!+@|]/g, "\\$&");
}

/** Formats a command line for a POSIX shell. */
export function formatShellLine(words: readonly string[]): string {
  return words.map(quoteShellWord).join(" ");
}

function quoteShellWord(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  // A terminal acts on a pasted control character before the shell quotes it, so it is written as an escape (bash, zsh, ksh).
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(word))
    return `$'${word.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}'\\]/gu, escapeAnsiC)}'`;
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

function escapeAnsiC(character: string): string {
  if (character === "'" || character === "\\") return `\\${character}`;
  return [...new TextEncoder().encode(character)]
    .map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`)
    .join("");
}
