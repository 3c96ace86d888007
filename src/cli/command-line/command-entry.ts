import type { Command } from "commander";

/** A command as the program knows it before it is chosen: its file is loaded only then. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** Where it stands in `batch-outputs --help`. */
  readonly group: string;
  /** Gives the command its arguments, flags, help and action. */
  readonly load: () => Promise<(command: Command) => void>;
}
