import { redactText } from "../../core/index.js";

/**
 * The status and message of each error code, from the service's list of status and error codes
 * (https://learn.microsoft.com/rest/api/batchservice/batch-status-and-error-codes).
 */
const refusals = {
  AuthenticationFailed: [
    403,
    "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.",
  ],
  ActiveJobAndScheduleQuotaReached: [409, "Active job and schedule quota for the account has been reached."],
  AutoScalingFormulaSyntaxError: [400, "The specified auto-scaling formula has a syntax error."],
  AutoScalingFormulaTooLong: [400, "The specified auto-scaling formula exceeds lengths limit."],
  CloudServiceConfigurationRetired: [
    400,
    "CloudServiceConfiguration pools are retired as of 2/29/2024, and new pools of this type cannot be added",
  ],
  ConditionNotMet: [412, "The condition specified using HTTP conditional header(s) is not met."],
  ApplicationNotFound: [404, "The specified application does not exist."],
  FileNotFound: [404, "The specified file does not exist."],
  Forbidden: [403, "Access is Forbidden"],
  InternalError: [500, "Server encountered an internal error. Please try again after some time."],
  InvalidApplicationPackageReferences: [
    409,
    "One or more application package references could not be satisfied. This occurs if the application id or version does not exist or is not active, or if the reference did not specify a version and there is no default version configured.",
  ],
  InvalidHeaderValue: [400, "The value for one of the HTTP headers is not in the correct format."],
  InvalidHttpVerb: [405, "The HTTP verb specified was not recognized by the server."],
  InvalidPropertyValue: [400, "The value provided for one of the properties in the request body is invalid."],
  InvalidQueryParameterValue: [
    400,
    "Value for one of the query parameters specified in the request URI is invalid.",
  ],
  InvalidRange: [416, "The range specified is invalid for the current size of the resource."],
  InvalidRequestBody: [400, "The specified Request Body is not syntactically valid."],
  InvalidUri: [400, "The requested URI does not represent any resource on the server."],
  JobBeingDeleted: [409, "The specified job has been marked for deletion and is being garbage collected."],
  JobBeingTerminated: [409, "The specified job is being terminated."],
  JobCompleted: [409, "The specified job is already in a completed state."],
  JobExists: [409, "The specified job already exists."],
  JobScheduleBeingDeleted: [
    409,
    "The specified job schedule has been marked for deletion and is being reclaimed.",
  ],
  JobScheduleBeingTerminated: [409, "The specified job schedule is being terminated."],
  JobScheduleCompleted: [409, "The specified job schedule is already in completed state."],
  JobScheduleExists: [409, "The specified job schedule already exists."],
  JobScheduleNotFound: [404, "The specified job schedule does not exist."],
  JobScheduleWithSameIdExists: [
    409,
    "A job schedule with the specified job id exists. Job and job schedule cannot have the same id.",
  ],
  JobWithSameIdExists: [
    409,
    "A job with the specified job schedule id exists. Job and job schedule cannot have the same id.",
  ],
  JobNotFound: [404, "The specified job does not exist."],
  JobPreparationTaskOrReleaseTaskNotSpecified: [
    409,
    "The specified job does not have either job preparation task or job release task.",
  ],
  MissingRequiredProperty: [400, "A required property was not specified in the request body."],
  MissingRequiredQueryParameter: [
    400,
    "A query parameter that's mandatory for this request is not specified.",
  ],
  NodeBeingStarted: [409, "The specified node is being started."],
  NodeNotFound: [404, "The specified node does not exist."],
  NodeNotReady: [409, "The specified node is not ready for the requested operation."],
  OperationNotValidOnNode: [409, "The specified operation is not valid on the node."],
  NodeUserExists: [409, "The specified node user already exists."],
  NodeUserNotFound: [404, "The specified node user does not exist."],
  OperationInvalidForCurrentState: [
    409,
    "The specified operation is not valid for the current state of the resource.",
  ],
  OperationNotValidOnPool: [409, "The specified operation is not valid on the pool."],
  OperationTimedOut: [500, "The operation could not be completed within the permitted time."],
  OutOfRangeQueryParameterValue: [
    400,
    "A query parameter specified in the request URI is outside the permissible range.",
  ],
  PoolBeingDeleted: [409, "The specified pool has been marked for deletion and is being reclaimed."],
  PoolBeingResized: [409, "The specified pool is being resized."],
  PoolExists: [409, "The specified pool already exists."],
  PoolQuotaReached: [409, "Pool quota for the account has been reached."],
  PoolNotFound: [404, "The specified pool does not exist."],
  PoolUsageMetricAPIRetired: [400, "Pool list usage metrics API was retired on 09/30/2024"],
  PoolVersionEqualsUpgradeVersion: [400, "The pool is already with the given version."],
  RequestBodyTooLarge: [413, "The size of the request body exceeds the maximum size permitted."],
  ServerBusy: [503, "Server is currently unable to receive requests. Please retry your request."],
  TaskCompleted: [409, "The specified task is already in a completed state."],
  TaskDependenciesNotSpecifiedOnJob: [
    400,
    "A task was specified as depending on other tasks, but the job did not specify that it would use task dependencies.",
  ],
  TaskExists: [409, "The specified task already exists."],
  TaskFilesCleanedup: [409, "The files of the specified task are cleaned up."],
  TaskFilesUnavailable: [409, "The files of the specified task are unavailable."],
  TaskIdSameAsJobPreparationTask: [409, "The specified task id is same as the job preparation task."],
  TaskIdSameAsJobReleaseTask: [409, "The specified task id is same as the job release task."],
  TaskNotCompleted: [
    409,
    "The specified task is not in a completed state, and the requested operation can be performed only on completed tasks.",
  ],
  TaskNotFound: [404, "The specified task does not exist."],
  TaskSucceeded: [
    409,
    "The specified task has already completed successfully, and the requested operation cannot be performed on successful tasks.",
  ],
  UnsupportedRequestVersion: [400, "The specified request version is not supported."],
} as const satisfies Record<string, readonly [status: number, message: string]>;

/** An error code of the service. */
export type RefusalCode = keyof typeof refusals;

/** Thrown to answer a request with one of the service's errors. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: RefusalCode;
  readonly status: (typeof refusals)[RefusalCode][0];
  /** Details with the service's own keys, such as PropertyName, PropertyValue and Reason. */
  readonly values: Readonly<Record<string, string>>;

  constructor(code: RefusalCode, values: Readonly<Record<string, string>> = {}) {
    super(refusals[code][1]);
    this.code = code;
    this.status = refusals[code][0];
    this.values = values;
  }
}

/** Creates the body of an error response, in the service's format. Its values may come from the request: credentials are removed. */
export function createRefusalBody(refusal: Refusal, requestId: string): object {
  const values = Object.entries(refusal.values).map(([key, value]) => ({
    key,
    value: redactText(value),
  }));
  return {
    code: refusal.code,
    message: {
      lang: "en-US",
      value: `${refusal.message}\nRequestId:${requestId}\nTime:${new Date().toISOString()}`,
    },
    ...(values.length > 0 && { values }),
  };
}
