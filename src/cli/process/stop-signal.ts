import { endKeyLine, writeMessage } from "../terminal/terminal.js";
import { getSignalStatus } from "./command-signals.js";

const signals: readonly NodeJS.Signals[] =
  process.platform === "win32" ? ["SIGINT", "SIGBREAK", "SIGHUP"] : ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Creates an abort signal that fires at the first SIGINT, SIGTERM, SIGHUP or, on Windows, Ctrl-Break. The
 * second one ends the process immediately.
 */
export function stopSignal(): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  const listen = (signal: NodeJS.Signals): void => {
    if (signal === "SIGINT") endKeyLine();
    if (controller.signal.aborted) process.exit(getSignalStatus(signal));
    writeMessage(`${signal}: storing the remaining data. A second signal stops immediately.`);
    controller.abort();
  };
  for (const signal of signals) process.on(signal, listen);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      for (const signal of signals) process.off(signal, listen);
    },
  };
}
