import { redactText } from "../redaction/redact-text.js";

/**
 * A wrong argument: a `TypeError` or `RangeError` with the name of the argument as data. The command line and the
 * viewer show the name of a flag or a field instead. Check for it with {@link isArgumentError}.
 */
export type ArgumentError = (TypeError | RangeError) & {
  readonly code: "ERR_INVALID_ARG_TYPE" | "ERR_INVALID_ARG_VALUE";
  /** The path of the argument: `kind`, `options.exclude`, `options.tags.team`. */
  readonly argument: string;
  /** What is wrong with it. Continues a sentence that begins with the argument's name: `must not be empty`. */
  readonly problem: string;
  /** The path of another argument that would make the value valid, if there is one: `options.destinationPath`. */
  readonly alternative?: string;
};

const brand = Symbol.for("azure-batch-outputs.ArgumentError");

/** Creates the error for an argument of the wrong type: `argumentTypeError("kind", "must be a string, but is null")`. */
export function argumentTypeError(argument: string, problem: string): ArgumentError {
  return brandArgumentError(
    new TypeError(`${argument} ${problem}`),
    "ERR_INVALID_ARG_TYPE",
    argument,
    problem,
  );
}

/** Options of {@link argumentRangeError}. */
export interface ArgumentRangeErrorOptions {
  readonly cause?: unknown;
  /** See {@link ArgumentError}. */
  readonly alternative?: string | undefined;
}

/** Creates the error for an argument of the right type whose value is not allowed. */
export function argumentRangeError(
  argument: string,
  problem: string,
  { cause, alternative }: ArgumentRangeErrorOptions = {},
): ArgumentError {
  const allowed = alternative === undefined ? "" : ` (allowed with ${alternative})`;
  const error = brandArgumentError(
    new RangeError(`${argument} ${problem}${allowed}`, cause === undefined ? undefined : { cause }),
    "ERR_INVALID_ARG_VALUE",
    argument,
    problem,
  );
  return alternative === undefined
    ? error
    : Object.defineProperty(error, "alternative", { value: alternative });
}

/** Whether the error is about a wrong argument. It checks a brand, so that it also works across two copies of the package. */
export function isArgumentError(error: unknown): error is ArgumentError {
  return error instanceof Error && brand in error;
}

function brandArgumentError(
  error: TypeError | RangeError,
  code: ArgumentError["code"],
  argument: string,
  problem: string,
): ArgumentError {
  // Not enumerable: Node.js prints enumerable members after the stack, and the message contains all of this.
  return Object.defineProperties(error, {
    [brand]: { value: true },
    code: { value: code },
    argument: { value: argument },
    problem: { value: problem },
  }) as ArgumentError;
}

/** Characters that control a terminal or hide text, and that JSON does not escape. */
const misleading = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

const maxQuotedLength = 200;

/** Quotes a value for a message: control characters are escaped, credentials removed, and it is cut after 200 characters. */
export function quote(text: string): string {
  const safe = redactText(text);
  const cut = safe.length > maxQuotedLength ? `${safe.slice(0, maxQuotedLength)}…` : safe;
  return JSON.stringify(cut).replace(
    misleading,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
