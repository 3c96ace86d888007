import type { Command } from "commander";
import { outputPathFor } from "../../conventions/index.js";
import { TaskOutputStorage } from "../../outputs/index.js";
import type { OnExisting } from "../../tracking/index.js";
import { describeStorage } from "../outputs/describe.js";
import { ExitStatus } from "../errors/exit-status.js";
import { UsageError } from "../errors/usage-error.js";
import { errorObject, explain } from "../errors/explain.js";
import { exitStatusForMany } from "../errors/exit-status-for.js";
import { formatBytes } from "../terminal/formats.js";
import { JsonLines } from "../terminal/json-lines.js";
import {
  addExamples,
  addTaskFlags,
  dryRunFlag,
  duration,
  flag,
  jsonFlag,
  wholeNumber,
} from "../command-line/flags.js";
import { readOutputsFile } from "../saving/read-outputs-file.js";
import { printable } from "../terminal/printable.js";
import type { LogPlan } from "../logs/log-plan.js";
import { LogUpload, type LogResult } from "../logs/log-upload.js";
import { addLogFlags, type LogFlags, logOptions } from "../logs/log-flags.js";
import { RetryDeadline } from "../logs/retry-deadline.js";
import { untilProcessEnds } from "../process/wait-for-process.js";
import { trackingLine } from "../logs/log-plan.js";
import { stopSignal } from "../process/stop-signal.js";
import { openOutputs } from "../store/open-store.js";
import { say } from "../terminal/terminal.js";

interface TrackFlags extends LogFlags {
  readonly kind: string;
  readonly destination?: string;
  readonly outputsFile?: string;
  readonly untilPid?: number;
  readonly once?: boolean;
  readonly onExisting: OnExisting;
  readonly allowMissing?: boolean;
  readonly grace: number;
  readonly giveUpAfter: number;
  readonly json?: boolean;
  readonly dryRun?: boolean;
}

const about = `Keeps growing files saved while they are written, until it is told to end: by SIGTERM or Ctrl-C, or when the
process that --until-pid names is gone. Then it stores what is left, and says in the store that the logs are finished. A
second signal stops at once.

At every moment the store holds a beginning of what was written, every byte once, also when the store is away for a
while, the file is rotated, or this program is killed and started again. A file need not exist yet.

Standard output is empty, or with --json one object a line in the end: jobId, taskId, kind, path, sourcePath, size (bytes
stored), status (saved, failed, or planned with --dry-run), error.

Exit status 0 also after SIGTERM and Ctrl-C, if all is stored.`;

/** `batch-outputs track`: keeps growing files saved. */
export function track(command: Command): void {
  command
    .description(about)
    .argument("[files...]", "the files")
    .addOption(flag("-k, --kind <kind>", "the output kind").default("TaskLog", "TaskLog"))
    .addOption(
      flag("-d, --destination <path>", "the output path of a single file; by default the file's own"),
    )
    .addOption(flag("-f, --outputs-file <file>", "track what this YAML or JSON file declares as tracked"))
    .addOption(
      flag("--until-pid <pid>", "end when this process is gone: the number of one process").argParser(
        wholeNumber,
      ),
    )
    .addOption(flag("--once", "store what is in the files now, and end"));
  addLogFlags(command)
    .addOption(
      flag(
        "--on-existing <what>",
        "a log that is stored already: go on with it if it is this file's (else keep it), keep it beside, replace it, fail",
      )
        .choices(["resume", "keep", "replace", "fail"])
        .default("resume", "resume"),
    )
    .addOption(flag("--allow-missing", "a file that never comes is no failure"))
    .addOption(
      flag("--grace <duration>", "how long storing the rest may last after a signal")
        .argParser(duration)
        .default(30_000, "30s"),
    )
    .addOption(
      flag("--give-up-after <duration>", "how long the store may take nothing, at the end")
        .argParser(duration)
        .default(300_000, "5m"),
    )
    .addOption(dryRunFlag())
    .addOption(jsonFlag());
  addTaskFlags(command);
  addExamples(command, [
    ["A log beside the program that writes it", "batch-outputs track app.log & simulate; kill $!; wait $!"],
    ["Until a process is gone", "batch-outputs track logs/app.log --until-pid 4711"],
    ["What Batch itself keeps of the task's output", "batch-outputs track ../stdout.txt ../stderr.txt"],
    ["What is there now, and no more", "batch-outputs track --once app.log"],
  ]);
  command.action(async (files: readonly string[]) => {
    process.exitCode = await run(command, files);
  });
}

