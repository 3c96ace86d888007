/**
 * The part of core that runs in a browser: errors and argument checks. conventions and the page of the viewer import this file,
 * all other floors `index.ts`.
 *
 * @packageDocumentation
 */
export {
  type ArgumentError,
  argumentRangeError,
  argumentTypeError,
  isArgumentError,
  quote,
} from "./errors/argument-error.js";
export {
  requireBoolean,
  requireFunction,
  requireInteger,
  requireLocalPath,
  requireObject,
  requireOneOf,
  requireString,
  requireText,
} from "./arguments.js";
export {
  BatchOutputsError,
  type BatchOutputsErrorCode,
  batchOutputsErrorCodes,
  type BatchOutputsErrorContext,
  type BatchOutputsErrorOptions,
  isBatchOutputsError,
} from "./errors/batch-outputs-error.js";
export { formatInteger } from "./format-integer.js";
export { type Hint, formatHint } from "./errors/hint.js";
