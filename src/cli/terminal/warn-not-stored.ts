import { writeMessage } from "./terminal.js";

/** Writes a warning that is visible in a long log. */
export function warnNotStored(...lines: readonly string[]): void {
  writeMessage(lines, { text: "batch-outputs run: NOT STORED:", style: "red" });
}
