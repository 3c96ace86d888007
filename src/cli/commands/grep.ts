import { type Command, InvalidArgumentError } from "commander";
import { concernsAllOutputs, forEachConcurrently, throwIfAborted } from "../../core/index.js";
import type { OutputFileReference } from "../../outputs/index.js";
import {
  addExamples,
  addJobFlags,
  addProgressFlags,
  addTaskFilterFlag,
  collectValues,
  createConcurrencyFlag,
  createExcludeFlag,
  createFlag,
  createIncludeFlag,
  createJsonFlag,
  createProgressFlags,
  parseDurationFlag,
} from "../command-line/flags.js";
import { LogReader } from "../../diagnosis/index.js";
import { ExitStatus } from "../errors/exit-status.js";
import { explain } from "../errors/explain.js";
import { chooseLogs } from "../grep/chosen-logs.js";
import { reportNoLogs } from "../grep/report-no-logs.js";
import type { GrepFlags } from "../grep/grep-flags.js";
import { createLineMatcher, type LineMatcher } from "../grep/line-matcher.js";
import { MatchPrinter } from "../grep/match-printer.js";
import { type FoundLine, searchLog, type SearchOptions } from "../grep/search-log.js";
import { describeOutput } from "../outputs/describe.js";
import { addBatchAccountFlags } from "../store/open-batch-account.js";
import { suggestForError } from "../suggestions/suggest.js";
import { interruptSignal } from "../terminal/interrupts.js";
import { Progress } from "../terminal/progress.js";
import { OutputClosed, writeMessage } from "../terminal/terminal.js";

const about = `Searches the logs of a job for lines that match a pattern, many logs at the same time, without saving them. Logs are the outputs
of TaskLog and other kinds that end in "Log"; another kind is searched with --kind. A log of several parts is one log; logs that are
stored with a content encoding (gzip, deflate, br or zstd), as gzip files or in UTF-16 are searched as text.

The pattern is a regular expression in RE2's syntax. The time of a search is linear in the size of the logs for any pattern. Each line begins
with the task and the path of the log; lines are printed as they are found. A line of more than 1 MiB is searched in pieces of this length, each of
which counts as a line.

Exit status, as that of grep: 0 if a line was found, 1 if no line was found, 2 after an error.

With --json, each object is a line, with the members jobId, taskId, kind, path, line (its number), text and, for lines before or after a
match, isContext; with -c a log with its count; with -l a log.`;

/** `batch-outputs grep`: searches the logs of a job. */
export function grep(command: Command): void {
  command
    .description(about)
    .argument("<pattern>", "regular expression, or text with -F")
    .addOption(createFlag("-i, --ignore-case", "ignore differences of letter case"))
    .addOption(createFlag("-v, --invert-match", "lines that do not match"))
    .addOption(createFlag("-F, --fixed-strings", "the pattern is a text"))
    .addOption(createFlag("-n, --line-number", "print line numbers"))
    .addOption(createFlag("-c, --count", "print the number of lines for each log"))
    .addOption(createFlag("-l, --files-with-matches", "print the names of logs with a match"))
    .addOption(createFlag("-m, --max-count <n>", "stop after this many lines of a log").argParser(parseCount))
    .addOption(
      createFlag("-A, --after-context <n>", "print this many lines after a match").argParser(parseCount),
    )
    .addOption(
      createFlag("-B, --before-context <n>", "print this many lines before a match").argParser(parseCount),
    )
    .addOption(
      createFlag("-C, --context <n>", "print this many lines before and after a match").argParser(parseCount),
    )
    .addOption(createFlag("-k, --kind <kind>", "output kind (default: all logs)"))
    .addOption(createIncludeFlag())
    .addOption(createExcludeFlag())
    .addOption(
      createFlag("--since <duration>", "only logs that changed in the last 30m, 12h, 2d").argParser(
        parseDurationFlag,
      ),
    )
    .addOption(
      createFlag("--failed", "only logs of tasks that failed, by their records and the Batch service"),
    )
    .addOption(createConcurrencyFlag("logs"))
    .addOption(createJsonFlag());
  addProgressFlags(command);
  addBatchAccountFlags(command);
  addTaskFilterFlag(command).addOption(
    createFlag(
      "--jobs <id>",
      "this job of the account, or a glob in quotes, instead of --job; can be repeated",
    ).argParser(collectValues),
  );
  addJobFlags(command);
  addExamples(command, [
    ["Which logs contain a text", "batch-outputs grep -lF 'CUDA out of memory' --job film-7"],
    [
      "Errors of the failed tasks, with the lines before",
      "batch-outputs grep -B 3 'ERROR|FATAL' --failed --job film-7",
    ],
    [
      "How often a text occurs, in the logs of several jobs",
      "batch-outputs grep -c retrying --jobs 'film-*' --since 2d",
    ],
  ]);
  command.action(async (pattern: string) => {
    process.exitCode = await run(command, pattern);
  });
}

