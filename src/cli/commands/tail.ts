import { type Command, InvalidArgumentError } from "commander";
import { BatchOutputsError, hasCode, linkAbort } from "../../core/index.js";
import type { JobOutputStorage, OutputFileReference } from "../../outputs/index.js";
import { describeOutput } from "../outputs/describe.js";
import { getLoadedCommand } from "../errors/running-command.js";
import { UsageError } from "../errors/usage-error.js";
import { explain } from "../errors/explain.js";
import { exitStatusForMany } from "../errors/exit-status-for.js";
import { interruptSignal } from "../terminal/interrupts.js";
import { formatJson } from "../terminal/json-lines.js";
import {
  addExamples,
  addJobFlags,
  collectValues,
  parseDurationFlag,
  createFlag,
  createJsonFlag,
  createRawFlag,
  createTimestampsFlag,
} from "../command-line/flags.js";
import { openJob } from "../store/open-store.js";
import { suggestForError } from "../suggestions/suggest.js";
import {
  followChosenTasks,
  requireChosenTasks,
  isOpenChoice,
  type TaskChoice,
} from "../tail/chosen-tasks.js";
import { tailOutput } from "../tail/tail-output.js";
import { createLineFormat, LineStamps } from "../tail/line-stamps.js";
import { type LineFormat, WholeLines } from "../tail/whole-lines.js";
import { makePrintable } from "../terminal/printable.js";
import { OutputClosed, writeMessage } from "../terminal/terminal.js";

interface TailFlags extends TaskChoice {
  readonly follow?: boolean;
  readonly lines?: number;
  readonly bytes?: number;
  readonly kind: string;
  readonly pollInterval: number;
  readonly raw?: boolean;
  readonly json?: boolean;
  readonly timestamps?: boolean;
}

const about = `Writes the end of a saved log to standard output and, with --follow, new data until the log is finished. Only
the end is downloaded, even of a long log. The content of a log that is stored with a content encoding (gzip, deflate, br or
zstd) or as a gzip file is written; such a log is downloaded completely.

With several tasks, each line begins with the task ID, and lines of different tasks are not mixed. With --all-tasks or a
glob, tasks without such a log are reported and do not count as failures. With --follow, the command waits for a
log that does not exist yet, and reads the new log from the start when a task runs again. With --all-tasks or a glob, it
also follows tasks that appear later, until Ctrl-C.

With --timestamps, each line begins with the time at which \`run\` or \`track\` saw it, in UTC; where no time is stored, with
blanks. A line that is rewritten with carriage returns is written in its last state, and one of more than 64 KiB is split.
With --follow, lines wait up to 15 s for their times, which are stored every ten seconds.

On a terminal, control sequences other than colors are shown as escapes, unless --raw is given.

With --json, each object is one line of a log, with the members jobId, taskId, kind, path and text (without the line end;
invalid UTF-8 is replaced, and a line of more than 64 KiB is split), and with --timestamps time, which is null if it is not known.`;

/** `batch-outputs tail`: writes the end of a log, and follows it. */
export function tail(command: Command): void {
  command
    .description(about)
    .argument("[path]", "output path", "stdout.txt")
    .allowExcessArguments()
    .addOption(createFlag("-f, --follow", "write new data until the log is finished"))
    .addOption(createFlag("-n, --lines <n>", "number of lines (default: 10)").argParser(parseCount))
    .addOption(createFlag("-c, --bytes <n>", "number of bytes, instead of lines").argParser(parseCount))
    .addOption(createFlag("-k, --kind <kind>", "output kind").default("TaskLog", "TaskLog"))
    .addOption(
      createFlag("--poll-interval <duration>", "how often to check for new data")
        .argParser(parseDurationFlag)
        .default(1_000, "1s"),
    )
    .addOption(createTimestampsFlag())
    .addOption(createRawFlag())
    .addOption(createJsonFlag());
  command
    .optionsGroup("Job and task:")
    .addOption(
      createFlag(
        "-t, --task <id>",
        "task ID or a glob in quotes; can be repeated",
        "AZ_BATCH_TASK_ID",
      ).argParser(collectValues),
    )
    .addOption(createFlag("-a, --all-tasks", "all tasks of the job that have saved outputs"));
  addJobFlags(command);
  addExamples(command, [
    ["Follow the output of a task", "batch-outputs tail -f --job film-7 --task frame-12"],
    [
      "The last 50 lines of its standard error",
      "batch-outputs tail -n 50 stderr.txt --job film-7 --task frame-12",
    ],
    ["Follow the output of several tasks", "batch-outputs tail -f --job film-7 --task 'frame-*'"],
    ["The last KiB of a log of another kind", "batch-outputs tail -c 1024 app.log --kind AppLog"],
  ]);
  command.action(async (path: string) => {
    if (command.args.length > 1)
      throw new UsageError("tail takes one output path. Specify the output kind with --kind.");
    process.exitCode = await run(command, path);
  });
}

async function run(command: Command, path: string): Promise<number> {
  const flags = command.opts<TailFlags>();
  if (flags.lines !== undefined && flags.bytes !== undefined)
    throw new UsageError("-n and -c cannot be used together.");
  const tails = new Tails(openJob(command), path, flags);
  return flags.follow ? await tails.follow() : await tails.writeEnds();
}

