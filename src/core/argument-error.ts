import { redactAssignments } from "./redact-assignments.js";

/**
 * What the caller got wrong: a `TypeError` or `RangeError` that carries the argument's name as data. Front ends word
 * it for their reader; nobody has to read the message to tell it from a defect.
 */
export type ArgumentError = (TypeError | RangeError) & {
  readonly code: "ERR_INVALID_ARG_TYPE" | "ERR_INVALID_ARG_VALUE";
  /** The argument by its path: `kind`, `options.exclude`, `options.tags.team`. */
  readonly argument: string;
  /** The rest of the sentence after the argument's name: `must not be empty`. */
  readonly problem: string;
};

const brand = Symbol.for("azure-batch-outputs.ArgumentError");

/** An argument of a wrong type: `argumentTypeError("kind", "must be a string, but is null")`. */
export function argumentTypeError(argument: string, problem: string): ArgumentError {
  return branded(new TypeError(`${argument} ${problem}`), "ERR_INVALID_ARG_TYPE", argument, problem);
}

/** An argument of the right type with a value that is not allowed. */
export function argumentRangeError(argument: string, problem: string, cause?: unknown): ArgumentError {
  const options = cause === undefined ? undefined : { cause };
  return branded(
    new RangeError(`${argument} ${problem}`, options),
    "ERR_INVALID_ARG_VALUE",
    argument,
    problem,
  );
}

/** Whether the error says that an argument was wrong; by a brand, so that it also holds for a second copy of the package. */
export function isArgumentError(error: unknown): error is ArgumentError {
  return error instanceof Error && brand in error;
}

function branded(
  error: TypeError | RangeError,
  code: ArgumentError["code"],
  argument: string,
  problem: string,
): ArgumentError {
  // Not enumerable: Node.js prints enumerable members after the stack, and the message says all of this.
  return Object.defineProperties(error, {
    [brand]: { value: true },
    code: { value: code },
    argument: { value: argument },
    problem: { value: problem },
  }) as ArgumentError;
}

/** What would steer a terminal, or show another text than the one that is there, and JSON leaves as it is. */
const misleading = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

const maxQuotedLength = 200;

/** The value for a message: in quotes, control characters escaped, cut after 200 characters, without a credential. */
export function quoted(text: string): string {
  const safe = redactAssignments(text);
  const cut = safe.length > maxQuotedLength ? `${safe.slice(0, maxQuotedLength)}…` : safe;
  return JSON.stringify(cut).replace(
    misleading,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
