/**
 * Whether a system error has one of these codes, such as `ENOENT`. Errors of another realm count too: a test runner that evaluates
 * modules in a context of its own (Jest) has an `Error` that those of Node.js are no instances of.
 */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return typeof error === "object" && error !== null && "code" in error && codes.includes(String(error.code));
}
