import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { DecodedLog } from "../tail/decoded-log.js";
import { decodeLog, explainFailures, readTasks } from "../../diagnosis/index.js";
import type { OutputFileReference } from "../../outputs/index.js";
import { createOutputObject } from "../outputs/describe.js";
import { collectTallies } from "../outputs/tallies.js";
import { createTaskFilter } from "../selection/task-filter.js";
import { answerList, answerWithData, formatJsonLines, maxAnswerBytes, usualMaxItems } from "./answer.js";
import type { McpStore } from "./mcp-store.js";

/** Arguments of tools for a job. */
export interface JobValues {
  readonly job?: string | undefined;
  readonly tasks?: readonly string[] | undefined;
  readonly maxItems?: number | undefined;
}

interface OutputValues {
  readonly job?: string | undefined;
  readonly task?: string | undefined;
  readonly kind: string;
  readonly path: string;
}

/** Lists jobs. */
export async function jobs(
  { client, job }: McpStore,
  { maxItems = usualMaxItems }: JobValues,
  abortSignal: AbortSignal,
): Promise<CallToolResult> {
  if (client === undefined) return answerList("job", [{ jobId: job(undefined).jobId }], false);
  const found: object[] = [];
  for await (const { jobId, containerName, lastModified } of client.listJobs({ abortSignal })) {
    if (found.length === maxItems) return answerList("job", found, true);
    found.push({ jobId, containerName, lastModified });
  }
  return answerList("job", found, false);
}

/** Lists the tasks of a job with their outcomes. */
export async function tasks(
  store: McpStore,
  values: JobValues & { readonly result?: string | undefined },
  abortSignal: AbortSignal,
): Promise<CallToolResult> {
  const job = store.job(values.job);
  const { maxItems = usualMaxItems, result: wanted } = values;
  const isTask = createTaskFilter(values.tasks);
  const reading = await readTasks(job, collectTallies, {
    ...{ batch: store.batch, jobId: values.job, abortSignal },
  });
  const found: object[] = [];
  for await (const { taskId, outcome, saved: kinds } of reading.tasks) {
    const { result = "unknown", attempts = [], last } = outcome ?? {};
    if (!isTask(taskId) || (wanted !== undefined && result !== wanted)) continue;
    if (found.length === maxItems) return answerList("task", found, true);
    const { exitCode, signal, failure, startedAt, endedAt, nodeId } = last ?? {};
    const run = { exitCode, signal, failure, startedAt, endedAt, nodeId };
    const { outputs, bytes } = kinds?.total() ?? {};
    const saved = kinds && { outputs, bytes };
    found.push({ taskId, result, attempts: attempts.length, ...run, saved });
  }
  return answerList("task", found, false);
}

/** Groups failures by cause. */
export async function why(
  store: McpStore,
  values: JobValues,
  abortSignal: AbortSignal,
): Promise<CallToolResult> {
  const { groups, counts, ...sources } = await explainFailures(store.job(values.job), {
    ...{ batch: store.batch, jobId: values.job, abortSignal },
    isWanted: createTaskFilter(values.tasks),
  });
  const { batch, hasRecords, hasContainer, withoutLogsCount, unreadableCount, archivedCount } = sources;
  const unread = { withoutLogsCount, unreadableCount, archivedCount };
  const summary = { counts, batch, hasRecords, hasContainer, ...unread };
  const shown = groups
    .slice(0, 30)
    .map(({ taskIds, ...group }) => ({ ...group, taskIds: taskIds.slice(0, 20) }));
  const data = formatJsonLines([summary, ...shown]);
  return answerWithData(
    `${counts.failed} of ${counts.tasks} tasks failed, for ${groups.length} reasons.`,
    data,
  );
}

/** Reads the end of a log. */
export async function tail(
  store: McpStore,
  values: OutputValues & { readonly lines: number },
  abortSignal: AbortSignal,
): Promise<CallToolResult> {
  const output = openOutput(store, values);
  const known = await output.getProperties({ abortSignal });
  const { size } = known;
  const offset = Math.max(0, size - maxAnswerBytes);
  const decoded = DecodedLog.open(output, known, abortSignal);
  const text =
    decoded === undefined
      ? await readText(output, offset, size - offset, abortSignal)
      : decodeLog(await decoded.readEnd(maxAnswerBytes));
  const lines = text.replace(/\n$/, "").split("\n").slice(-values.lines);
  return answerWithData(`${describe(values)} has ${size} bytes; these are its last lines.`, lines.join("\n"));
}

/** Lists outputs. */
export async function list(
  store: McpStore,
  {
    job,
    task,
    kind,
    maxItems = usualMaxItems,
  }: JobValues & { readonly task?: string | undefined; readonly kind?: string | undefined },
  abortSignal: AbortSignal,
): Promise<CallToolResult> {
  const storage = store.job(job);
  if (kind !== undefined) storage.getOutputStoragePath(kind);
  const outputs =
    task === undefined
      ? storage.listAllOutputs({ abortSignal })
      : storage.getTaskOutputStorage(task).listOutputs(kind, { abortSignal });
  const found: object[] = [];
  for await (const output of outputs) {
    if (kind !== undefined && output.kind !== kind) continue;
    if (found.length === maxItems) return answerList("output", found, true);
    found.push(createOutputObject(output));
  }
  return answerList("output", found, false);
}

/** Reads a range of an output. */
export async function read(
  store: McpStore,
  values: OutputValues & { readonly offset: number; readonly count: number },
  abortSignal: AbortSignal,
): Promise<CallToolResult> {
  const output = openOutput(store, values);
  const { size } = await output.getProperties({ abortSignal });
  const offset = Math.min(values.offset, size);
  const count = Math.min(values.count, size - offset);
  const text = await readText(output, offset, count, abortSignal);
  return answerWithData(
    `${describe(values)} has ${size} bytes; these are ${count} from byte ${offset} on.`,
    text,
  );
}

/** Returns the URL of an output. */
export async function link(
  store: McpStore,
  values: OutputValues,
  abortSignal: AbortSignal,
): Promise<CallToolResult> {
  const output = openOutput(store, values);
  const { size } = await output.getProperties({ abortSignal });
  return answerWithData(`${describe(values)} has ${size} bytes.`, output.url);
}

function openOutput(store: McpStore, { job, task, kind, path }: OutputValues): OutputFileReference {
  const storage = store.job(job);
  return task === undefined
    ? storage.getOutput(kind, path)
    : storage.getTaskOutputStorage(task).getOutput(kind, path);
}

function describe({ task, kind }: OutputValues): string {
  return task === undefined ? `The ${kind} of the job` : `The ${kind} of task ${task}`;
}

async function readText(
  output: OutputFileReference,
  offset: number,
  count: number,
  abortSignal: AbortSignal,
): Promise<string> {
  if (count === 0) return "";
  const parts: Uint8Array[] = [];
  for await (const part of await output.openRead({ offset, count, abortSignal }))
    parts.push(part as Uint8Array);
  return decodeLog(Buffer.concat(parts));
}
