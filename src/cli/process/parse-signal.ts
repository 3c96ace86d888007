import { InvalidArgumentError } from "commander";
import { constants } from "node:os";

/** Parses the name of a signal, with or without `SIG`: `SIGUSR1`, `USR1`. */
export function parseSignal(value: string): NodeJS.Signals {
  const name = value.toUpperCase().replace(/^(?!SIG)/, "SIG");
  if (Object.hasOwn(constants.signals, name)) return name as NodeJS.Signals;
  throw new InvalidArgumentError("It must be the name of a signal, such as SIGTERM or SIGUSR1.");
}
