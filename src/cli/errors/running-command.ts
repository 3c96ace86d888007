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

/** Returns the same command with its flags; `undefined` before it is known. */
export function getLoadedCommand(): Command | undefined {
  return loaded;
}
