/**
 * The ground floor: errors, argument checks, abort, concurrency, retry, redaction, and what the system's errors say.
 * Knows no service.
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
export { retry, retryDelayInMs, type RetryOptions, type RetryPolicy } from "./retry-policy.js";
export { SafeFolder } from "./safe-folder.js";
export { Semaphore, type SemaphorePlace } from "./semaphore.js";
export { isCertificateCode, isConnectionError, isTransient, isTransientStatus } from "./transient.js";
export { packageVersion } from "./version.js";
