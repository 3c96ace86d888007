/** What a call answers: its value, or what it threw, as something that can be compared and shown. */
export function captureResult(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return `threw ${String(error)}`;
  }
}

/** What a call that must be refused did wrong, or `undefined` when it named one of the arguments as it should. */
export function findRefusalFault(call: () => unknown, argumentNames: readonly string[]): string | undefined {
  let answer: unknown;
  try {
    answer = call();
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError))
      return `threw no TypeError or RangeError: ${String(error)}`;
    return argumentNames.some((name) => error.message.startsWith(`${name} `))
      ? undefined
      : `named none of ${argumentNames.join(", ")}: ${error.message}`;
  }
  return `was not refused: ${JSON.stringify(answer)}`;
}
