/** The command line is wrong, and nothing was done. The process ends with status 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
