import type { Command } from "commander";
import { createPathFilter, type OutputFileReference } from "../../outputs/index.js";
import { forEachConcurrently } from "../../core/index.js";
import {
  addExamples,
  addSelectionFlags,
  createConcurrencyFlag,
  createDryRunFlag,
  parseDurationFlag,
  createFlag,
  createJsonFlag,
} from "../command-line/flags.js";
import { exitStatusForMany } from "../errors/exit-status-for.js";
import { ExitStatus } from "../errors/exit-status.js";
import { createErrorObject, explain } from "../errors/explain.js";
import { describeOutput, createOutputObject } from "../outputs/describe.js";
import { openSelection } from "../selection/open-selection.js";
import { rehydrateOutput, type RehydrateStatus } from "../rehydrate/rehydrate-output.js";
import { formatCount } from "../terminal/formats.js";
import { interruptSignal } from "../terminal/interrupts.js";
import { JsonLines } from "../terminal/json-lines.js";
import { writeMessage } from "../terminal/terminal.js";

const about = `Moves archived outputs to an online access tier, and waits until they can be read: up to 15 hours, or under an hour
for small outputs with --priority High, which costs more.

Waiting ends after --give-up-after with status 5 or 1; the service continues, and the command can be run again.`;

interface RehydrateFlags {
  readonly tier: "Hot" | "Cool" | "Cold";
  readonly priority?: "Standard" | "High";
  readonly wait: boolean;
  readonly giveUpAfter: number;
  readonly pollInterval: number;
  readonly dryRun?: boolean;
  readonly concurrency?: number;
  readonly json?: boolean;
}

/** `batch-outputs rehydrate`: moves archived outputs to an online tier. */
export function rehydrate(command: Command): void {
  command
    .description(about)
    .argument("[kind]", "output kind (default: all kinds)")
    .argument("[patterns...]", "output paths and globs (default: all archived outputs)")
    .addOption(
      createFlag("--tier <tier>", "the tier to move them to")
        .choices(["Hot", "Cool", "Cold"])
        .default("Hot", "Hot"),
    )
    .addOption(createFlag("--priority <priority>", "how fast").choices(["Standard", "High"]))
    .addOption(createFlag("--no-wait", "start to move them, and do not wait"))
    .addOption(
      createFlag("--give-up-after <duration>", "how long to wait")
        .argParser(parseDurationFlag)
        .default(57_600_000, "16h"),
    )
    .addOption(
      createFlag("--poll-interval <duration>", "how often to check the outputs")
        .argParser(parseDurationFlag)
        .default(60_000, "1m"),
    )
    .addOption(createConcurrencyFlag("outputs"))
    .addOption(createDryRunFlag())
    .addOption(createJsonFlag());
  addSelectionFlags(command, "the job itself");
  addExamples(command, [
    ["All archived outputs of a task", "batch-outputs rehydrate --job film-7 --task frame-12"],
    [
      "One model, soon",
      "batch-outputs rehydrate TaskOutput model.bin --priority High --job film-7 --task train",
    ],
  ]);
  command.action(async (kind: string | undefined, patterns: readonly string[]) => {
    process.exitCode = await run(command, kind, patterns);
  });
}

async function run(command: Command, kind: string | undefined, patterns: readonly string[]): Promise<number> {
  const flags = command.opts<RehydrateFlags>();
  const { tier, priority, wait, giveUpAfter, pollInterval, dryRun, concurrency = 16, json = false } = flags;
  const selection = openSelection(command, "own");
  if (kind !== undefined) selection.job.getOutputStoragePath(kind);
  const isWanted = createPathFilter(patterns, []);
  const archived = async function* (): AsyncGenerator<OutputFileReference> {
    for await (const output of selection.list(kind))
      if (output.accessTier === "Archive" && isWanted(output.filePath)) yield output;
  };
  const lines = new JsonLines();
  const errors: unknown[] = [];
  const deadline = Date.now() + giveUpAfter;
  let found = 0;
  await forEachConcurrently(archived(), concurrency, async (output) => {
    found += 1;
    const report = async (status: RehydrateStatus | "planned" | "failed", error?: Error): Promise<void> => {
      if (json)
        await lines.write({
          ...createOutputObject(output),
          status,
          ...(error && { error: createErrorObject(error) }),
        });
      else if (error === undefined) writeMessage(`${status}: ${describeOutput(output)}`);
    };
    if (dryRun) {
      await report("planned");
      return;
    }
    try {
      await rehydrateOutput(output, {
        tier,
        rehydratePriority: priority,
        deadline: wait ? deadline : undefined,
        pollIntervalInMs: pollInterval,
        abortSignal: interruptSignal(),
        onStatus: report,
      });
    } catch (error) {
      if (!(error instanceof Error) || interruptSignal().aborted) throw error;
      errors.push(error);
      writeMessage(explain(error), { text: "failed:", style: "red" });
      await report("failed", error);
    }
  });
  await lines.flush();
  if (found === 0) {
    writeMessage(`No archived outputs of ${selection.whose}.`);
    return ExitStatus.done;
  }
  writeMessage(`${formatCount(found - errors.length, "output")} of ${found}.`);
  return exitStatusForMany(found, errors);
}
