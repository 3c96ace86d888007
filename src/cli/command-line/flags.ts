import { type Command, InvalidArgumentError, Option } from "commander";
import { parseDurationInMs } from "./parse-duration.js";
import type { ProgressOptions } from "../terminal/progress.js";

/**
 * Flags that several commands have. Each can be given by an environment variable, too: `--dry-run` by
 * `AZURE_BATCH_OUTPUTS_DRY_RUN`, and those that Batch or the Azure tools have a variable for by that one.
 */

/** A flag and its variable. */
export function flag(flags: string, description: string, variable?: string): Option {
  const option = new Option(flags, description);
  const long = option.long?.slice(2) ?? "";
  return option.env(variable ?? `AZURE_BATCH_OUTPUTS_${long.toUpperCase().replaceAll("-", "_")}`);
}

/** A variable that is empty counts as not set, and so does one that says no, of a flag without a value. */
export function forgetEmptyVariables(command: Command): void {
  for (const option of command.options) {
    const value = option.envVar === undefined ? undefined : process.env[option.envVar];
    const isSwitch = !option.required && !option.optional;
    if (value === "" || (isSwitch && value !== undefined && /^(?:0|false|no|off)$/i.test(value)))
      delete option.envVar;
  }
}

/** Where outputs are kept. */
export interface StoreFlags {
  readonly containerUrl?: string;
  readonly connectionString?: string;
  readonly accountUrl?: string;
  readonly local?: boolean;
  readonly maxTries?: number;
  readonly requestTimeout?: number;
}

export function addStoreFlags(command: Command, stores: "any" | "account" = "any"): Command {
  command.optionsGroup("Where outputs are kept:");
  if (stores === "any") {
    command.addOption(
      flag("--container-url <url>", "the job's output container, with its SAS; better given by the variable"),
    );
  }
  return command
    .addOption(
      flag(
        "--connection-string <text>",
        "of the storage account; better given by the variable",
        "AZURE_STORAGE_CONNECTION_STRING",
      ),
    )
    .addOption(
      flag(
        "--account-url <url>",
        "https://<account>.blob.core.windows.net: with Microsoft Entra ID, or with a SAS",
        "AZURE_STORAGE_ACCOUNT_URL",
      ),
    )
    .addOption(flag("--local", "Azurite on this machine, as UseDevelopmentStorage=true"))
    .addOption(
      flag("--max-tries <n>", "how often a request is tried before it fails: 4").argParser(wholeNumber),
    )
    .addOption(
      flag(
        "--request-timeout <duration>",
        "how long a request may send and receive nothing before it is tried again: 10s",
      ).argParser(duration),
    );
}

/** Whose outputs. */
export interface JobFlags extends StoreFlags {
  readonly job?: string;
}

export function addJobFlags(command: Command, stores: "any" | "account" = "any"): Command {
  command.optionsGroup("Whose outputs:");
  command.addOption(flag("-j, --job <id>", "the job", "AZ_BATCH_JOB_ID"));
  return addStoreFlags(command, stores);
}

/** Whose outputs, of a job or of one of its tasks: `task` is false with `--no-task`. */
export interface TaskFlags extends JobFlags {
  readonly task?: string | false;
}

export function addTaskFlags(command: Command): Command {
  command
    .optionsGroup("Whose outputs:")
    .addOption(flag("-j, --job <id>", "the job", "AZ_BATCH_JOB_ID"))
    .addOption(
      flag("-t, --task <id>", "the task; the job's own outputs where there is none", "AZ_BATCH_TASK_ID"),
    )
    .addOption(flag("--no-task", "the job's own outputs, also within a task"));
  return addStoreFlags(command);
}

/** `--progress` and how often. */
export interface ProgressFlags {
  readonly progress: boolean;
  readonly progressInterval: number;
}

export function addProgressFlags(command: Command): Command {
  return command
    .addOption(flag("--no-progress", "show no progress"))
    .addOption(
      flag("--progress-interval <duration>", "how often a line tells the progress where there is no terminal")
        .argParser(duration)
        .default(10_000, "10s"),
    );
}

export function progressOptions(flags: ProgressFlags): ProgressOptions {
  return { isShown: flags.progress, lineIntervalMs: flags.progressInterval };
}

export function jsonFlag(): Option {
  return flag("--json", "one JSON object a line");
}

export function rawFlag(): Option {
  return flag("--raw", "write control sequences to a terminal as they are");
}

export function dryRunFlag(): Option {
  return flag("-n, --dry-run", "only tell what would be done");
}

export function yesFlag(): Option {
  return flag("-y, --yes", "do not ask; needed where there is no terminal");
}

export function concurrencyFlag(what: string): Option {
  return flag("--concurrency <n>", `${what} under way at a time: 16`).argParser(wholeNumber);
}

export function overwriteFlag(what: string): Option {
  return flag("--overwrite <when>", what).choices(["always", "never", "if-changed"]);
}

/** For flags that may be given several times. */
export function collected(value: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), value];
}

export function wholeNumber(value: string): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= 1 && Number.isSafeInteger(number)) return number;
  throw new InvalidArgumentError("It must be a whole number, 1 or more.");
}

/** A duration such as `30d`, in milliseconds. */
export function duration(value: string): number {
  const milliseconds = parseDurationInMs(value);
  if (milliseconds !== undefined) return milliseconds;
  throw new InvalidArgumentError("It must be a duration such as 30d, 12h or 1h30m.");
}

/** Examples at the end of a command's help, each with what it is for. */
export function addExamples(
  command: Command,
  examples: readonly (readonly [what: string, line: string])[],
): void {
  const text = examples.map(([what, line]) => `  # ${what}\n  $ ${line}`).join("\n\n");
  command.addHelpText("after", `\nExamples:\n${text}\n`);
}
