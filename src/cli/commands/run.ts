import type { Command } from "commander";
import { outputPathFor } from "../../conventions/index.js";
import { type OutputStorage, TaskOutputStorage } from "../../outputs/index.js";
import { withArgumentNames } from "../errors/with-argument-names.js";
import { UsageError } from "../errors/usage-error.js";
import { addExamples, addTaskFlags, collected, dryRunFlag, duration, flag } from "../command-line/flags.js";
import { type OutputsFile, readOutputsFile } from "../saving/read-outputs-file.js";
import { addLogFlags, type LogFlags, logOptions } from "../logs/log-flags.js";
import { runCommand, type RunPlan } from "../run/run-command.js";
import { parseSaveRule } from "../run/parse-save-rule.js";
import { printRunPlan } from "../run/print-run-plan.js";
import { unitsOfFile } from "../saving/save-unit.js";
import { openJob, openOutputs } from "../store/open-store.js";

interface RunFlags extends LogFlags {
  readonly save?: readonly string[];
  readonly outputsFile?: string;
  readonly logs: boolean;
  readonly logKind: string;
  readonly onSaveFailure: "fail" | "warn";
  readonly ifNoFilesFound?: "error" | "warn" | "ignore";
  readonly spoolDirectory?: string;
  readonly drain: number;
  readonly grace: number;
  readonly giveUpAfter: number;
  readonly quiet?: boolean;
  readonly dryRun?: boolean;
}

const about = `Runs a command, in any language, and keeps what it writes: its standard output and standard error live, while it
runs, as stdout.txt and stderr.txt of kind TaskLog; and, when it has ended, the files that --save names.

The command is started as it is, without a shell. It reads our standard input, and what it writes is passed on byte by
byte, also when the store is slow or away: that waits in a private folder beside the task's working directory, and is
stored later. The logs of a former attempt of the task are kept, as stdout.attempt-1.txt.

Signals are passed on to the command, which decides what to do about them. From the first SIGTERM on, its logs are stored
every second; and once it has ended, saving may last as long as --grace says. The second signal after its end stops at once.

Exit status: the command's own; 128 + n when signal n ended it, 127 when it was not found, 126 when it cannot be
executed. When it succeeded, but something could not be saved, 1 (unless --on-save-failure is warn). 2 when this command
line is wrong: then nothing was started.`;

/** `batch-outputs run`: runs a command and keeps what it writes. */
export function run(command: Command): void {
  command
    .description(about)
    .argument("<command>", "the program; put -- before it, so that its flags are its own")
    .argument("[args...]", "its arguments")
    .passThroughOptions()
    .addOption(
      flag(
        "-s, --save <KIND=GLOB[:WHEN]>",
        "files to save when the command has ended: on :success, on :failure, or :always (the default); may be repeated",
      ).argParser(collected),
    )
    .addOption(
      flag("-f, --outputs-file <file>", "what the task keeps, as YAML or JSON, with its tracked files"),
    )
    .addOption(
      flag("--if-no-files-found <what>", "fail, warn, or say nothing").choices(["error", "warn", "ignore"]),
    )
    .addOption(
      flag("--on-save-failure <what>", "whether the task fails when its command succeeded, but was not kept")
        .choices(["fail", "warn"])
        .default("fail", "fail"),
    )
    .addOption(flag("--no-logs", "only pass on what the command writes"))
    .addOption(flag("--log-kind <kind>", "the kind of the two logs").default("TaskLog", "TaskLog"));
  addTimes(command);
  addTaskFlags(command);
  addExamples(command, [
    [
      "A Python program, with its results and, when it fails, its core dump",
      "batch-outputs run --save 'TaskOutput=results/**/*.csv:success' --save 'TaskIntermediate=core.*:failure' -- python3 simulate.py --seed 7",
    ],
    ["As declared in a file", "batch-outputs run --outputs-file outputs.yaml -- ./render.sh"],
    ["Logs only, at most half a minute old", "batch-outputs run --flush-interval 30s -- make all"],
    [
      "With a shell, where one is wanted",
      'batch-outputs run -s "TaskOutput=out.txt" -- /bin/bash -c "sort big.txt > out.txt"',
    ],
    ["What it prints, from elsewhere", "batch-outputs tail --follow --job film-7 --task frame-12"],
  ]);
  command.action(async (program: string, args: readonly string[]) => {
    const plan = await planOf(command, program, args);
    if (command.opts<RunFlags>().dryRun) await printRunPlan(plan);
    else process.exitCode = await runCommand(plan);
  });
}

