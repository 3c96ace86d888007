import { createInterface } from "node:readline/promises";
import { UsageError } from "../errors/usage-error.js";
import { interrupt, interruptSignal } from "./interrupts.js";
import { makePrintable } from "./printable.js";
import { showStatus } from "./terminal.js";

/** Asks for confirmation on a terminal. Without a terminal, `--yes` is required. */
export async function confirm(question: string, yes: boolean | undefined): Promise<boolean> {
  if (yes) return true;
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new UsageError(
      `${question} There is no terminal to confirm this on: use --yes to proceed, or --dry-run to show what would be done.`,
    );
  }
  showStatus("");
  const questions = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const signal = interruptSignal();
    questions.on("SIGINT", interrupt);
    const answer = await questions.question(`${makePrintable(question)} [y/N] `, { signal });
    return /^\s*y(?:es)?\s*$/i.test(answer);
  } finally {
    questions.close();
  }
}
