import type { Command } from "commander";
import { outputPathFor } from "../../conventions/index.js";
import { type OutputStorage, TaskOutputStorage } from "../../outputs/index.js";
import { ExitStatus } from "../errors/exit-status.js";
import { withArgumentNames } from "../errors/with-argument-names.js";
import { UsageError } from "../errors/usage-error.js";
import {
  addExamples,
  addTaskFlags,
  collectValues,
  createDryRunFlag,
  createSpoolDirectoryFlag,
  parseDurationFlag,
  createFlag,
} from "../command-line/flags.js";
import { type OutputsFile, readOutputsFile } from "../saving/read-outputs-file.js";
import { addLogFlags, type LogFlags, logOptions } from "../logs/log-flags.js";
import { OwnLogs } from "../run/own-logs.js";
import type { LogPlan } from "../logs/log-plan.js";
import { runCommand } from "../run/run-command.js";
import type { RunPlan } from "../run/run-plan.js";
import { parseSignal } from "../process/parse-signal.js";
import { findSubtask } from "../run/find-subtask.js";
import { parseSaveRule } from "../run/parse-save-rule.js";
import { requireDistinctNames } from "../run/require-distinct-names.js";
import { printRunPlan } from "../run/print-run-plan.js";
import { createUnits } from "../saving/save-unit.js";
import { warnAboutKinds } from "../saving/warn-about-kinds.js";
import { openJob, openOutputs, warnAboutOtherJob } from "../store/open-store.js";
import { reportOutputFailure } from "../terminal/terminal.js";

interface RunFlags extends LogFlags {
  readonly save?: readonly string[];
  readonly outputsFile?: string;
  readonly logs: boolean;
  readonly logKind: string;
  readonly onSaveFailure: "fail" | "warn";
  readonly ifNoFilesFound?: "error" | "warn" | "ignore";
  readonly spoolDirectory?: string;
  readonly drain: number;
  readonly onPreempt?: NodeJS.Signals;
  readonly restore?: readonly string[];
  readonly grace: number;
  readonly giveUpAfter: number;
  readonly quiet?: boolean;
  readonly dryRun?: boolean;
}

const about = `Runs a command and stores its standard output and standard error while it runs, as stdout.txt and stderr.txt of kind
TaskLog. When the command has ended, the files of --save and of the outputs file are saved. A record of the run (exit code,
times, node, command without secrets, number and size of saved files) is stored beside them; \`tasks\` and \`why\` read it.

Saved files never replace the logs that run stores: the log files of the task and tracked files are skipped, and other files
with the name of a log are an error. Different files with the same output are an error too: nothing is started if they are
named without wildcards; otherwise all files but these are saved.

The command is started without a shell. It shares standard input, and its output is passed on unchanged, even if the
store is slow or does not answer: data that is not stored yet is kept in a private spool folder. The logs of an earlier
attempt of the task are kept, as stdout.attempt-1.txt. Those of a subtask of a multi-instance task are in a folder of its own,
as subtask-1/stdout.txt, and its run is not recorded, because it is not the run of the task.

Signals are forwarded to the command. After the first SIGTERM, the logs are stored every second; when the command has
ended, saving may take as long as --grace. A second signal after the end of the command stops immediately.

Azure gives notice before it preempts a spot node. The logs and the files of --save KIND=GLOB:preempt are then stored every
second, and the command gets the signal of --on-preempt. With --restore, the next attempt of the task begins with the outputs
that are saved; if they cannot be restored, nothing is started.

Exit status: that of the command; 128 + n if signal n ended it, 127 if it was not found, 126 if it cannot be executed.
If the command succeeded but something was not saved, 1 (see --on-save-failure). 2 if the command line is wrong and
nothing was started.`;

