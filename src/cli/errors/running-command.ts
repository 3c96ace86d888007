import type { CommandWords } from "./argument-words.js";

let running: CommandWords | undefined;

/** Set once, when the command is known: a process runs one command line. */
export function setRunningCommand(command: CommandWords): void {
  running = command;
}

/** The command that this process runs; `undefined` before it is known. */
export function getRunningCommand(): CommandWords | undefined {
  return running;
}
