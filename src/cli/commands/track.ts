import type { Command } from "commander";
import { outputPathFor } from "../../conventions/index.js";
import { TaskOutputStorage } from "../../outputs/index.js";
import type { OnExisting } from "../../tracking/index.js";
import { describeStorage } from "../outputs/describe.js";
import { withArgumentNames } from "../errors/with-argument-names.js";
import { ExitStatus } from "../errors/exit-status.js";
import { UsageError } from "../errors/usage-error.js";
import { createErrorObject, explain } from "../errors/explain.js";
import { exitStatusForMany } from "../errors/exit-status-for.js";
import { formatBytes } from "../terminal/formats.js";
import { JsonLines } from "../terminal/json-lines.js";
import {
  addExamples,
  addTaskFlags,
  createDryRunFlag,
  parseDurationFlag,
  createFlag,
  createJsonFlag,
  parseWholeNumber,
} from "../command-line/flags.js";
import { readOutputsFile } from "../saving/read-outputs-file.js";
import { warnAboutKinds } from "../saving/warn-about-kinds.js";
import { makePrintable } from "../terminal/printable.js";
import type { LogPlan } from "../logs/log-plan.js";
import { LogUpload, type LogResult } from "../logs/log-upload.js";
import { addLogFlags, type LogFlags, logOptions } from "../logs/log-flags.js";
import { RetryDeadline } from "../logs/retry-deadline.js";
import { UrgentFlushes } from "../logs/urgent-flushes.js";
import { watchPreemption, writePreemptionNotice } from "../process/preemption-notice.js";
import { waitForProcess } from "../process/wait-for-process.js";
import { describeTracking } from "../logs/log-plan.js";
import { stopSignal } from "../process/stop-signal.js";
import { openOutputs, warnAboutOtherJob } from "../store/open-store.js";
import { writeMessage } from "../terminal/terminal.js";

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

const about = `Saves growing files while they are written, until SIGTERM or Ctrl-C, or until the process of --until-pid has ended. Then
it stores the remaining data and marks the logs as finished. A second signal stops immediately.

The stored log is always an exact prefix of the data that was written, with every byte once, even if the store does not
answer for some time, the file is rotated, or this program is killed and started again. A file does not have to exist
yet. When Azure gives notice that it preempts a spot node, the logs are stored every second.

With --json, prints one object for each file at the end, with the members jobId, taskId, kind, path, sourcePath, size
(bytes stored), status (saved, failed, or planned with --dry-run) and error.

After SIGTERM and Ctrl-C, the exit status is also 0 if everything is stored.`;

/** `batch-outputs track`: saves growing files. */
export function track(command: Command): void {
  command
    .description(about)
    .argument("[files...]", "files to save")
    .addOption(createFlag("-k, --kind <kind>", "output kind").default("TaskLog", "TaskLog"))
    .addOption(
      createFlag("-d, --destination <path>", "output path of a single file (default: the path of the file)"),
    )
    .addOption(
      createFlag("-f, --outputs-file <file>", "save the tracked files that this YAML or JSON file declares"),
    )
    .addOption(
      createFlag("--until-pid <pid>", "stop when the process with this ID has ended").argParser(
        parseWholeNumber,
      ),
    )
    .addOption(createFlag("--once", "store the present content of the files, and stop"));
  addLogFlags(command)
    .addOption(
      createFlag(
        "--on-existing <what>",
        "what to do with an existing log: continue it if it is of this file (otherwise keep it), keep it under another name, replace it, or fail",
      )
        .choices(["resume", "keep", "replace", "fail"])
        .default("resume", "resume"),
    )
    .addOption(createFlag("--allow-missing", "do not fail if a file never exists"))
    .addOption(
      createFlag("--grace <duration>", "how long storing the remaining data may take after a signal")
        .argParser(parseDurationFlag)
        .default(30_000, "30s"),
    )
    .addOption(
      createFlag("--give-up-after <duration>", "how long to retry at the end when the store accepts no data")
        .argParser(parseDurationFlag)
        .default(300_000, "5m"),
    )
    .addOption(createDryRunFlag())
    .addOption(createJsonFlag());
  addTaskFlags(command);
  addExamples(command, [
    ["The log of a program, while it runs", "batch-outputs track app.log & simulate; kill $!; wait $!"],
    ["Until a process has ended", "batch-outputs track logs/app.log --until-pid 4711"],
    [
      "The files in which Batch stores the output of the task",
      "batch-outputs track ../stdout.txt ../stderr.txt",
    ],
    ["Only the current content", "batch-outputs track --once app.log"],
  ]);
  command.action(async (files: readonly string[]) => {
    process.exitCode = await run(command, files);
  });
}

