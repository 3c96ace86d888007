import { constants } from "node:os";
import { isatty } from "node:tty";

const isWindows = process.platform === "win32";

/**
 * Signals that end a command that does not handle them. On Windows: Ctrl-C, Ctrl-Break, and SIGHUP for a console that is closed,
 * after which Windows ends the process within seconds.
 */
const ending: readonly NodeJS.Signals[] = isWindows
  ? ["SIGINT", "SIGBREAK", "SIGHUP"]
  : ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"];
const all: readonly NodeJS.Signals[] = isWindows ? ending : [...ending, "SIGUSR1", "SIGUSR2"];

/** Calls the function for each signal that can be forwarded to a command, until the result is disposed of. */
export function onCommandSignals(
  listener: (
    signal: NodeJS.Signals,
    how: { readonly isEnding: boolean; readonly isDelivered: boolean },
  ) => void,
): Disposable {
  const isAtTerminal = [0, 1, 2].some((fd) => isatty(fd));
  const listen = (signal: NodeJS.Signals): void => {
    // The terminal sends the signal of a key press to this process and to the command, so it is not forwarded a second
    // time. Windows sends each of its signals to all processes of a console; a process cannot send them, only end another.
    const isKey = signal === "SIGINT" || signal === "SIGQUIT";
    listener(signal, {
      isEnding: ending.includes(signal),
      isDelivered: isWindows || (isAtTerminal && isKey),
    });
  };
  for (const signal of all) process.on(signal, listen);
  return {
    [Symbol.dispose]: () => {
      for (const signal of all) process.off(signal, listen);
    },
  };
}

/** Returns the exit status of a process that was ended by a signal, as in shells. */
export function getSignalStatus(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}