function addTimes(command: Command): void {
  addLogFlags(command);
  command
    .addOption(
      flag("--grace <duration>", "how long saving may last after a signal, once the command has ended")
        .argParser(duration)
        .default(30_000, "30s"),
    )
    .addOption(
      flag("--give-up-after <duration>", "how long the store may take nothing, once the command has ended")
        .argParser(duration)
        .default(300_000, "5m"),
    )
    .addOption(
      flag(
        "--drain <duration>",
        "how long to read on when the command left a process behind that holds its output",
      )
        .argParser(duration)
        .default(2_000, "2s"),
    )
    .addOption(
      flag(
        "--spool-directory <folder>",
        "where output waits until it is stored: as large as the logs; by default the task's folder or the system's for temporary files",
      ),
    )
    .addOption(flag("-q, --quiet", "tell only of what failed"))
    .addOption(dryRunFlag());
}

async function planOf(command: Command, program: string, args: readonly string[]): Promise<RunPlan> {
  const flags = command.opts<RunFlags>();
  const own = openOutputs(command);
  if (!(own instanceof TaskOutputStorage))
    throw new UsageError("Which task? Say --task ID (within a Batch task AZ_BATCH_TASK_ID says it).");
  const storages = { own: own as OutputStorage<string>, job: openJob(command) };
  const declared = flags.outputsFile === undefined ? noOutputs : await readOutputsFile(flags.outputsFile);
  const rules = (flags.save ?? []).map(parseSaveRule);
  const file = { ...declared, outputs: [...declared.outputs, ...rules] };
  const options = logOptions(flags);
  const stream = (path: string) => ({
    storage: storages.own,
    kind: flags.logKind,
    path,
    options: { ...options, onExisting: "keep" as const },
  });
  // A wrong kind is reported before anything is started.
  const requireKind = (kind: string, name: string): void => {
    withArgumentNames({ kind: name }, () => storages.own.getOutputStoragePath(kind));
  };
  requireKind(flags.logKind, "--log-kind");
  for (const { kind } of rules) requireKind(kind, "--save: the kind");
  for (const { kind } of [...declared.outputs, ...declared.tracked])
    requireKind(kind, `${flags.outputsFile ?? ""}: a kind`);
  const { ifNoFilesFound } = flags;
  return {
    command: program,
    args,
    streams: flags.logs ? { stdout: stream("stdout.txt"), stderr: stream("stderr.txt") } : undefined,
    tracked: file.tracked.map(({ file: sourcePath, kind, destination, flushIntervalInMs }) => ({
      storage: storages.own,
      kind,
      sourcePath,
      path: destination ?? outputPathFor(sourcePath),
      options: {
        ...options,
        ...(flushIntervalInMs === undefined ? {} : { flushIntervalInMs }),
        allowMissingSource: (ifNoFilesFound ?? "error") !== "error",
      },
    })),
    unitsFor: (outcome) =>
      unitsOfFile(file, outcome, storages).map((unit) =>
        ifNoFilesFound === undefined ? unit : { ...unit, options: { ...unit.options, ifNoFilesFound } },
      ),
    spoolDirectory: flags.spoolDirectory,
    drainTimeInMs: flags.drain,
    graceInMs: flags.grace,
    giveUpAfterInMs: flags.giveUpAfter,
    onSaveFailure: flags.onSaveFailure,
    isQuiet: flags.quiet ?? false,
  };
}

const noOutputs: OutputsFile = { outputs: [], tracked: [] };
