/**
 * Shared by all floors: errors, argument checks, abort, concurrency, retry, redaction, and predicates of system errors. Does not
 * know any service.
 *
 * @packageDocumentation
 */
export { findSilentServices, observeSilence, type SilentService, watchAnswer } from "./async/answer-watch.js";
export { linkAbort, type LinkedAbort, throwIfAborted, raceWithAbort } from "./async/abort.js";
export { LateModule } from "./async/late-module.js";
export * from "./browser.js";
export { isAbortError } from "./errors/abort-error.js";
export { concernsAllOutputs } from "./errors/concerns-all-outputs.js";
export { type Environment, parseVariable, readVariable, requireVariable } from "./environment/environment.js";
export { disposeOnce } from "./async/dispose-once.js";
export { forEachConcurrently } from "./async/for-each-concurrently.js";
export { hasCode } from "./errors/has-code.js";
export {
  omitUndefined,
  type OperationOptions,
  pickRequestOptions,
  requireOperationOptions,
} from "./operation-options.js";
export { parseProcessStart } from "./parse-process-start.js";
export { pause } from "./async/pause.js";
export { type Members, readMembers } from "./read-members.js";
export { redactError, redactErrorTexts, redactText, redactUrl, removeCredentials } from "./redact.js";
export { redactCommand } from "./redact-command.js";
export { sharedKeyHeaders } from "./shared-key-headers.js";
export { isRestErrorLike, type RestErrorLike } from "./errors/rest-error.js";
export { receiveText } from "./async/receive-text.js";
export { readWithTimeout, resumeStream, usualResumePolicy } from "./async/resume-stream.js";
export { retry, computeRetryDelayInMs, type RetryPolicy } from "./async/retry.js";
export { createFolders } from "./folders/create-folders.js";
export { getDescriptorPath } from "./folders/descriptor-path.js";
export { openPrivateFolder, readOrCreateKey, requirePrivateFile } from "./folders/private-folder.js";
export { readTextIfPresent } from "./folders/read-text-if-present.js";
export { type SafeFile, SafeFolder } from "./folders/safe-folder.js";
export { Semaphore, type SemaphoreSlot } from "./async/semaphore.js";
export { growTryTimeout } from "./async/try-timeout.js";
export { nameFile } from "./errors/name-file.js";
export { rewordError } from "./errors/reword-error.js";
export { isConnectionError, isTransient, isTransientStatus } from "./errors/transient.js";
export { explainCertificate, isCertificateCode, isTlsCode } from "./errors/certificate.js";
export { createUnansweredError } from "./errors/unanswered-error.js";
export { trimSetting } from "./environment/trim-setting.js";
export { packageVersion } from "./version.js";
