/**
 * The part of the ground floor that runs in a browser: errors, argument checks. Conventions and the viewer's page enter
 * here; everything else through `index.ts`.
 *
 * @packageDocumentation
 */
export {
  type ArgumentError,
  argumentRangeError,
  argumentTypeError,
  isArgumentError,
  quoted,
} from "./argument-error.js";
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
} from "./batch-outputs-error.js";
export { type Hint, hintText } from "./hint.js";