/** `batch-outputs run`: runs a command and stores its logs and outputs. */
export function run(command: Command): void {
  command
    .description(about)
    .argument("<command>", "program to run; write -- before it")
    .argument("[args...]", "arguments of the program")
    .passThroughOptions()
    .addOption(
      createFlag(
        "-s, --save <KIND=GLOB[:WHEN]>",
        "files to save when the command has ended: on :success, :failure or :always (the default), or when the node is preempted, on :preempt; can be repeated",
      ).argParser(collectValues),
    )
    .addOption(
      createFlag("-f, --outputs-file <file>", "YAML or JSON file that declares outputs and tracked files"),
    )
    .addOption(
      createFlag("--if-no-files-found <what>", "what to do when a pattern matches no file").choices([
        "error",
        "warn",
        "ignore",
      ]),
    )
    .addOption(
      createFlag("--on-save-failure <what>", "what to do when the command succeeded but saving failed")
        .choices(["fail", "warn"])
        .default("fail", "fail"),
    )
    .addOption(
      createFlag(
        "--restore <kind>",
        "before the command starts, restore the outputs of this kind of an earlier attempt; can be repeated",
      ).argParser(collectValues),
    )
    .addOption(
      createFlag(
        "--on-preempt <signal>",
        "signal to send to the command when Azure gives notice that the spot node is preempted",
      ).argParser(parseSignal),
    )
    .addOption(createFlag("--no-logs", "do not store the output of the command"))
    .addOption(createFlag("--log-kind <kind>", "kind of the two logs").default("TaskLog", "TaskLog"));
  addTimes(command);
  addTaskFlags(command, "required");
  addExamples(command, [
    [
      "A Python program with its results or, if it fails, its core dump",
      "batch-outputs run --save 'TaskOutput=results/**/*.csv:success' --save 'TaskIntermediate=core.*:failure' -- python3 simulate.py --seed 7",
    ],
    ["As declared in a file", "batch-outputs run --outputs-file outputs.yaml -- ./render.sh"],
    ["Logs only, stored every 30 seconds", "batch-outputs run --flush-interval 30s -- make all"],
    ["With a shell", 'batch-outputs run -s "TaskOutput=out.txt" -- /bin/bash -c "sort big.txt > out.txt"'],
    ["Follow its output from another machine", "batch-outputs tail --follow --job film-7 --task frame-12"],
  ]);
  command.action((program: string, args: readonly string[]) => execute(command, program, args));
}

async function execute(command: Command, program: string, args: readonly string[]): Promise<void> {
  const plan = await createPlan(command, program, args);
  if (command.opts<RunFlags>().dryRun) {
    await printRunPlan(plan);
    return;
  }
  const status = await runCommand(plan);
  const isOutputLost = (await reportOutputFailure()) && plan.streams === undefined;
  process.exitCode = status === 0 && isOutputLost ? ExitStatus.failed : status;
}

function addTimes(command: Command): void {
  addLogFlags(command);
  command
    .addOption(
      createFlag("--grace <duration>", "how long saving may take after a signal, when the command has ended")
        .argParser(parseDurationFlag)
        .default(30_000, "30s"),
    )
    .addOption(
      createFlag(
        "--give-up-after <duration>",
        "how long to retry when the store accepts no data, after the command has ended",
      )
        .argParser(parseDurationFlag)
        .default(300_000, "5m"),
    )
    .addOption(
      createFlag(
        "--drain <duration>",
        "how long to wait for output when a process that the command started keeps it open",
      )
        .argParser(parseDurationFlag)
        .default(2_000, "2s"),
    )
    .addOption(createSpoolDirectoryFlag())
    .addOption(createFlag("-q, --quiet", "print only failures"))
    .addOption(createDryRunFlag());
}

