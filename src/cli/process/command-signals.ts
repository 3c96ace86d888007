import { constants } from "node:os";
import { isatty } from "node:tty";

/** What ends a command that does not listen to it. */
const ending: readonly NodeJS.Signals[] = ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"];
const all: readonly NodeJS.Signals[] =
  process.platform === "win32" ? ["SIGINT", "SIGBREAK"] : [...ending, "SIGUSR1", "SIGUSR2"];

/** Calls the function at each signal that a command can be sent through us, until it is disposed of. */
export function onCommandSignals(
  listener: (
    signal: NodeJS.Signals,
    how: { readonly isEnding: boolean; readonly isDelivered: boolean },
  ) => void,
): Disposable {
  const isAtTerminal = [0, 1, 2].some((fd) => isatty(fd));
  const listen = (signal: NodeJS.Signals): void => {
    // A key pressed at a terminal is sent to us and to the command alike: it must not come twice.
    const isKey = signal === "SIGINT" || signal === "SIGQUIT" || signal === "SIGBREAK";
    listener(signal, { isEnding: ending.includes(signal), isDelivered: isAtTerminal && isKey });
  };
  for (const signal of all) process.on(signal, listen);
  return {
    [Symbol.dispose]: () => {
      for (const signal of all) process.off(signal, listen);
    },
  };
}

/** The status of a process that a signal ended, as shells tell it. */
export function signalStatus(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}
