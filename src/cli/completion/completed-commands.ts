import { type Argument, Command, type Option } from "commander";
import type { CommandEntry } from "../command-line/command-entry.js";

/** The values of a flag or argument: fixed words, local files, or values that the script does not know. */
export type CompletedValue = readonly string[] | "files" | "unknown";

/** A flag in a completion script. */
export interface CompletedFlag {
  /** `-f`, `--follow`. */
  readonly names: readonly string[];
  readonly description: string;
  /** Undefined if the flag takes no value. */
  readonly value?: CompletedValue;
}

/** A command in a completion script. */
export interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly CompletedFlag[];
  /** Usual words for the first argument; empty if it is like the others. */
  readonly firstWords: readonly string[];
  /** The other arguments: another program's command line, local files, or names in the store. */
  readonly others: "command" | "files" | "unknown";
}

/** The kinds of the conventions. */
const knownKinds = [
  "TaskOutput",
  "TaskPreview",
  "TaskLog",
  "TaskIntermediate",
  "JobOutput",
  "JobPreview",
] as const;

const withFiles = ["save", "track", "download", "verify"];

/** Reads every command with its flags from the command's own file. */
export async function readCompletedCommands(commands: readonly CommandEntry[]): Promise<CompletedCommand[]> {
  return await Promise.all(
    commands.map(async ({ name, summary, load }) => {
      const command = new Command(name);
      (await load())(command);
      const flags = command.options.filter(({ hidden }) => !hidden).map(createCompletedFlag);
      const help = { names: ["-h", "--help"], description: "show help" };
      return {
        name,
        summary,
        flags: [...flags, help],
        firstWords: readWords(command.registeredArguments[0]),
        others: name === "run" ? "command" : withFiles.includes(name) ? "files" : "unknown",
      };
    }),
  );
}

function readWords(argument: Argument | undefined): readonly string[] {
  return argument?.name() === "kind" ? knownKinds : (argument?.argChoices ?? []);
}

function createCompletedFlag(option: Option): CompletedFlag {
  const names = [option.short, option.long].filter((name) => name !== undefined);
  const { description } = option;
  if (!option.required && !option.optional) return { names, description };
  return { names, description, value: readValue(option) };
}

function readValue({ flags, argChoices }: Option): CompletedValue {
  if (argChoices) return argChoices;
  if (/<kind>/.test(flags)) return knownKinds;
  return /<(?:file|folder|directory)>/.test(flags) ? "files" : "unknown";
}
