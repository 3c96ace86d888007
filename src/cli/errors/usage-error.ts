/** Thrown for a wrong command line, before anything is done. The exit status is 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