async function run(command: Command, files: readonly string[]): Promise<number> {
  const flags = command.opts<TrackFlags>();
  const plans = await createPlans(command, files);
  if (flags.dryRun) return await printPlans(plans, flags.json ?? false);
  using stop = stopSignal();
  const logs = plans.map((plan) => new LogUpload(plan));
  try {
    await Promise.all(logs.map((log) => log.waitForFirstAttempt()));
  } catch (error) {
    for (const log of logs) log.abandon();
    throw error;
  }
  if (!flags.once) await waitUntilOver(flags.untilPid, stop.signal, logs);
  using deadline = new RetryDeadline(flags.giveUpAfter);
  deadline.start();
  if (stop.signal.aborted) deadline.limitTo(flags.grace);
  stop.signal.addEventListener("abort", () => {
    deadline.limitTo(flags.grace);
  });
  const results = await Promise.all(logs.map((log) => log.finish(deadline)));
  return await report(plans, results, flags.json ?? false);
}

async function waitUntilOver(
  processId: number | undefined,
  signal: AbortSignal,
  logs: readonly LogUpload[],
): Promise<void> {
  using flushes = new UrgentFlushes(() => {
    for (const log of logs) log.flush();
  });
  using _ = watchPreemption((notBefore) => {
    if (!flushes.isStarted) writePreemptionNotice("track", notBefore);
    flushes.start();
  });
  if (processId !== undefined) {
    await waitForProcess(processId, signal);
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

async function createPlans(command: Command, files: readonly string[]): Promise<LogPlan[]> {
  const { kind, destination, outputsFile, onExisting, allowMissing, ...flags } = command.opts<TrackFlags>();
  if (outputsFile !== undefined && files.length > 0)
    throw new UsageError("Specify either files or --outputs-file.");
  const declared =
    outputsFile === undefined
      ? files.map((file) => ({ file, kind, destination, flushIntervalInMs: undefined }))
      : (await readOutputsFile(outputsFile)).tracked;
  if (declared.length === 0) throw new UsageError("Specify a file: batch-outputs track app.log");
  if (destination !== undefined && files.length !== 1)
    throw new UsageError("--destination requires exactly one file.");
  const storage = openOutputs(command);
  const plans = declared.map((entry) => {
    const fileArgument = outputsFile === undefined ? "sourcePath" : "pattern";
    const alternative = outputsFile === undefined ? "options.destinationPath" : "destination";
    const path = entry.destination ?? outputPathFor(entry.file, { argumentName: fileArgument, alternative });
    const names =
      outputsFile === undefined
        ? { filePath: destination === undefined ? fileArgument : "options.destinationPath" }
        : { filePath: fileArgument, kind: fileArgument };
    withArgumentNames(names, () => storage.getOutput(entry.kind, path));
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
  warnAboutKinds(plans.map((plan) => plan.kind));
  warnAboutOtherJob(command, storage);
  const names = plans.map((plan) => `${plan.kind} ${plan.path}`);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return plans;
  throw new UsageError(
    `Two files would be saved as ${twice}. Save one of them under another path with --destination.`,
  );
}

async function printPlans(plans: readonly LogPlan[], isJson: boolean): Promise<number> {
  const lines = new JsonLines();
  for (const plan of plans) {
    if (isJson) await lines.write({ ...identity(plan), status: "planned" });
    else await lines.text(makePrintable(describeTracking(plan)));
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

async function report(
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
      writeMessage(
        `Saved ${sourcePath} (${formatBytes(position)}) as ${kind} of ${describeStorage(storage)}.`,
      );
    else
      writeMessage(`${sourcePath}: ${formatBytes(position)} stored. ${explain(error)}`, {
        text: "failed:",
        style: "red",
      });
    if (isJson) {
      await lines.write({
        ...identity(plan),
        size: position,
        status: error === undefined ? "saved" : "failed",
        ...(error instanceof Error ? { error: createErrorObject(error) } : {}),
      });
    }
  }
  await lines.flush();
  return status;
}
