import { type BatchOutputsErrorCode, isArgumentError, isBatchOutputsError } from "../../core/index.js";
import { getServiceErrorStatus } from "../../storage/index.js";
import { ExitStatus } from "./exit-status.js";
import { UsageError } from "./usage-error.js";

const statuses: Readonly<Partial<Record<BatchOutputsErrorCode, number>>> = {
  ContainerNotPrepared: ExitStatus.notFound,
  OutputNotFound: ExitStatus.notFound,
  SourceMissing: ExitStatus.notFound,
  NothingMatched: ExitStatus.notFound,
  JobNotFound: ExitStatus.notFound,
  TaskNotFound: ExitStatus.notFound,
  TaskNotStarted: ExitStatus.notFound,
  NodeUnavailable: ExitStatus.notFound,
  NodeFilesGone: ExitStatus.notFound,
  NodeFileNotFound: ExitStatus.notFound,
  CredentialExpired: ExitStatus.notAllowed,
  ClockSkew: ExitStatus.notAllowed,
  PermissionMissing: ExitStatus.notAllowed,
  NotAuthorized: ExitStatus.notAllowed,
  CannotSign: ExitStatus.notAllowed,
  AccountUnavailable: ExitStatus.notAllowed,
  OutputImmutable: ExitStatus.notAllowed,
  EnvironmentIncomplete: ExitStatus.usage,
};

/** Returns the exit status for an error. */
export function exitStatusFor(error: unknown): number {
  if (error instanceof UsageError || isArgumentError(error)) return ExitStatus.usage;
  if (isBatchOutputsError(error)) {
    const known = statuses[error.code];
    if (known !== undefined || error.code !== "RequestRefused") return known ?? ExitStatus.failed;
  }
  // A refusal without a code of this package has the answer of the service as its cause.
  const status = getServiceErrorStatus(isBatchOutputsError(error) ? error.cause : error);
  if (status === 404) return ExitStatus.notFound;
  if (status === 401 || status === 403) return ExitStatus.notAllowed;
  if (error instanceof Error && "code" in error) {
    if (error.code === "ENOENT") return ExitStatus.notFound;
    if (error.code === "EACCES" || error.code === "EPERM" || error.code === "EROFS")
      return ExitStatus.notAllowed;
  }
  return ExitStatus.failed;
}

/**
 * Returns the exit status for several files or outputs: that of the error if there is only one and it failed, and a
 * separate status if some of many failed.
 */
export function exitStatusForMany(count: number, errors: readonly unknown[]): number {
  if (errors.length === 0) return ExitStatus.done;
  if (errors.length < count) return ExitStatus.someFailed;
  const [first = ExitStatus.failed, ...others] = new Set(errors.map(exitStatusFor));
  return others.length === 0 ? first : ExitStatus.failed;
}
