/** Refuses what callers without a type checker may pass for a text. Throws a TypeError that names the argument. */
export function requireString(value: unknown, argument: string): asserts value is string {
  if (typeof value === "string") return;
  throw new TypeError(`${argument} must be a string, but is ${value === null ? "null" : typeof value}`);
}

/** Refuses what cannot be the path of a local file or folder. Throws naming the argument. */
export function requireLocalPath(value: unknown, argument: string): asserts value is string {
  requireString(value, argument);
  if (value === "") throw new RangeError(`${argument} must not be empty`);
  if (value.includes("\0"))
    throw new RangeError(
      `${argument} holds the character U+0000, which no path can hold: ${JSON.stringify(value)}`,
    );
}

/** Refuses what cannot be options, or anything else with members. Throws a TypeError that names the argument. */
export function requireObject(value: unknown, argument: string): void {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new TypeError(`${argument} must be an object, but is ${value === null ? "null" : typeof value}`);
}
