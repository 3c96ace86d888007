import { type Command, InvalidArgumentError, Option } from "commander";
import { trimSetting } from "../../core/index.js";
import { parseDurationInMs } from "./parse-duration.js";
import type { ProgressOptions } from "../terminal/progress.js";

/**
 * Creates a flag that can also be set by an environment variable: `--dry-run` by `AZURE_BATCH_OUTPUTS_DRY_RUN`.
 *
 * @param variable - The variable's name, if Batch or the Azure tools have one already.
 */
export function createFlag(flags: string, description: string, variable?: string): Option {
  const option = new Option(flags, description);
  const long = option.long?.slice(2) ?? "";
  return option.env(variable ?? `AZURE_BATCH_OUTPUTS_${long.toUpperCase().replaceAll("-", "_")}`);
}

/** Ignores variables that are empty and, for a flag without a value, those that are `0`, `false`, `no` or `off`. */
export function ignoreEmptyVariables(command: Command): void {
  for (const option of command.options) {
    const value = option.envVar === undefined ? undefined : process.env[option.envVar];
    const isSwitch = !option.required && !option.optional;
    if (value === "" || (isSwitch && value !== undefined && /^(?:0|false|no|off)$/i.test(value)))
      delete option.envVar;
  }
}

/** Flags that select the store. */
export interface StoreFlags {
  readonly containerUrl?: string;
  readonly containerUrlFile?: string;
  readonly connectionString?: string;
  readonly accountUrl?: string;
  readonly local?: boolean;
  readonly maxTries?: number;
  readonly requestTimeout?: number;
}

export function addStoreFlags(command: Command, stores: "any" | "account" = "any"): Command {
  command.optionsGroup("Storage:");
  if (stores === "any") {
    command.addOption(
      createFlag(
        "--container-url <url>",
        "URL of the job's output container with a SAS; prefer AZURE_BATCH_OUTPUTS_CONTAINER_URL",
      ).argParser(trimSetting),
    );
    command.addOption(
      createFlag(
        "--container-url-file <path>",
        "file with this URL, which is read again before its SAS ends",
      ),
    );
  }
  return command
    .addOption(
      createFlag(
        "--connection-string <text>",
        "connection string of the storage account; prefer AZURE_STORAGE_CONNECTION_STRING",
        "AZURE_STORAGE_CONNECTION_STRING",
      ).argParser(trimSetting),
    )
    .addOption(
      createFlag(
        "--account-url <url>",
        "https://<account>.blob.core.windows.net, with Microsoft Entra ID or a SAS",
        "AZURE_STORAGE_ACCOUNT_URL",
      ).argParser(trimSetting),
    )
    .addOption(createFlag("--local", "use Azurite on this machine, like UseDevelopmentStorage=true"))
    .addOption(
      createFlag("--max-tries <n>", "how often to try a request before it fails (default: 4)").argParser(
        parseWholeNumber,
      ),
    )
    .addOption(
      createFlag(
        "--request-timeout <duration>",
        "how long a request may make no progress before it is retried (default: 10s)",
      ).argParser(parseDurationFlag),
    );
}

/** Flags that select the store and the job. */
export interface JobFlags extends StoreFlags {
  readonly job?: string;
}

export function addJobFlags(command: Command, stores: "any" | "account" = "any"): Command {
  command.optionsGroup("Job and task:");
  command.addOption(createFlag("-j, --job <id>", "job ID", "AZ_BATCH_JOB_ID"));
  return addStoreFlags(command, stores);
}

/** Flags that select the store, the job and the task; `task` is false with `--no-task`. */
export interface TaskFlags extends JobFlags {
  readonly task?: string | false;
}

/** @param how - `required`: the command is about a task. */
export function addTaskFlags(command: Command, how: "required" | "optional" = "optional"): Command {
  const without = how === "required" ? "required" : "without it, the outputs of the job itself";
  command
    .optionsGroup("Job and task:")
    .addOption(createFlag("-j, --job <id>", "job ID", "AZ_BATCH_JOB_ID"))
    .addOption(createFlag("-t, --task <id>", `task ID; ${without}`, "AZ_BATCH_TASK_ID"))
    .addOption(
      createFlag("--no-task", "use the outputs of the job itself, also in a task").hideHelp(
        how === "required",
      ),
    );
  return addStoreFlags(command);
}

/** Flags that select the store, and the outputs of a whole job, of the job itself, or of tasks. */
export interface SelectionFlags extends JobFlags {
  /** Ids and globs of ids; false with `--no-task`. */
  readonly task?: readonly string[] | false;
  readonly allTasks?: boolean;
  /** The earlier name of the flag. */
  readonly all?: boolean;
}

