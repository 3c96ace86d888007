import { setMaxListeners } from "node:events";
import { ExitStatus } from "../errors/exit-status.js";
import { endKeyLine, writeMessage, showStatus } from "./terminal.js";

const statuses: Readonly<Partial<Record<NodeJS.Signals, number>>> = {
  SIGINT: ExitStatus.interrupted,
  SIGTERM: 143,
  SIGHUP: 129,
  ...(process.platform === "win32" ? { SIGBREAK: 149 } : {}),
};

const controller = new AbortController();
let interruptedBy: NodeJS.Signals | undefined;
let isWatching = false;

/**
 * Returns a signal that fires at the first Ctrl-C, Ctrl-Break, SIGTERM or SIGHUP, so that running operations end cleanly. The
 * second one ends the process immediately.
 */
export function interruptSignal(): AbortSignal {
  if (!isWatching) {
    isWatching = true;
    // Every pending request listens to it, so many listeners are not a leak.
    setMaxListeners(0, controller.signal);
    for (const signal of Object.keys(statuses) as NodeJS.Signals[]) process.on(signal, onSignal);
  }
  return controller.signal;
}

/** Returns the exit status if the process received a signal to end; otherwise `undefined`. */
export function interruptStatus(): number | undefined {
  return interruptedBy === undefined ? undefined : statuses[interruptedBy];
}

/** Has the effect of Ctrl-C, for a prompt that reads the key itself. */
export function interrupt(): void {
  onSignal("SIGINT");
}

function onSignal(signal: NodeJS.Signals): void {
  if (signal === "SIGINT") endKeyLine();
  if (interruptedBy !== undefined) {
    showStatus("");
    process.exit(statuses[signal]);
  }
  interruptedBy = signal;
  writeMessage(
    signal === "SIGINT" ? "Stopping; press Ctrl-C again to stop immediately." : `Stopping (${signal}).`,
  );
  controller.abort();
}
