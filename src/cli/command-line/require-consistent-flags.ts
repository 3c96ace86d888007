import type { Command } from "commander";
import { UsageError } from "../errors/usage-error.js";

/** Flags that count as not set if their value is empty, so that a variable can be overridden. */
const mayBeEmpty = new Set([
  "containerUrl",
  "containerUrlFile",
  "connectionString",
  "accountUrl",
  "batchEndpoint",
  "batchAccount",
  "batchKey",
]);

/** Groups of flags that exclude each other. */
const alternatives: readonly (readonly string[])[] = [
  ["containerUrl", "containerUrlFile", "connectionString", "accountUrl", "local"],
];

/** Pairs of flags of which the wide one selects more than the narrow one. */
const widening: readonly { readonly wide: string; readonly narrow: string }[] = [
  { wide: "allJobs", narrow: "job" },
  { wide: "allTasks", narrow: "task" },
  { wide: "all", narrow: "task" },
  { wide: "wholeJob", narrow: "task" },
];

/**
 * Rejects contradictory and empty flags. To be called before a command begins: `--job a --all-jobs` must not delete the outputs
 * of all jobs.
 *
 * @throws {@link UsageError} that names the flags.
 */
export function requireConsistentFlags(command: Command): void {
  const given = readGivenFlags(command);
  for (const [name, { flag, value }] of given) {
    const isEmpty = value === "" || (Array.isArray(value) && value.includes(""));
    if (isEmpty && !mayBeEmpty.has(name)) throw new UsageError(`${flag} must not be empty.`);
  }
  for (const names of alternatives) {
    const [one, other] = names.flatMap((name) => given.get(name) ?? []).filter(({ value }) => value !== "");
    if (one && other) throw new UsageError(`${one.flag} and ${other.flag} cannot be used together.`);
  }
  for (const { wide, narrow } of widening) {
    const one = given.get(narrow);
    // An environment variable must not widen the selection of the command line either.
    const other = command.options.find((option) => option.attributeName() === wide);
    if (one && other?.long !== undefined && command.getOptionValue(wide) === true)
      throw new UsageError(`${one.flag} and ${other.long} cannot be used together.`);
  }
}

/** Reads the flags of the command line, by their names in the options. */
function readGivenFlags(command: Command): ReadonlyMap<string, { flag: string; value: unknown }> {
  const given = new Map<string, { flag: string; value: unknown }>();
  for (const option of command.options) {
    const name = option.attributeName();
    if (command.getOptionValueSource(name) !== "cli") continue;
    const value: unknown = command.getOptionValue(name);
    if (option.negate === (value === false)) given.set(name, { flag: option.long ?? option.flags, value });
  }
  return given;
}