async function run(command: Command, pattern: string): Promise<number> {
  const flags = command.opts<GrepFlags>();
  const matcher = createLineMatcher(pattern, flags);
  const selected = { jobs: 0, logs: 0 };
  try {
    const status = await new Grep(flags, matcher).search(chooseLogs(command, flags, selected));
    if (selected.logs === 0) await reportNoLogs(command, flags, selected.jobs);
    return status;
  } catch (error) {
    if (error instanceof OutputClosed || interruptSignal().aborted) throw error;
    writeMessage(explain(error), { text: "batch-outputs grep:", style: "red" });
    const suggestion = await suggestForError(error, command);
    if (suggestion !== "") writeMessage(suggestion);
    return grepStatus.error;
  }
}

const grepStatus = { found: ExitStatus.done, none: 1, error: 2 } as const;

class Grep {
  readonly #flags: GrepFlags;
  readonly #matcher: LineMatcher;
  readonly #options: SearchOptions;
  readonly #printer: MatchPrinter;
  readonly #reader = new LogReader();
  readonly #abortSignal = interruptSignal();
  #hasFound = false;
  #hasFailed = false;

  constructor(flags: GrepFlags, matcher: LineMatcher) {
    const { context = 0, beforeContext = context, afterContext = context } = flags;
    const isSummary = (flags.count ?? false) || (flags.filesWithMatches ?? false);
    this.#flags = flags;
    this.#matcher = matcher;
    this.#options = {
      invert: flags.invertMatch ?? false,
      maxCount: flags.filesWithMatches ? Math.min(1, flags.maxCount ?? 1) : (flags.maxCount ?? Infinity),
      before: isSummary ? 0 : beforeContext,
      after: isSummary ? 0 : afterContext,
      hasNumbers: !isSummary && ((flags.lineNumber ?? false) || (flags.json ?? false)),
    };
    this.#printer = new MatchPrinter(flags, !isSummary && beforeContext + afterContext > 0);
  }

  async search(logs: AsyncIterable<OutputFileReference>): Promise<number> {
    using progress = new Progress("Searching", createProgressFlags(this.#flags));
    let loadedBytes = 0;
    await forEachConcurrently(logs, this.#flags.concurrency ?? 16, async (output) => {
      throwIfAborted(this.#abortSignal);
      await this.#searchLog(output, (bytes) => {
        loadedBytes += bytes;
        progress.update({ loadedBytes });
      });
    });
    return this.#hasFailed ? grepStatus.error : this.#hasFound ? grepStatus.found : grepStatus.none;
  }

  async #searchLog(output: OutputFileReference, onBytes: (bytes: number) => void): Promise<void> {
    try {
      const bytes = countBytes(this.#reader.read(output, this.#abortSignal), onBytes);
      let count = 0;
      for await (const lines of searchLog(bytes, this.#matcher, this.#options)) {
        count += lines.filter(({ isMatch }) => isMatch).length;
        this.#hasFound = true;
        await this.#print(output, lines);
      }
      if (this.#flags.filesWithMatches) {
        if (count > 0) await this.#printer.name(output);
      } else if (this.#flags.count) await this.#printer.count(output, count);
    } catch (error) {
      if (this.#abortSignal.aborted || error instanceof OutputClosed || concernsAllOutputs(error))
        throw error;
      // If a log cannot be read, the search continues with the others.
      this.#hasFailed = true;
      writeMessage(`${describeOutput(output)}: ${explain(error)}`, { text: "failed:", style: "red" });
    }
  }

  async #print(output: OutputFileReference, lines: readonly FoundLine[]): Promise<void> {
    if (!this.#flags.count && !this.#flags.filesWithMatches) await this.#printer.lines(output, lines);
  }
}

async function* countBytes(
  bytes: AsyncIterable<Uint8Array>,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const part of bytes) {
    onBytes(part.length);
    yield part;
  }
}

function parseCount(value: string): number {
  if (/^\d+$/.test(value) && Number.isSafeInteger(Number(value))) return Number(value);
  throw new InvalidArgumentError("It must be a whole number, 0 or more.");
}