/** The same log of one or several tasks. */
class Tails {
  readonly #job: JobOutputStorage;
  readonly #path: string;
  readonly #flags: TailFlags;
  /** All logs listen to it. */
  readonly #abort = linkAbort(interruptSignal());
  readonly #abortSignal = this.#abort.signal;
  readonly #errors: unknown[] = [];
  #count = 0;
  /** The number of tasks without this log, of those that were selected by a glob or --all-tasks. */
  #withoutLog = 0;
  #width = 0;

  constructor(job: JobOutputStorage, path: string, flags: TailFlags) {
    this.#job = job;
    this.#path = path;
    this.#flags = flags;
  }

  async writeEnds(): Promise<number> {
    const tasks = await requireChosenTasks(this.#job, this.#flags, this.#abortSignal);
    for (const output of this.#listOutputs(tasks)) await this.#write(output);
    if (this.#withoutLog > 0 && this.#withoutLog === this.#count)
      throw new BatchOutputsError("OutputNotFound", "None of these tasks has saved this output.");
    return exitStatusForMany(this.#count - this.#withoutLog, this.#errors);
  }

  async follow(): Promise<number> {
    const { pollInterval } = this.#flags;
    const batches = followChosenTasks(this.#job, this.#flags, pollInterval, this.#abortSignal);
    const following: Promise<void>[] = [];
    let failed: (error: unknown) => void = () => undefined;
    const failure = new Promise<never>((_, reject) => (failed = reject));
    const all = (async () => {
      for await (const tasks of batches)
        for (const output of this.#listOutputs(tasks)) {
          const written = this.#write(output);
          // An error that concerns all tasks is thrown immediately, not after the next listing of the job.
          written.catch(failed);
          following.push(written);
        }
      await Promise.all(following);
    })();
    try {
      await Promise.race([all, failure]);
      return exitStatusForMany(this.#count, this.#errors);
    } finally {
      // Stops the other tasks after an error.
      this.#abort.abort();
      await Promise.allSettled([all, ...following]);
    }
  }

  #listOutputs(tasks: readonly string[]): OutputFileReference[] {
    this.#count += tasks.length;
    this.#width = Math.max(this.#width, ...tasks.map((task) => task.length));
    return tasks.map((task) => this.#job.getTaskOutputStorage(task).getOutput(this.#flags.kind, this.#path));
  }

  async #write(output: OutputFileReference): Promise<void> {
    const { follow = false, bytes, lines = 10, pollInterval: pollIntervalInMs, raw = false } = this.#flags;
    const isOneOfSeveral = this.#count > 1 || isOpenChoice(this.#flags);
    const stamps = this.#flags.timestamps ? new LineStamps(output, this.#abortSignal) : undefined;
    const format = this.#flags.json
      ? toObject(output, stamps)
      : isOneOfSeveral || stamps !== undefined
        ? this.#formatLine(isOneOfSeveral ? output.taskId : undefined, stamps)
        : undefined;
    const onAbsence = this.#isNamed(output) ? suggestSimilar : undefined;
    const plan = { follow, bytes, lines, pollIntervalInMs, raw, onAbsence };
    try {
      await tailOutput(
        output,
        plan,
        format ? { lines: new WholeLines(format), stamps } : {},
        this.#abortSignal,
      );
    } catch (error) {
      if (!isOneOfSeveral || this.#abortSignal.aborted || error instanceof OutputClosed) throw error;
      if (hasCode(error, "OutputNotFound") && !this.#isNamed(output)) {
        this.#withoutLog += 1;
        writeMessage(`${describeOutput(output)} does not exist.`);
        return;
      }
      this.#errors.push(error);
      writeMessage(`${describeOutput(output)}: ${explain(error)}`);
    }
  }

  #isNamed({ taskId = "" }: OutputFileReference): boolean {
    const { task = [], allTasks = false } = this.#flags;
    return !allTasks && task.includes(taskId);
  }

  /** Tasks that appear later may need a wider column. */
  #formatLine(taskId: string | undefined, stamps: LineStamps | undefined): LineFormat {
    const format = createLineFormat(stamps, this.#flags.raw ?? false);
    if (taskId === undefined) return format;
    return (line, position) => {
      const name = Buffer.from(`${makePrintable(taskId).padEnd(this.#width)} | `);
      return Buffer.concat([name, format(line, position)]);
    };
  }
}

/** The output may still appear, under exactly this name. */
async function suggestSimilar(error: Error): Promise<void> {
  const command = getLoadedCommand();
  const suggestion = command === undefined ? "" : await suggestForError(error, command, true);
  if (suggestion !== "") writeMessage(suggestion);
}

function toObject(
  { jobId, taskId, kind, filePath: path }: OutputFileReference,
  stamps: LineStamps | undefined,
): LineFormat {
  return (line, position) => {
    const text = Buffer.from(line).toString("utf8");
    const time = stamps && { time: stamps.find(position)?.toISOString() ?? null };
    return Buffer.from(`${formatJson({ jobId, taskId, kind, path, text, ...time })}\n`);
  };
}

function parseCount(value: string): number {
  if (/^\d+$/.test(value) && Number.isSafeInteger(Number(value))) return Number(value);
  throw new InvalidArgumentError("It must be a whole number, 0 or more.");
}
