import { parseOutputBlobName } from "../../../../conventions/index.js";
import type { ViewerConfig, ZipRequest } from "../../../protocol.js";

export interface CommandContext {
  readonly config: Pick<ViewerConfig, "store" | "container" | "storeArguments">;
  /** Absent where the container's name does not tell it. */
  readonly jobId: string | undefined;
}

/**
 * What to type into a POSIX shell to fetch the same as a zip would hold. One command a kind, because a path is looked for
 * within a kind. No secret is in it: where the store is reached by one, it comes from the environment.
 */
export function formatDownloadCommand(request: ZipRequest, context: CommandContext): string {
  const { taskId, taskIds, blobNames } = request;
  if (taskIds !== undefined)
    return taskIds
      .map((id) => formatDownloadCommand({ container: request.container, taskId: id }, context))
      .join("\n");
  if (blobNames === undefined) {
    const folder = taskId ?? context.jobId ?? request.container;
    const kind = request.kind === undefined ? [] : ["--kind", request.kind];
    const tasks = taskId === undefined && request.kind === undefined ? ["--all-tasks"] : [];
    return formatShellLine([
      "batch-outputs",
      "download",
      `./${folder}`,
      ...kind,
      ...tasks,
      ...formatStoreArguments(request, context),
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

function formatOutputsCommand(names: readonly string[], request: ZipRequest, context: CommandContext): string {
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

/** The words of a command that name a job or task, and the store. */
export function formatStoreArguments(
  { container, taskId }: Pick<ZipRequest, "container" | "taskId">,
  { config, jobId }: CommandContext,
): string[] {
  const task = taskId === undefined ? ["--no-task"] : ["--task", taskId];
  if (jobId !== undefined) return ["--job", jobId, ...task, ...(config.storeArguments ?? [])];
  const url =
    config.container === container ? config.store : `${config.store.replace(/\/$/, "")}/${container}`;
  return ["--container-url", url, ...task];
}

/** A glob that matches this path and no other. */
function escapeGlob(path: string): string {
  return path.replace(/[\\*?[\]{}()!+@|]/g, "\\$&");
}

/** A command line that a POSIX shell takes apart into just these words. */
export function formatShellLine(words: readonly string[]): string {
  return words.map(quoteShellWord).join(" ");
}

function quoteShellWord(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  // Pasted into a terminal, a control character acts before any shell quotes it: it is written as an escape (bash, zsh, ksh).
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
