/**
 * Aborts when somebody presses Ctrl-C, closes the terminal, or asks the process to end. Only the first time: a second Ctrl-C ends
 * the process at once.
 */
export function abortOnSignals(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => {
      controller.abort();
    });
  }
  return controller.signal;
}
