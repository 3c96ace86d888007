import { setMaxListeners } from "node:events";
import { ExitStatus } from "../errors/exit-status.js";
import { leaveLineOfKey, say, showStatus } from "./terminal.js";

const statuses: Readonly<Partial<Record<NodeJS.Signals, number>>> = {
  SIGINT: ExitStatus.interrupted,
  SIGTERM: 143,
  SIGHUP: 129,
};

const controller = new AbortController();
let interruptedBy: NodeJS.Signals | undefined;
let isWatching = false;

/**
 * Fires at the first Ctrl-C (or SIGTERM, SIGHUP): what is under way ends cleanly, with nothing half-done. The second one
 * ends the process at once.
 */
export function interruptSignal(): AbortSignal {
  if (!isWatching) {
    isWatching = true;
    // Every request under way listens to it: many listeners are no leak here.
    setMaxListeners(0, controller.signal);
    for (const signal of Object.keys(statuses) as NodeJS.Signals[]) process.on(signal, onSignal);
  }
  return controller.signal;
}

/** The exit status if the process was told to end; `undefined` if it was not. */
export function interruptStatus(): number | undefined {
  return interruptedBy === undefined ? undefined : statuses[interruptedBy];
}

/** What Ctrl-C does, for a prompt that hears the key itself. */
export function interrupt(): void {
  onSignal("SIGINT");
}

function onSignal(signal: NodeJS.Signals): void {
  if (signal === "SIGINT") leaveLineOfKey();
  if (interruptedBy !== undefined) {
    showStatus("");
    process.exit(statuses[signal]);
  }
  interruptedBy = signal;
  say(signal === "SIGINT" ? "Stopping; press Ctrl-C again to stop at once." : `Stopping (${signal}).`);
  controller.abort();
}