async function createPlan(command: Command, program: string, args: readonly string[]): Promise<RunPlan> {
  const flags = command.opts<RunFlags>();
  const own = openOutputs(command);
  if (!(own instanceof TaskOutputStorage))
    throw new UsageError("Specify the task with --task, or with AZ_BATCH_TASK_ID, which Batch sets.");
  const storages = { own: own as OutputStorage<string>, job: openJob(command) };
  const declared = flags.outputsFile === undefined ? noOutputs : await readOutputsFile(flags.outputsFile);
  const rules = (flags.save ?? []).map(parseSaveRule);
  const file = { ...declared, outputs: [...declared.outputs, ...rules] };
  const options = logOptions(flags);
  const subtask = findSubtask();
  const stream = (name: string) => ({
    storage: storages.own,
    kind: flags.logKind,
    path: subtask === undefined ? name : `${subtask}/${name}`,
    options: { ...options, onExisting: "keep" as const },
  });
  // A wrong kind is reported before anything is started.
  const requireKind = (kind: string, name: string): void => {
    withArgumentNames({ kind: name }, () => storages.own.getOutputStoragePath(kind));
  };
  requireKind(flags.logKind, "--log-kind");
  for (const { kind } of rules) requireKind(kind, "--save: the kind");
  for (const kind of flags.restore ?? []) requireKind(kind, "--restore");
  for (const { kind } of [...declared.outputs, ...declared.tracked])
    requireKind(kind, `${flags.outputsFile ?? ""}: a kind`);
  if (!flags.quiet)
    warnAboutKinds([flags.logKind, ...[...file.outputs, ...file.tracked].map(({ kind }) => kind)]);
  warnAboutOtherJob(command, own);
  const streams = flags.logs ? { stdout: stream("stdout.txt"), stderr: stream("stderr.txt") } : undefined;
  return {
    task: own,
    isRecorded: subtask === undefined,
    command: program,
    args,
    streams,
    ...planFiles(flags, { file, storages, streams, options }),
    restoreKinds: flags.restore ?? [],
    preemptSignal: flags.onPreempt,
    spoolDirectory: flags.spoolDirectory,
    drainTimeInMs: flags.drain,
    graceInMs: flags.grace,
    giveUpAfterInMs: flags.giveUpAfter,
    onSaveFailure: flags.onSaveFailure,
    isQuiet: flags.quiet ?? false,
  };
}

interface PlannedFiles {
  readonly file: OutputsFile;
  readonly storages: Parameters<typeof createUnits>[2];
  readonly streams: RunPlan["streams"];
  readonly options: LogPlan["options"];
}

/** Plans what is stored of the files of the command: a log or an output is stored from one file. */
function planFiles(
  { ifNoFilesFound, quiet: isQuiet = false }: RunFlags,
  { file, storages, streams, options }: PlannedFiles,
): Pick<RunPlan, "tracked" | "createUnitsFor"> {
  const tracked = file.tracked.map(({ file: sourcePath, kind, destination, flushIntervalInMs }) => ({
    storage: storages.own,
    kind,
    sourcePath,
    path: destination ?? outputPathFor(sourcePath, { argumentName: "pattern", alternative: "destination" }),
    options: {
      ...options,
      ...(flushIntervalInMs === undefined ? {} : { flushIntervalInMs }),
      allowMissingSource: (ifNoFilesFound ?? "error") !== "error",
    },
  }));
  const logs = new OwnLogs({ streams, tracked, isQuiet });
  const createUnitsFor: RunPlan["createUnitsFor"] = (outcome) =>
    createUnits(file, outcome, storages)
      .map((unit) =>
        ifNoFilesFound === undefined ? unit : { ...unit, options: { ...unit.options, ifNoFilesFound } },
      )
      .map((unit) => logs.restrict(unit));
  for (const outcome of ["success", "failure"] as const) {
    const units = [...createUnitsFor("preempt"), ...createUnitsFor(outcome)];
    for (const unit of units) logs.requireOtherNames(unit);
    requireDistinctNames(units);
  }
  return { tracked: logs.tracked, createUnitsFor };
}

const noOutputs: OutputsFile = { outputs: [], tracked: [] };