/** @param without - The outputs that are selected without `--task`. */
export function addSelectionFlags(
  command: Command,
  without: "whole job" | "the job itself" = "whole job",
): Command {
  const isWhole = without === "whole job";
  const usual = isWhole ? "the job and all its tasks" : "the outputs of the job itself";
  command
    .optionsGroup("Job and task:")
    .addOption(createFlag("-j, --job <id>", "job ID", "AZ_BATCH_JOB_ID"))
    .addOption(
      createFlag(
        "-t, --task <id>",
        `task ID or a glob in quotes; can be repeated; without it, ${usual}`,
        "AZ_BATCH_TASK_ID",
      ).argParser(collectValues),
    )
    .addOption(createFlag("--no-task", "only the outputs of the job itself, also in a task"));
  if (isWhole)
    command
      .addOption(createFlag("-a, --all-tasks", "the job and all its tasks, also in a task"))
      .addOption(createFlag("--all", "the same").hideHelp());
  return addStoreFlags(command);
}

/** The flag that selects some of a job's tasks. */
export function addTaskFilterFlag(command: Command): Command {
  return command
    .optionsGroup("Job and task:")
    .addOption(
      createFlag("-t, --task <id>", "only this task, or a glob in quotes; can be repeated").argParser(
        collectValues,
      ),
    );
}

/** Flags for showing progress. */
export interface ProgressFlags {
  readonly progress: boolean;
  readonly progressInterval: number;
}

export function addProgressFlags(command: Command): Command {
  return command
    .addOption(createFlag("--no-progress", "do not show progress"))
    .addOption(
      createFlag("--progress-interval <duration>", "how often to print progress when there is no terminal")
        .argParser(parseDurationFlag)
        .default(10_000, "10s"),
    );
}

export function createProgressFlags(flags: ProgressFlags): ProgressOptions {
  return { isShown: flags.progress, lineIntervalMs: flags.progressInterval };
}

/** `--include`, of commands that select outputs by path. */
export function createIncludeFlag(): Option {
  return createFlag("--include <glob>", "only these output paths; can be repeated").argParser(collectValues);
}

/** `--exclude`, of commands that select outputs by path. */
export function createExcludeFlag(): Option {
  return createFlag("--exclude <glob>", "except these output paths; can be repeated").argParser(
    collectValues,
  );
}

export function createJsonFlag(): Option {
  return createFlag("--json", "print one JSON object per line");
}

export function createRawFlag(): Option {
  return createFlag("--raw", "write control sequences to a terminal as they are");
}

export function createTimestampsFlag(): Option {
  return createFlag("--timestamps", "write when each line was written before it, where that is stored");
}

export function createDryRunFlag(): Option {
  return createFlag("-n, --dry-run", "show what would be done, without doing it");
}

/** `--spool-directory`, of `run` and of `doctor`, which checks the folder. */
export function createSpoolDirectoryFlag(): Option {
  return createFlag(
    "--spool-directory <folder>",
    "folder for output that is not stored yet, as large as the logs (default: the folder of the task, or a private folder for temporary files)",
  );
}

export function createYesFlag(): Option {
  return createFlag("-y, --yes", "do not ask for confirmation; required without a terminal");
}

export function createConcurrencyFlag(what: string): Option {
  return createFlag(
    "--concurrency <n>",
    `number of ${what} processed at the same time (default: 16)`,
  ).argParser(parseWholeNumber);
}

export function createOverwriteFlag(what: string): Option {
  return createFlag("--overwrite <when>", what).choices(["always", "never", "if-changed"]);
}

/** Collects the values of a flag that can be repeated. */
export function collectValues(value: string, before: readonly string[] | false | undefined): string[] {
  // The value is false after `--no-task`. The last flag on the command line has priority.
  return [...(before === undefined || before === false ? [] : before), value];
}

export function parseWholeNumber(value: string): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= 1 && Number.isSafeInteger(number)) return number;
  throw new InvalidArgumentError("It must be a whole number, 1 or more.");
}

/** Parses a duration such as `30d` into milliseconds. */
export function parseDurationFlag(value: string): number {
  const milliseconds = parseDurationInMs(value);
  if (milliseconds !== undefined) return milliseconds;
  throw new InvalidArgumentError("It must be a duration such as 30d, 12h or 1h30m.");
}

/** Adds examples, each with its purpose, to the end of the command's help. */
export function addExamples(
  command: Command,
  examples: readonly (readonly [what: string, line: string])[],
): void {
  const text = examples.map(([what, line]) => `  # ${what}\n  $ ${line}`).join("\n\n");
  command.addHelpText("after", `\nExamples:\n${text}\n`);
}
