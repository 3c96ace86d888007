import { isRestError, type PipelineResponse, RestError } from "@azure/core-rest-pipeline";
import {
  BatchOutputsError,
  type BatchOutputsErrorCode,
  type BatchOutputsErrorContext,
  isBatchOutputsError,
  redactError,
  redactUrl,
} from "../../core/index.js";

/** A call to the Batch service, as far as its failure has to be explained. */
export interface BatchCall {
  /** What was being done, to what: `listing the files of task "t1" of job "j1"`. */
  readonly doing: string;
  readonly endpoint: string;
  readonly context: BatchOutputsErrorContext;
}

/** The error for an answer of 400 and above, or another that was not expected: with the service's code and request id. */
export function refusalOf(response: PipelineResponse): RestError {
  const body = bodyOf(response.bodyAsText);
  const requestId = response.headers.get("request-id");
  const words = body.message ?? `The Batch service answered with status ${response.status}`;
  // The service's message ends in a request id and a time, each on a line of its own.
  const message = `${words.split("\n", 1)[0] ?? words}${requestId === undefined ? "" : ` (request-id ${requestId})`}`;
  return new RestError(message, {
    statusCode: response.status,
    request: response.request,
    response,
    ...(body.code === undefined ? {} : { code: body.code }),
  });
}

/**
 * The JSON object that an answer holds.
 *
 * @throws BatchOutputsError `BatchUnreachable` where it holds none: what answered is not the Batch service.
 */
export function objectIn(text: string | null | undefined, call: BatchCall): object {
  try {
    const body: unknown = JSON.parse(text ?? "");
    if (typeof body === "object" && body !== null) return body;
    throw new SyntaxError("no object");
  } catch (cause) {
    const what = `what answered at ${redactUrl(call.endpoint)} is no Batch service. Check the address, and what stands between.`;
    throw explainBatchError(new BatchOutputsError("BatchUnreachable", what, { cause }), call);
  }
}

/** The error to throw for a failed call: with a code and what to do where that is known; no credential is left in it. */
export function explainBatchError(error: unknown, call: BatchCall): unknown {
  redactError(error);
  const reason = isBatchOutputsError(error)
    ? ([error.code, error.message] as const)
    : isRestError(error)
      ? reasonOf(error, call)
      : tokenFailure(error);
  if (!reason || (isBatchOutputsError(error) && error.jobId !== undefined)) return error;
  const [code, why] = reason;
  const doing = call.doing.charAt(0).toUpperCase() + call.doing.slice(1);
  const cause = isBatchOutputsError(error) ? error.cause : error;
  return new BatchOutputsError(code, `${doing} failed: ${why}`, { ...call.context, cause });
}

type Reason = readonly [BatchOutputsErrorCode, string];

const lastWays =
  "What the task saved is in its job's output container; what it did not save is lost. Save it from the task next time.";

const nodeGone: Reason = [
  "NodeUnavailable",
  `the compute node that ran the task has left its pool, or is being restarted or reimaged. Where the pool still lists the node, try again when it is idle. ${lastWays}`,
];

const filesGone: Reason = [
  "NodeFilesGone",
  `the node no longer has the task's files: the task has not begun, its retention time is over, or its node has gone. ${lastWays}`,
];

/** By the codes of "Batch Status and Error Codes"; those that begin with Node and are no 404 tell a node's state. */
const reasonsByCode: Readonly<Record<string, Reason>> = {
  NodeNotFound: nodeGone,
  NodeNotReady: nodeGone,
  NodeStateUnusable: nodeGone,
  NodeBeingCreated: nodeGone,
  NodeBeingStarted: nodeGone,
  NodeBeingReimaged: nodeGone,
  NodeBeingRebooted: nodeGone,
  PoolNotFound: nodeGone,
  PoolBeingDeleted: nodeGone,
  TaskFilesUnavailable: filesGone,
  TaskFilesCleanedup: filesGone,
  FileNotFound: [
    "NodeFileNotFound",
    "the task has no such file on its node. List its files to see what there is.",
  ],
  TaskNotFound: [
    "TaskNotFound",
    "the job has no such task, or it was deleted. List the job's tasks to see what there is.",
  ],
  JobNotFound: [
    "JobNotFound",
    "the Batch account has no such job, or it was deleted. Compare the account with the one where the job was made.",
  ],
};

function reasonOf(error: RestError, call: BatchCall): Reason | undefined {
  const known = reasonsByCode[error.code ?? ""];
  if (known) return known;
  switch (error.statusCode) {
    case undefined:
      return [
        "BatchUnreachable",
        `nothing that could be understood answered at ${redactUrl(call.endpoint)} (${error.code ?? error.name}). Check the account's name and region, the network and its firewall, and for a local Batch service that it is running.`,
      ];
    case 401:
    case 403:
      return error.code === "IOError" ? undefined : refusedCredential(error);
    // Answers to HEAD have no body, hence no code.
    case 404:
      return call.context.path === undefined ? undefined : reasonsByCode["FileNotFound"];
    case 409:
      return call.context.path === undefined ? undefined : filesGone;
    default:
      return undefined;
  }
}

function refusedCredential(error: RestError): Reason {
  const said = `${error.code ?? "no code"}, HTTP ${error.statusCode ?? ""}`;
  const answeredAt = Date.parse(error.response?.headers.get("date") ?? "");
  const skewMinutes = Math.round(Math.abs(Date.now() - answeredAt) / 60_000);
  if (skewMinutes > 10) {
    return [
      "ClockSkew",
      `this machine's clock and the Batch service's differ by ${skewMinutes} minutes (${said}). Correct the clock.`,
    ];
  }
  if (/Permission|AuthorizationFailed/.test(error.code ?? "")) {
    return [
      "PermissionMissing",
      `the credential is not allowed to do this (${said}). It needs a role on the Batch account that reads jobs, tasks and their files, such as "Azure Batch Data Contributor".`,
    ];
  }
  return [
    "NotAuthorized",
    `the Batch service did not accept the credential (${said}). Check that account name and key belong to this endpoint and that the key was not changed since; an account with pools in a subscription of its own takes Microsoft Entra ID only.`,
  ];
}

/** Errors of @azure/identity, by name: it is no dependency. */
function tokenFailure(error: unknown): Reason | undefined {
  if (!(error instanceof Error) || !/^(CredentialUnavailable|(Aggregate)?Authentication)/.test(error.name))
    return undefined;
  return [
    "NotAuthorized",
    `Microsoft Entra ID gave no token (${error.name}). Check the identity that this program runs under; what was tried stands in this error's cause.`,
  ];
}

function bodyOf(text: string | null | undefined): { code?: string; message?: string } {
  const { code, message } = parsed(text);
  const words =
    typeof message === "object" && message !== null && "value" in message ? message.value : message;
  return {
    ...(typeof code === "string" ? { code } : {}),
    ...(typeof words === "string" && words !== "" ? { message: words } : {}),
  };
}

/** What stands between us and the service may answer with a page of HTML: then only its status says something. */
function parsed(text: string | null | undefined): { code?: unknown; message?: unknown } {
  if (!text) return {};
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null ? body : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
