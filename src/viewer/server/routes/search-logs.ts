import { once } from "node:events";
import { PassThrough } from "node:stream";
import {
  hasCode,
  omitUndefined,
  forEachConcurrently,
  linkAbort,
  throwIfAborted,
} from "../../../core/index.js";
import { isLog, isLogUnreadable, LogReader } from "../../../diagnosis/index.js";
import type { JobOutputStorage, OutputFileReference } from "../../../outputs/index.js";
import type { LogMatches, LogSearchProgress, StreamMessage } from "../../protocol/index.js";
import { streamMessages } from "../http/message-stream.js";
import { parseObject, readBody, readTextsMember, requireTextMember } from "../http/request-body.js";
import { PatternSearches } from "../search/pattern-searches.js";
import { searchLines } from "../search/search-lines.js";
import { createPattern, parseSearchQuery, type SearchPattern } from "../search/search-query.js";

type Message = StreamMessage<LogMatches, LogSearchProgress>;

/** The maximum number of logs with matches that are sent. */
const maxMatchingLogs = 1_000;
/** The maximum number of lines of a log that are counted. */
const maxLines = 1_000;
/** The number of lines of a log that are sent. */
const shownLines = 3;
const concurrency = 16;
/** The number of logs, and of bytes, between two progress messages. */
const progressLogs = 50;
const progressBytes = 16 * 1024 * 1024;

/**
 * POST: searches the logs of a job, or of some of its tasks. Logs are sent as they are searched, in no particular
 * order.
 */
export async function streamLogSearch(request: Request, job: JobOutputStorage): Promise<Response> {
  const wanted = parseObject(await readBody(request));
  const isSet = (name: string): string => (Reflect.get(wanted, name) === true ? "1" : "0");
  const parameters = new URLSearchParams({
    ...{ q: requireTextMember(wanted, "text"), case: isSet("isCaseSensitive"), regex: isSet("isRegex") },
  });
  const pattern = createPattern(parseSearchQuery(parameters));
  const taskIds = readTextsMember(wanted, "taskIds");
  const tasks = taskIds && new Set(taskIds);
  return streamMessages<LogMatches, LogSearchProgress>(request, async function* (abortSignal) {
    const messages = new PassThrough({ objectMode: true, highWaterMark: 64 });
    const search = new LogSearch(pattern, messages, abortSignal);
    const work = search.run(job, tasks).then(
      () => messages.end({ end: true }),
      (error: unknown) => messages.destroy(error instanceof Error ? error : new Error(String(error))),
    );
    try {
      for await (const message of messages) yield [message as Message];
    } finally {
      search.stop();
      await work;
    }
  });
}

class LogSearch {
  readonly #pattern: SearchPattern;
  readonly #messages: PassThrough;
  readonly #abort: ReturnType<typeof linkAbort>;
  readonly #reader = new LogReader();
  #searchedLogs = 0;
  #searchedBytes = 0;
  #unreadableLogs = 0;
  #archivedLogs = 0;
  #matchingLogs = 0;
  #reportedBytes = 0;

  constructor(pattern: SearchPattern, messages: PassThrough, abortSignal: AbortSignal) {
    this.#pattern = pattern;
    this.#messages = messages;
    this.#abort = linkAbort(abortSignal);
  }

  stop(): void {
    this.#abort.abort();
  }

  async run(job: JobOutputStorage, tasks: ReadonlySet<string> | undefined): Promise<void> {
    const abortSignal = this.#abort.signal;
    using searches = new PatternSearches(this.#pattern, abortSignal);
    await forEachConcurrently(this.#listLogs(job, tasks), concurrency, async (log) => {
      throwIfAborted(abortSignal);
      if (this.#isCapped) return;
      await this.#searchLog(log, searches);
      this.#searchedLogs += 1;
      if (this.#searchedLogs % progressLogs === 0) await this.#reportProgress();
    });
    await this.#reportProgress();
  }

  async *#listLogs(
    job: JobOutputStorage,
    tasks: ReadonlySet<string> | undefined,
  ): AsyncGenerator<OutputFileReference, undefined> {
    for await (const output of job.listAllOutputs({ abortSignal: this.#abort.signal })) {
      if (this.#isCapped) break;
      if (isLog(output) && (tasks === undefined || tasks.has(output.taskId ?? ""))) yield output;
    }
    return undefined;
  }

  get #isCapped(): boolean {
    return this.#matchingLogs >= maxMatchingLogs;
  }

  async #searchLog(log: OutputFileReference, searches: PatternSearches): Promise<void> {
    const hits: LogMatches["hits"][number][] = [];
    let lineCount = 0;
    let reached = 0;
    try {
      const bytes = this.#reader.read(log, this.#abort.signal);
      const find = searches.find.bind(searches);
      for await (const found of searchLines(bytes, find, 0, maxLines + 1)) {
        lineCount += found.hits.length;
        for (const { lineNumber, text, start, end } of found.hits.slice(0, shownLines - hits.length))
          hits.push({ lineNumber, text, start, end });
        this.#searchedBytes += found.searchedUpTo - reached;
        reached = found.searchedUpTo;
        if (this.#searchedBytes - this.#reportedBytes >= progressBytes) await this.#reportProgress();
      }
    } catch (error) {
      if (!isLogUnreadable(error)) throw error;
      this.#unreadableLogs += 1;
      if (hasCode(error, "OutputArchived")) this.#archivedLogs += 1;
    }
    if (lineCount === 0 || this.#isCapped) return;
    this.#matchingLogs += 1;
    const { taskId, kind, filePath: path, blobName } = log;
    const isCapped = lineCount > maxLines ? true : undefined;
    const matches = {
      taskId,
      kind,
      path,
      blobName,
      lineCount: Math.min(lineCount, maxLines),
      isCapped,
      hits,
    };
    await this.#send({ item: omitUndefined(matches) });
  }

  async #reportProgress(): Promise<void> {
    this.#reportedBytes = this.#searchedBytes;
    const [searchedLogs, searchedBytes] = [this.#searchedLogs, this.#searchedBytes];
    const isCapped = this.#isCapped ? true : undefined;
    const [unreadableLogs, archivedLogs] = [this.#unreadableLogs, this.#archivedLogs];
    const progress = { searchedLogs, searchedBytes, unreadableLogs, archivedLogs, isCapped };
    await this.#send({ progress: omitUndefined(progress) });
  }

  /** Sends a message. Waits while the reader is slower. */
  async #send(message: Message): Promise<void> {
    if (this.#messages.destroyed || this.#messages.write(message)) return;
    await once(this.#messages, "drain", { signal: this.#abort.signal });
  }
}
