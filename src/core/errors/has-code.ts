/**
 * Whether a system error has one of these codes, such as `ENOENT`. It does not use `instanceof`: Jest evaluates modules
 * in a separate realm, whose `Error` is not the class of the errors that Node.js throws.
 */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return typeof error === "object" && error !== null && "code" in error && codes.includes(String(error.code));
}
