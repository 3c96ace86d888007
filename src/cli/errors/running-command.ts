import type { Command } from "commander";
import type { CommandWords } from "./argument-words.js";

let running: CommandWords | undefined;
let loaded: Command | undefined;

/** Set once, when the command is known: a process runs one command line. */
export function setRunningCommand(words: CommandWords, command: Command): void {
  running = words;
  loaded = command;
}

/** Returns the command that this process runs; `undefined` before it is known. */
export function getRunningCommand(): CommandWords | undefined {
  return running;
}

/** Returns the environment variable that the running command has the value of a flag from, if it has it from one. */
export function findSourceVariable(flag: string): string | undefined {
  const option = loaded?.options.find(({ long }) => long === flag);
  if (option === undefined || loaded?.getOptionValueSource(option.attributeName()) !== "env")
    return undefined;
  return option.envVar;
}

/** Returns the same command with its flags; `undefined` before it is known. */
export function getLoadedCommand(): Command | undefined {
  return loaded;
}
