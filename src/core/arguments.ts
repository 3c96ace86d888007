import { argumentRangeError, argumentTypeError, quote } from "./errors/argument-error.js";

/** Throws unless the value is a string. */
export function requireString(value: unknown, argument: string): asserts value is string {
  if (typeof value !== "string")
    throw argumentTypeError(argument, `must be a string, but is ${formatType(value)}`);
}

/** Throws unless the value is a string of at least one character. */
export function requireText(value: unknown, argument: string): asserts value is string {
  requireString(value, argument);
  if (value === "") throw argumentRangeError(argument, "must not be empty");
}

/** Throws unless the value is a legal path of a local file or folder. */
export function requireLocalPath(value: unknown, argument: string): asserts value is string {
  requireText(value, argument);
  if (value.includes("\0")) {
    throw argumentRangeError(argument, `must not contain the character U+0000, but is ${quote(value)}`);
  }
}

/** Throws unless the value is an object; arrays and functions are not accepted. */
export function requireObject(value: unknown, argument: string): asserts value is object {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw argumentTypeError(argument, `must be an object, but is ${formatType(value)}`);
  }
}

/** Throws unless the value is a function. */
export function requireFunction(
  value: unknown,
  argument: string,
): asserts value is (...args: never) => unknown {
  if (typeof value !== "function") {
    throw argumentTypeError(argument, `must be a function, but is ${formatType(value)}`);
  }
}

/** Throws unless the value is `true` or `false`. */
export function requireBoolean(value: unknown, argument: string): asserts value is boolean {
  if (typeof value !== "boolean") {
    throw argumentTypeError(argument, `must be true or false, but is ${formatType(value)}`);
  }
}

/** Throws unless the value is in the list. */
export function requireOneOf<const T extends string>(
  value: unknown,
  allowed: readonly T[],
  argument: string,
): asserts value is T {
  if ((allowed as readonly unknown[]).includes(value)) return;
  const list = allowed.map((one) => JSON.stringify(one));
  const choices = list.length < 2 ? list.join("") : `${list.slice(0, -1).join(", ")} or ${list.at(-1) ?? ""}`;
  throw argumentRangeError(argument, `must be ${choices}, but is ${formatValue(value)}`);
}

/** Throws unless the value is an integer between the bounds, inclusive. */
export function requireInteger(
  value: unknown,
  argument: string,
  { min = 0, max = Number.MAX_SAFE_INTEGER }: { readonly min?: number; readonly max?: number } = {},
): asserts value is number {
  if (typeof value !== "number")
    throw argumentTypeError(argument, `must be a number, but is ${formatType(value)}`);
  if (Number.isInteger(value) && value >= min && value <= max) return;
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  throw argumentRangeError(argument, `must be a whole number ${range}, but is ${String(value)}`);
}

/** Formats a value for a message; objects and functions are shown as their type. */
function formatValue(value: unknown): string {
  if (typeof value === "string") return quote(value);
  return typeof value === "number" || typeof value === "boolean" || value === undefined
    ? String(value)
    : formatType(value);
}

function formatType(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : typeof value;
}
