import { isBatchOutputsError } from "azure-batch-outputs";

/**
 * Ends a task as failed. Writes for the person who reads stderr.txt: what went wrong, and for errors that don't explain
 * themselves, where. Does not print the properties of the error, because those of the storage SDK contain the whole request.
 */
export function failTask(error: unknown): void {
  const text = error instanceof Error && !isBatchOutputsError(error) ? error.stack : undefined;
  console.error(text ?? (error instanceof Error ? error.message : String(error)));
  process.exitCode = 1;
}
