import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { forEachConcurrently, throwIfAborted } from "../../core/index.js";
import { isLog, isLogUnreadable, LogReader } from "../../diagnosis/index.js";
import type { JobOutputStorage, OutputFileReference } from "../../outputs/index.js";
import { createLineMatcher } from "../grep/line-matcher.js";
import { searchLog } from "../grep/search-log.js";
import { createErrorObject } from "../errors/explain.js";
import { createTaskFilter } from "../selection/task-filter.js";
import { formatCount } from "../terminal/formats.js";
import { answerWithData, describeCount, formatJsonLines, usualMaxItems } from "./answer.js";
import type { McpStore } from "./mcp-store.js";
import type { ToolCall } from "./tool-call.js";
import type { JobValues } from "./tools.js";

/** The maximum number of logs that a search reports as not readable, each with its error. */
const maxUnreadable = 20;
/** The maximum length of a line in an answer. */
const maxLineLength = 500;
/** The maximum number of bytes of text that one search reads. */
const searchBudgetBytes = 2 * 1024 * 1024 * 1024;

/** Searches logs. */
export async function grep(
  store: McpStore,
  values: JobValues & {
    readonly pattern: string;
    readonly isText?: boolean | undefined;
    readonly ignoreCase?: boolean | undefined;
    readonly kind?: string | undefined;
  },
  call: ToolCall,
): Promise<CallToolResult> {
  const { abortSignal } = call;
  const { pattern, isText: fixedStrings, ignoreCase, kind, maxItems = usualMaxItems } = values;
  const job = store.job(values.job);
  const matcher = createLineMatcher(pattern, { fixedStrings, ignoreCase });
  const isTask = createTaskFilter(values.tasks);
  const search: LogSearch = { found: [], bytesLeft: searchBudgetBytes, skippedCount: 0, unreadable: [] };
  const isFull = (): boolean => search.found.length >= maxItems || search.bytesLeft <= 0 || call.isOver();
  const reader = new LogReader();
  const options = { invert: false, maxCount: maxItems, before: 0, after: 0, hasNumbers: true };
  const logs = listLogs(job, kind, isFull, abortSignal);
  const searched = forEachConcurrently(logs, 8, async (output) => {
    if (!isTask(output.taskId ?? "")) return;
    throwIfAborted(abortSignal);
    if (isFull()) {
      search.skippedCount += 1;
      return;
    }
    const { taskId, kind, filePath: path } = output;
    const address = { taskId, kind, path };
    try {
      const bytes = takeBudget(reader.read(output, abortSignal), search);
      for await (const lines of searchLog(bytes, matcher, options)) {
        for (const { number, text } of lines)
          search.found.push({ ...address, line: number, text: shorten(text) });
        if (!isFull()) continue;
        search.skippedCount += 1;
        break;
      }
    } catch (error) {
      if (!(error instanceof Error && isLogUnreadable(error))) throw error;
      search.unreadable.push({ ...address, error: createErrorObject(error) });
    }
  });
  await searched.catch((error: unknown) => {
    if (!call.isOver()) throw error;
  });
  const { found, skippedCount, unreadable } = search;
  const shown = found.slice(0, maxItems);
  const isCut = skippedCount > 0 || found.length > maxItems;
  const cut = call.isOver() ? "time" : isCut ? "count" : undefined;
  const unread =
    unreadable.length === 0 ? "" : ` ${formatCount(unreadable.length, "log")} could not be read.`;
  const data = formatJsonLines([...shown, ...unreadable.slice(0, maxUnreadable)]);
  return answerWithData(`${describeCount("line", shown.length, cut)}${unread}`, data);
}

function shorten(text: string): string {
  return text.length <= maxLineLength ? text : `${text.slice(0, maxLineLength)}…`;
}

interface LogSearch {
  readonly found: object[];
  /** How many more bytes of text may be searched. */
  bytesLeft: number;
  /** The number of logs that were not searched, or not completely. */
  skippedCount: number;
  readonly unreadable: object[];
}

/** Ends when the budget of the search is used up: a small compressed log can have any length. */
async function* takeBudget(bytes: AsyncIterable<Uint8Array>, search: LogSearch): AsyncGenerator<Uint8Array> {
  for await (const part of bytes) {
    if (search.bytesLeft <= 0) {
      search.skippedCount += 1;
      return;
    }
    search.bytesLeft -= part.length;
    yield part;
  }
}

async function* listLogs(
  job: JobOutputStorage,
  kind: string | undefined,
  isFull: () => boolean,
  abortSignal: AbortSignal,
): AsyncGenerator<OutputFileReference> {
  if (kind !== undefined) job.getOutputStoragePath(kind);
  for await (const output of job.listAllOutputs({ abortSignal })) {
    if (kind === undefined ? isLog(output) : output.kind === kind) yield output;
    if (isFull()) return;
  }
}
