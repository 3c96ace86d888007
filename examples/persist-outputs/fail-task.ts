import { isBatchOutputsError } from "azure-batch-outputs";

/**
 * Ends a task as failed. Writes for the person who reads stderr.txt: what went wrong, and for errors that don't explain
 * themselves, where. Not all that hangs on the error: the storage SDK's carry the whole request.
 */
export function failTask(error: unknown): void {
  const text = error instanceof Error && !isBatchOutputsError(error) ? error.stack : undefined;
  console.error(text ?? (error instanceof Error ? error.message : String(error)));
  process.exitCode = 1;
}
