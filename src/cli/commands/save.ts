import type { Command } from "commander";
import { stat } from "node:fs/promises";
import {
  type OutputTier,
  outputTiers,
  type OverwriteMode,
  type SaveManyOptions,
} from "../../outputs/index.js";
import { parsePairs } from "../command-line/parse-pairs.js";
import { UsageError } from "../errors/usage-error.js";
import { interruptSignal } from "../terminal/interrupts.js";
import {
  addExamples,
  addProgressFlags,
  addTaskFlags,
  collectValues,
  createConcurrencyFlag,
  createDryRunFlag,
  createExcludeFlag,
  createFlag,
  createJsonFlag,
  createOverwriteFlag,
  createProgressFlags,
  type ProgressFlags,
} from "../command-line/flags.js";
import { type SaveUnit, createUnits } from "../saving/save-unit.js";
import { printPlan, saveOneAs, saveStandardInput, saveUnits } from "../saving/save-units.js";
import { warnAboutKinds } from "../saving/warn-about-kinds.js";
import { openJob, openOutputs, warnAboutOtherJob } from "../store/open-store.js";

interface SaveFlags extends ProgressFlags {
  readonly outputsFile?: string;
  readonly outcome: "success" | "failure";
  readonly destination?: string;
  readonly contentType?: string;
  readonly metadata?: readonly string[];
  readonly tag?: readonly string[];
  readonly tier?: OutputTier;
  readonly overwrite?: OverwriteMode;
  readonly ifNoFilesFound?: "error" | "warn" | "ignore";
  readonly exclude?: readonly string[];
  readonly includeHidden?: boolean;
  readonly followSymlinks?: boolean;
  readonly concurrency?: number;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

const about = `Saves files as outputs of a task or a job. Each file is saved completely or not at all, with its MD5.

Patterns are files, folders and globs (*, **, ?, [...], {a,b}), with / on every system; put globs in quotes. The output
path is the path of the file relative to the current directory, without leading "../". The pattern - is standard input
and requires --destination. Symbolic links are followed if they are named, and skipped if a folder or glob leads to them.

If some files fail, the others are still saved and the exit status is 5.`;

/** `batch-outputs save`: saves files as outputs. */
export function save(command: Command): void {
  command
    .description(about)
    .argument("[kind]", "output kind, such as TaskOutput")
    .argument("[patterns...]", "files, folders and globs")
    .addOption(
      createFlag(
        "-f, --outputs-file <file>",
        "save the outputs that this YAML or JSON file declares, instead of kind and patterns",
      ),
    )
    .addOption(
      createFlag("--outcome <outcome>", "with --outputs-file: the result of the task")
        .choices(["success", "failure", "preempt"])
        .default("success", "success"),
    )
    .addOption(
      createFlag(
        "-d, --destination <path>",
        "output path of a single file or, with / at the end, a folder for all files",
      ),
    );
  addContentFlags(command);
  command
    .addOption(createExcludeFlag())
    .addOption(createFlag("--include-hidden", "include names that begin with a dot"))
    .addOption(createFlag("--follow-symlinks", "follow symbolic links in folders and globs"))
    .addOption(createOverwriteFlag("what to do with existing outputs"))
    .addOption(
      createFlag("--if-no-files-found <what>", "what to do when a pattern matches no file").choices([
        "error",
        "warn",
        "ignore",
      ]),
    )
    .addOption(createConcurrencyFlag("files"))
    .addOption(createDryRunFlag())
    .addOption(createJsonFlag());
  addProgressFlags(command);
  addTaskFlags(command);
  addExamples(command, [
    ["In a task: results and a model", "batch-outputs save TaskOutput 'results/**/*.csv' model.bin"],
    [
      "A file of the task's root folder, which contains the working directory",
      "batch-outputs save TaskLog ../stdout.txt",
    ],
    ["With another name", "batch-outputs save TaskPreview out.png --destination preview.png"],
    ["The output of a program", "report | batch-outputs save TaskOutput - --destination report.txt"],
    ["As an output of the job, from one of its tasks", "batch-outputs save JobOutput film.mp4 --no-task"],
    [
      "As declared in a file, after a failure",
      "batch-outputs save --outputs-file outputs.yaml --outcome failure",
    ],
  ]);
  command.action(async (kind: string | undefined, patterns: readonly string[]) => {
    process.exitCode = await run(command, kind, patterns);
  });
}

/** Flags for the properties that are stored with each output. */
function addContentFlags(command: Command): void {
  command
    .addOption(createFlag("--content-type <type>", "content type (default: by file name)"))
    .addOption(
      createFlag("--metadata <name=value>", "metadata of each output; can be repeated").argParser(
        collectValues,
      ),
    )
    .addOption(
      createFlag("--tag <name=value>", "index tag of each output; can be repeated").argParser(collectValues),
    )
    .addOption(createFlag("--tier <tier>", "access tier of each output").choices([...outputTiers]));
}

async function run(command: Command, kind: string | undefined, patterns: readonly string[]): Promise<number> {
  const flags = command.opts<SaveFlags>();
  const how = { isJson: flags.json ?? false, progress: createProgressFlags(flags) };
  const options: SaveManyOptions = { ...readContentOptions(flags), abortSignal: interruptSignal() };
  if (flags.outputsFile !== undefined) {
    if (kind !== undefined) throw new UsageError("Specify either kind and patterns, or --outputs-file.");
    const units = await readUnits(command, flags.outputsFile, flags.outcome, options);
    warnAboutKinds(units.map((unit) => unit.kind));
    warnAboutOtherJob(command, openJob(command));
    return flags.dryRun ? await printPlan(units, how) : await saveUnits(units, how);
  }
  if (kind === undefined || patterns.length === 0)
    throw new UsageError("Specify a kind and files: batch-outputs save TaskOutput 'results/*.csv'");
  const storage = openOutputs(command);
  warnAboutKinds([kind]);
  warnAboutOtherJob(command, storage);
  const { destination } = flags;
  if (patterns.includes("-")) {
    if (patterns.length > 1 || destination === undefined)
      throw new UsageError("Standard input (-) must be the only pattern, and requires --destination.");
    if (flags.dryRun) throw new UsageError("--dry-run cannot be used with standard input.");
    return await saveStandardInput(storage, kind, destination, options, how);
  }
  if (destination !== undefined && !destination.endsWith("/")) {
    const [path = "", ...others] = patterns;
    if (others.length > 0 || !(await isFile(path))) {
      throw new UsageError(
        `--destination ${destination} is the path of one output and requires one existing file. For a folder, add "/" at the end.`,
      );
    }
    return await saveOneAs({ storage, kind, patterns, options }, path, destination, {
      ...how,
      isDryRun: flags.dryRun ?? false,
    });
  }
  const unit = {
    storage,
    kind,
    patterns,
    options: { ...options, ...(destination === undefined ? {} : { destinationPrefix: destination }) },
  };
  return flags.dryRun ? await printPlan([unit], how) : await saveUnits([unit], how);
}

/** Flags override the outputs file. */
async function readUnits(
  command: Command,
  path: string,
  outcome: SaveFlags["outcome"],
  options: SaveManyOptions,
): Promise<SaveUnit[]> {
  // Loaded only when needed: it contains the YAML parser.
  const { readOutputsFile } = await import("../saving/read-outputs-file.js");
  const file = await readOutputsFile(path);
  const units = createUnits(file, outcome, { own: openOutputs(command), job: openJob(command) });
  return units.map((unit) => ({ ...unit, options: { ...unit.options, ...options } }));
}

function readContentOptions(flags: SaveFlags): SaveManyOptions {
  const {
    contentType,
    metadata,
    tag,
    tier,
    overwrite,
    ifNoFilesFound,
    exclude,
    includeHidden,
    followSymlinks,
    concurrency,
  } = flags;
  return Object.fromEntries(
    Object.entries({
      contentType,
      metadata: metadata && parsePairs(metadata, "--metadata"),
      tags: tag && parsePairs(tag, "--tag"),
      tier,
      overwrite,
      ifNoFilesFound,
      exclude,
      includeHidden,
      followSymbolicLinks: followSymlinks,
      concurrency,
    } satisfies SaveManyOptions).filter(([, value]) => value !== undefined),
  );
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR"))
      return false;
    throw error;
  }
}
