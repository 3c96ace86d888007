import { type Command, InvalidArgumentError } from "commander";
import { setTimeout as sleep } from "node:timers/promises";
import { BatchOutputsError, isBatchOutputsError } from "../../errors.js";
import { type JobOutputStorage, type OutputFileReference, pathFilter } from "../../outputs/index.js";
import { describeOutput } from "../describe.js";
import { UsageError } from "../exit-status.js";
import { explain } from "../explain.js";
import { statusOfMany } from "../failure.js";
import { interruptSignal } from "../interrupts.js";
import { addExamples, addJobFlags, collected, duration, flag } from "../options.js";
import { openJob } from "../store.js";
import { offsetOfLastLines } from "../tail/last-lines.js";
import { PrefixedLines } from "../tail/prefixed-lines.js";
import { OutputClosed, print, say } from "../terminal.js";

interface TailFlags {
  readonly follow?: boolean;
  readonly lines?: number;
  readonly bytes?: number;
  readonly kind: string;
  readonly task?: readonly string[];
  readonly allTasks?: boolean;
  readonly pollInterval: number;
}

const about = `Writes the end of a saved log to standard output, and with --follow what is added to it, until whoever writes
it has finished. Only the end is fetched, however long the log is.

Of several tasks each line begins with the task's id, and lines of different tasks are never mixed. With --follow, a log
that is not there yet is waited for; when a task runs again, its new log is read from its beginning.`;

/** `batch-outputs tail`: writes the end of a log, and follows it. */
export function tail(command: Command): void {
  command
    .description(about)
    .argument("[path]", "the output path", "stdout.txt")
    .addOption(flag("-f, --follow", "go on with what is added, until the log is finished"))
    .addOption(flag("-n, --lines <n>", "so many lines: 10; 0 for none").argParser(countOf))
    .addOption(flag("-c, --bytes <n>", "so many bytes, in place of lines").argParser(countOf))
    .addOption(flag("-k, --kind <kind>", "the output kind").default("TaskLog", "TaskLog"))
    .addOption(
      flag("--poll-interval <duration>", "how often to ask for more")
        .argParser(duration)
        .default(1_000, "1s"),
    );
  command
    .optionsGroup("Whose outputs:")
    .addOption(
      flag(
        "-t, --task <id>",
        "the task; may be repeated, and be a glob in quotes",
        "AZ_BATCH_TASK_ID",
      ).argParser(collected),
    )
    .addOption(flag("-a, --all-tasks", "every task of the job that saved anything"));
  addJobFlags(command);
  addExamples(command, [
    ["What a task prints, while it runs", "batch-outputs tail -f --job film-7 --task frame-12"],
    [
      "The last 50 lines of its standard error",
      "batch-outputs tail -n 50 stderr.txt --job film-7 --task frame-12",
    ],
    ["What all frames print", "batch-outputs tail -f --job film-7 --task 'frame-*'"],
    ["The last KiB of a log of its own kind", "batch-outputs tail -c 1024 app.log --kind AppLog"],
  ]);
  command.action(async (path: string) => {
    process.exitCode = await run(command, path);
  });
}

async function run(command: Command, path: string): Promise<number> {
  const flags = command.opts<TailFlags>();
  if (flags.lines !== undefined && flags.bytes !== undefined) throw new UsageError("Say either -n or -c.");
  const abortSignal = interruptSignal();
  const job = openJob(command);
  const tasks = await tasksOf(job, flags, abortSignal);
  const outputs = tasks.map((task) => job.getTaskOutputStorage(task).getOutput(flags.kind, path));
  const hasPrefix = tasks.length > 1 || flags.allTasks === true;
  const width = Math.max(...tasks.map((task) => task.length));
  const errors: unknown[] = [];
  const work = async (output: OutputFileReference): Promise<void> => {
    const lines = hasPrefix ? new PrefixedLines(`${(output.taskId ?? "").padEnd(width)} | `) : undefined;
    try {
      await tailOne(output, flags, lines, abortSignal);
    } catch (error) {
      if (!hasPrefix || abortSignal.aborted || error instanceof OutputClosed) throw error;
      errors.push(error);
      say(`${describeOutput(output)}: ${explain(error)}`);
    }
  };
  if (flags.follow) await Promise.all(outputs.map(work));
  else for (const output of outputs) await work(output);
  return statusOfMany(outputs.length, errors);
}

async function tasksOf(
  job: JobOutputStorage,
  { task = [], allTasks = false }: TailFlags,
  abortSignal: AbortSignal,
): Promise<readonly string[]> {
  const isPattern = (id: string): boolean => /[*?[{]/.test(id);
  if (!allTasks && task.length === 0)
    throw new UsageError("Which task? Say --task ID, --task 'GLOB', or --all-tasks.");
  if (!allTasks && !task.some(isPattern)) return [...new Set(task)];
  const isWanted = allTasks ? () => true : pathFilter(task.filter(isPattern), []);
  const found = new Set(allTasks ? [] : task.filter((id) => !isPattern(id)));
  for await (const id of job.listTasks({ abortSignal })) if (isWanted(id)) found.add(id);
  if (found.size > 0) return [...found].sort();
  throw new BatchOutputsError("OutputNotFound", "No task of this job with such an id has saved anything.");
}

async function tailOne(
  output: OutputFileReference,
  flags: TailFlags,
  lines: PrefixedLines | undefined,
  abortSignal: AbortSignal,
): Promise<void> {
  const { follow = false, bytes, lines: lastLines = 10, pollInterval: pollIntervalMs } = flags;
  let hasRead = false;
  for (let hasWaited = false; ;) {
    try {
      // Of another attempt's log everything is new.
      const start = hasRead
        ? { offset: 0 }
        : bytes === undefined
          ? { offset: await offsetOfLastLines(output, lastLines, abortSignal) }
          : { fromEndBytes: bytes };
      for await (const chunk of output.tail({ ...start, follow, pollIntervalMs, abortSignal })) {
        hasRead = true;
        const text = lines ? lines.add(chunk) : chunk;
        if (text.length > 0) await print(text);
      }
      if (lines) await print(lines.end());
      return;
    } catch (error) {
      if (!follow || !isBatchOutputsError(error)) throw error;
      if (error.code === "OutputChanged") {
        if (lines) await print(lines.end());
        say(`${describeOutput(output)} begins anew: its task runs again.`);
        hasRead = true;
      } else if (error.code === "OutputNotFound") {
        if (!hasWaited) say(`${describeOutput(output)} is not there yet; waiting for it.`);
        hasWaited = true;
        await sleep(pollIntervalMs, undefined, { signal: abortSignal });
      } else throw error;
    }
  }
}

function countOf(value: string): number {
  if (/^\d+$/.test(value) && Number.isSafeInteger(Number(value))) return Number(value);
  throw new InvalidArgumentError("It must be a whole number, 0 or more.");
}
