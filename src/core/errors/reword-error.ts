/** Replaces the message of an error, also in its stack. Returns the same error. */
export function rewordError<T extends Error>(error: T, message: string): T {
  const { name, stack = "" } = error;
  const calls = stack.indexOf("\n    at ");
  error.stack = `${name}: ${message}${calls < 0 ? "" : stack.slice(calls)}`;
  error.message = message;
  return error;
}