async function run(command: Command, files: readonly string[]): Promise<number> {
  const flags = command.opts<TrackFlags>();
  const plans = await plansOf(command, files);
  if (flags.dryRun) return await tellPlans(plans, flags.json ?? false);
  using told = stopSignal();
  const logs = plans.map((plan) => new LogUpload(plan));
  try {
    await Promise.all(logs.map((log) => log.waitForFirstAttempt()));
  } catch (error) {
    for (const log of logs) log.abandon();
    throw error;
  }
  if (!flags.once) await untilOver(flags.untilPid, told.signal);
  using deadline = new RetryDeadline(flags.giveUpAfter);
  deadline.start();
  if (told.signal.aborted) deadline.limitTo(flags.grace);
  told.signal.addEventListener("abort", () => {
    deadline.limitTo(flags.grace);
  });
  const results = await Promise.all(logs.map((log) => log.finish(deadline)));
  return await tell(plans, results, flags.json ?? false);
}

async function untilOver(processId: number | undefined, signal: AbortSignal): Promise<void> {
  if (processId !== undefined) {
    await untilProcessEnds(processId, signal);
    return;
  }
  if (signal.aborted) return;
  // Tracking alone does not keep the process alive.
  const alive = setInterval(() => undefined, 2 ** 30);
  await new Promise((resolve) => {
    signal.addEventListener("abort", resolve, { once: true });
  });
  clearInterval(alive);
}

async function plansOf(command: Command, files: readonly string[]): Promise<LogPlan[]> {
  const { kind, destination, outputsFile, onExisting, allowMissing, ...flags } = command.opts<TrackFlags>();
  if (outputsFile !== undefined && files.length > 0)
    throw new UsageError("Say either files, or --outputs-file.");
  const declared =
    outputsFile === undefined
      ? files.map((file) => ({ file, kind, destination, flushIntervalInMs: undefined }))
      : (await readOutputsFile(outputsFile)).tracked;
  if (declared.length === 0) throw new UsageError("Track what? Say a file: batch-outputs track app.log");
  if (destination !== undefined && files.length !== 1)
    throw new UsageError("--destination is the output path of one file.");
  const storage = openOutputs(command);
  const plans = declared.map((entry) => {
    const path = entry.destination ?? outputPathFor(entry.file);
    storage.getOutput(entry.kind, path);
    return {
      storage,
      kind: entry.kind,
      sourcePath: entry.file,
      path,
      options: {
        ...logOptions(flags),
        ...(entry.flushIntervalInMs === undefined ? {} : { flushIntervalInMs: entry.flushIntervalInMs }),
        onExisting,
        allowMissingSource: allowMissing ?? false,
      },
    };
  });
  const names = plans.map((plan) => `${plan.kind} ${plan.path}`);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return plans;
  throw new UsageError(
    `Two files would be kept as ${twice}: track one of them elsewhere, with --destination.`,
  );
}

async function tellPlans(plans: readonly LogPlan[], isJson: boolean): Promise<number> {
  const lines = new JsonLines();
  for (const plan of plans) {
    if (isJson) await lines.write({ ...identity(plan), status: "planned" });
    else await lines.text(printable(trackingLine(plan)));
  }
  await lines.flush();
  return ExitStatus.done;
}

function identity({ storage, kind, path, sourcePath }: LogPlan): object {
  return {
    ...(storage.jobId === undefined ? {} : { jobId: storage.jobId }),
    ...(storage instanceof TaskOutputStorage ? { taskId: storage.taskId } : {}),
    kind,
    path,
    sourcePath,
  };
}

async function tell(
  plans: readonly LogPlan[],
  results: readonly LogResult[],
  isJson: boolean,
): Promise<number> {
  const errors = results.flatMap(({ error }) => (error === undefined ? [] : [error]));
  const status = errors.length === 0 ? ExitStatus.done : exitStatusForMany(results.length, errors);
  process.exitCode = status;
  const lines = new JsonLines();
  for (const [index, plan] of plans.entries()) {
    const { storage, kind, sourcePath } = plan;
    const { position = 0, error } = results[index] ?? {};
    if (error === undefined)
      say(`Saved ${sourcePath} (${formatBytes(position)}) as ${kind} of ${describeStorage(storage)}.`);
    else
      say(`${sourcePath}: ${formatBytes(position)} of it are stored. ${explain(error)}`, {
        text: "failed:",
        style: "red",
      });
    if (isJson) {
      await lines.write({
        ...identity(plan),
        size: position,
        status: error === undefined ? "saved" : "failed",
        ...(error instanceof Error ? { error: errorObject(error) } : {}),
      });
    }
  }
  await lines.flush();
  return status;
}
