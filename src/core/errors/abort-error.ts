/**
 * Whether an operation was aborted. Checks the error's name, because the Azure SDK and Node.js use different classes.
 */
export function isAbortError(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}
