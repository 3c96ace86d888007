/** Refuses what callers without a type checker may pass for a text. Throws a TypeError that names the argument. */
export function requireString(value: unknown, argument: string): asserts value is string {
  if (typeof value === "string") return;
  throw new TypeError(`${argument} must be a string, but is ${value === null ? "null" : typeof value}`);
}
