import { formatInteger } from "../../core/index.js";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { DecodedLog } from "../tail/decoded-log.js";
import { decodeLog, explainFailures, readTasks } from "../../diagnosis/index.js";
import type { OutputFileReference } from "../../outputs/index.js";
import { createOutputObject } from "../outputs/describe.js";
import { collectTallies } from "../outputs/tallies.js";
import { createTaskFilter } from "../selection/task-filter.js";
import { isBatchUnreachable } from "../why/with-batch-if-reachable.js";
import { answerList, answerWithData, formatJsonLines, maxAnswerBytes, usualMaxItems } from "./answer.js";
import type { McpStore } from "./mcp-store.js";
import { collectItems, type ToolCall } from "./tool-call.js";

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
  call: ToolCall,
): Promise<CallToolResult> {
  if (client === undefined)
    return answerList("job", { found: [{ jobId: job(undefined).jobId }], cut: undefined });
  const { abortSignal } = call;
  const collected = await collectItems(
    client.listJobs({ abortSignal }),
    ({ jobId, containerName, lastModified }) => ({ jobId, containerName, lastModified }),
    { maxItems, call },
  );
  return answerList("job", collected);
}

/** Lists the tasks of a job with their outcomes. */
export async function tasks(
  store: McpStore,
  values: JobValues & { readonly result?: string | undefined },
  call: ToolCall,
): Promise<CallToolResult> {
  const job = store.job(values.job);
  const { maxItems = usualMaxItems, result: wanted } = values;
  const isTask = createTaskFilter(values.tasks);
  const { abortSignal } = call;
  const reading = await withoutUnreachableBatch(store, (batch) =>
    readTasks(job, collectTallies, { batch, jobId: values.job, abortSignal }),
  );
  const collected = await collectItems(
    reading.tasks,
    ({ taskId, outcome, saved: kinds }) => {
      const { result = "unknown", attempts = [], last } = outcome ?? {};
      if (!isTask(taskId) || (wanted !== undefined && result !== wanted)) return undefined;
      const { exitCode, signal, failure, startedAt, endedAt, nodeId } = last ?? {};
      const run = { exitCode, signal, failure, startedAt, endedAt, nodeId };
      const { outputs, bytes } = kinds?.total() ?? {};
      const saved = kinds && { outputs, bytes };
      return { taskId, result, attempts: attempts.length, ...run, saved };
    },
    { maxItems, call },
  );
  return answerList("task", collected);
}

/** Limits of the answer of `why`: failures whose logs are read, the newest first; causes; tasks of each. */
const maxFailures = 2_000;
const maxGroups = 30;
const maxTaskIds = 20;

/** Groups failures by cause. */
export async function why(store: McpStore, values: JobValues, call: ToolCall): Promise<CallToolResult> {
  const job = store.job(values.job);
  const isWanted = createTaskFilter(values.tasks);
  const { abortSignal } = call;
  const {
    groups,
    counts,
    recoveredTaskIds: _,
    ...sources
  } = await withoutUnreachableBatch(store, (batch) =>
    explainFailures(job, { batch, jobId: values.job, isWanted, maxFailures, abortSignal }),
  );
  const shown = groups
    .slice(0, maxGroups)
    .map(({ taskIds, ...group }) => ({ ...group, taskIds: taskIds.slice(0, maxTaskIds) }));
  const sentences = [
    `${formatInteger(counts.failed)} of ${formatInteger(counts.tasks)} tasks failed, for ${groups.length} reasons.`,
    ...(sources.unreadCount > 0
      ? [`Only the newest failures were examined: ${formatInteger(sources.unreadCount)} older ones were not.`]
      : []),
    ...(groups.length > maxGroups ? [`The ${maxGroups} most frequent reasons are listed.`] : []),
    ...(groups.some(({ count }) => count > maxTaskIds)
      ? [`At most ${maxTaskIds} tasks of a reason are listed.`]
      : []),
  ];
  return answerWithData(sentences.join(" "), formatJsonLines([{ counts, ...sources }, ...shown]));
}

/** Makes a call with the Batch account, if there is one, and without it if it does not respond. */
async function withoutUnreachableBatch<T>(
  { batch }: McpStore,
  work: (batch: McpStore["batch"]) => Promise<T>,
): Promise<T> {
  try {
    return await work(batch);
  } catch (error) {
    if (batch === undefined || !isBatchUnreachable(error)) throw error;
    return await work(undefined);
  }
}

/** Reads the end of a log. */
export async function tail(
  store: McpStore,
  values: OutputValues & { readonly lines: number },
  call: ToolCall,
): Promise<CallToolResult> {
  const { abortSignal } = call;
  const output = openOutput(store, values);
  const known = await output.getProperties({ abortSignal });
  const { size } = known;
  const offset = Math.max(0, size - maxAnswerBytes);
  const decoded = DecodedLog.open(output, known, abortSignal);
  const text =
    decoded === undefined
      ? await readText(output, offset, size - offset, abortSignal)
      : decodeLog(await decoded.readEnd(maxAnswerBytes));
  const lines = text.replace(/\n$/, "").split("\n");
  const shown = lines.slice(-values.lines);
  const isShort = shown.length < values.lines && (offset > 0 || decoded !== undefined);
  const rest = isShort ? ` No more than its last ${maxAnswerBytes} bytes are read.` : "";
  return answerWithData(
    `${describe(values)} has ${size} bytes; these are its last lines.${rest}`,
    shown.join("\n"),
    { keeps: "end" },
  );
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
  call: ToolCall,
): Promise<CallToolResult> {
  const { abortSignal } = call;
  const storage = store.job(job);
  if (kind !== undefined) storage.getOutputStoragePath(kind);
  const outputs =
    task === undefined
      ? storage.listAllOutputs({ abortSignal })
      : storage.getTaskOutputStorage(task).listOutputs(kind, { abortSignal });
  const collected = await collectItems(
    outputs,
    (output) => (kind !== undefined && output.kind !== kind ? undefined : createOutputObject(output)),
    { maxItems, call },
  );
  return answerList("output", collected);
}

/** Reads a range of an output. */
export async function read(
  store: McpStore,
  values: OutputValues & { readonly offset: number; readonly count: number },
  call: ToolCall,
): Promise<CallToolResult> {
  const { abortSignal } = call;
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
export async function link(store: McpStore, values: OutputValues, call: ToolCall): Promise<CallToolResult> {
  const { abortSignal } = call;
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
