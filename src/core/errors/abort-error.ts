/** Whether the error says that the operation was aborted. Checks the name: the Azure SDK and the language have a class each. */
export function isAbortError(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}
