import { leaveLineOfKey, say } from "../terminal/terminal.js";
import { signalStatus } from "./command-signals.js";

const signals: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/** Listens to what ends the process: for a command whose end that is, at the first; the second ends it at once. */
export function stopSignal(): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  const listen = (signal: NodeJS.Signals): void => {
    if (signal === "SIGINT") leaveLineOfKey();
    if (controller.signal.aborted) process.exit(signalStatus(signal));
    say(`Storing what is left (${signal}); once more stops at once.`);
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
