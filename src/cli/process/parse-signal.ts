import { InvalidArgumentError } from "commander";
import { constants } from "node:os";

/** The signals that a process of Windows can send to another: each of them ends it at once. */
const endingOnWindows = ["SIGTERM", "SIGINT", "SIGKILL", "SIGQUIT"];

/** Parses the name of a signal that can be sent to a command, with or without `SIG`: `SIGUSR1`, `USR1`. */
export function parseSignal(value: string): NodeJS.Signals {
  const name = value.toUpperCase().replace(/^(?!SIG)/, "SIG");
  if (process.platform === "win32" && !endingOnWindows.includes(name)) {
    throw new InvalidArgumentError("On Windows, a command can only be ended: the signal must be SIGTERM.");
  }
  if (Object.hasOwn(constants.signals, name)) return name as NodeJS.Signals;
  throw new InvalidArgumentError("It must be the name of a signal, such as SIGTERM or SIGUSR1.");
}
