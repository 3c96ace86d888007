import type { Command } from "commander";

/** A command before its file is loaded. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** The heading in `batch-outputs --help`. */
  readonly group: string;
  /** Whether the command itself reports an unreachable store, or serves other programs. */
  readonly reportsOutages?: true;
  /** Loads the function that adds arguments, flags, help and action to the command. */
  readonly load: () => Promise<(command: Command) => void>;
}
