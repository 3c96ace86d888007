import { type Argument, Command, type Option } from "commander";
import type { CommandEntry } from "../command-line/command-entry.js";

/** What follows a flag or a command: one of some words, a file on this machine, or what nobody can know. */
export type CompletedValue = readonly string[] | "files" | "unknown";

/** What can be said after a command's name. */
export interface CompletedFlag {
  /** `-f`, `--follow`. */
  readonly names: readonly string[];
  readonly description: string;
  /** Left out where it takes no value. */
  readonly value?: CompletedValue;
}

/** What a completion script knows of a command. */
export interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly CompletedFlag[];
  /** What its first argument is usually; none: it is as the others. */
  readonly firstWords: readonly string[];
  /** What its other arguments are: another program's command line, files on this machine, or names in the store. */
  readonly others: "command" | "files" | "unknown";
}

/** Kinds that everybody has. */
const knownKinds = [
  "TaskOutput",
  "TaskPreview",
  "TaskLog",
  "TaskIntermediate",
  "JobOutput",
  "JobPreview",
] as const;

const withFiles = ["save", "track", "download", "verify"];

/** Every command with its flags, as their own files say. */
export async function completedCommands(commands: readonly CommandEntry[]): Promise<CompletedCommand[]> {
  return await Promise.all(
    commands.map(async ({ name, summary, load }) => {
      const command = new Command(name);
      (await load())(command);
      const flags = command.options.filter(({ hidden }) => !hidden).map(completedFlag);
      const help = { names: ["-h", "--help"], description: "show help" };
      return {
        name,
        summary,
        flags: [...flags, help],
        firstWords: wordsOf(command.registeredArguments[0]),
        others: name === "run" ? "command" : withFiles.includes(name) ? "files" : "unknown",
      };
    }),
  );
}

function wordsOf(argument: Argument | undefined): readonly string[] {
  return argument?.name() === "kind" ? knownKinds : (argument?.argChoices ?? []);
}

function completedFlag(option: Option): CompletedFlag {
  const names = [option.short, option.long].filter((name) => name !== undefined);
  const { description } = option;
  if (!option.required && !option.optional) return { names, description };
  return { names, description, value: valueOf(option) };
}

function valueOf({ flags, argChoices }: Option): CompletedValue {
  if (argChoices) return argChoices;
  if (/<kind>/.test(flags)) return knownKinds;
  return /<(?:file|folder|directory)>/.test(flags) ? "files" : "unknown";
}
