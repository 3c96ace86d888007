/**
 * Shared by all floors: errors, argument checks, abort, concurrency, retry, redaction, and predicates of system errors. Does not
 * know any service.
 *
 * @packageDocumentation
 */
export { linkAbort, type LinkedAbort, throwIfAborted, untilAborted } from "./abort.js";
export * from "./browser.js";
export { concernsAllOutputs } from "./concerns-all-outputs.js";
export { forEachConcurrently } from "./for-each-concurrently.js";
export { hasCode } from "./has-code.js";
export { defined, type OperationOptions, requestOptions } from "./operation-options.js";
export { pause } from "./pause.js";
export { redactError, redactText, redactUrl } from "./redact.js";
export { isRestErrorLike, type RestErrorLike } from "./rest-error.js";
export {
  readWithTimeout,
  resumeStream,
  type ResumeOptions,
  type ResumePolicy,
  usualResumePolicy,
} from "./resume-stream.js";
export { retry, retryDelayInMs, type RetryOptions, type RetryPolicy } from "./retry-policy.js";
export { SafeFolder } from "./safe-folder.js";
export { isCertificateCode, isConnectionError, isTransient, isTransientStatus } from "./transient.js";
export { createUnansweredError } from "./unanswered-error.js";
export { packageVersion } from "./version.js";
