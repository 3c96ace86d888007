import { isRestError, type PipelineResponse, RestError } from "@azure/core-rest-pipeline";
import {
  BatchOutputsError,
  type BatchOutputsErrorCode,
  type BatchOutputsErrorContext,
  explainCertificate,
  type Hint,
  isBatchOutputsError,
  isCertificateCode,
  isTransientStatus,
  quote,
  redactError,
  redactText,
  redactUrl,
} from "../../core/index.js";
import { createForeignAnswerError } from "./batch-answer.js";

/** The properties of a call to the Batch service that an error message needs. */
export interface BatchCall {
  /** The action and its object: `listing the files of task "t1" of job "j1"`. */
  readonly action: string;
  readonly endpoint: string;
  readonly context: BatchOutputsErrorContext;
}

/**
 * Creates the error for an answer with status 400 or above, or another unexpected status. It has the service's code and
 * request id.
 */
export function createResponseError(response: PipelineResponse): RestError {
  const body = readErrorBody(response.bodyAsText);
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
 * Parses the JSON object of an answer.
 *
 * @throws BatchOutputsError `BatchUnreachable` for any other content: then something else than the Batch service
 * answered.
 */
export function parseObject(text: string | null | undefined, call: BatchCall): object {
  try {
    const body: unknown = JSON.parse(text ?? "");
    if (typeof body === "object" && body !== null) return body;
    throw new SyntaxError("no object");
  } catch (cause) {
    throw explainBatchError(createForeignAnswerError(call.endpoint, cause), call);
  }
}

/**
 * Returns the error to throw for a failed call: with a code, a reason and a hint if they are known. Credentials are
 * removed.
 */
export function explainBatchError(error: unknown, call: BatchCall): unknown {
  redactError(error);
  if (isBatchOutputsError(error) && error.jobId !== undefined) return error;
  const found = isBatchOutputsError(error)
    ? ([error.code, error.reason, error.hint] as const)
    : isRestError(error)
      ? findReason(error, call)
      : findTokenReason(error);
  if (!found) return error;
  const [code, reason, hint] = found;
  const action = call.action.charAt(0).toUpperCase() + call.action.slice(1);
  const cause = isBatchOutputsError(error) ? error.cause : error;
  return new BatchOutputsError(code, `${action} failed: ${reason}`, { ...call.context, hint, cause });
}

type Reason = readonly [code: BatchOutputsErrorCode, reason: string, hint?: Hint];

const savedOutputsNote = "Files that the task saved are in its job's output container; other files are lost.";

const nodeGone: Reason = [
  "NodeUnavailable",
  `the compute node that ran the task has left its pool, or is being restarted or reimaged. Its files can be read again only if the pool still lists the node, when it is idle. ${savedOutputsNote}`,
];

const filesGone: Reason = [
  "NodeFilesGone",
  `the node no longer has the task's files: the task has not started, its retention time is over, or its node was removed. ${savedOutputsNote}`,
];

const fileMissing: Reason = [
  "NodeFileNotFound",
  "the task has no such file on its node.",
  { action: "list", what: "files" },
];

/**
 * The codes of "Batch Status and Error Codes". Codes that begin with Node, except those with status 404, are states of
 * a node.
 */
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
  FileNotFound: fileMissing,
  TaskNotFound: [
    "TaskNotFound",
    "the job has no such task, or it was deleted.",
    { action: "list", what: "tasks" },
  ],
  JobNotFound: [
    "JobNotFound",
    "the Batch account has no such job, or it was deleted; the job may be of another account.",
    { action: "list", what: "jobs" },
  ],
};

function findReason(error: RestError, call: BatchCall): Reason {
  const known = reasonsByCode[error.code ?? ""];
  if (known) return known;
  switch (error.statusCode) {
    case undefined: {
      const code = error.code ?? error.name;
      if (isCertificateCode(code)) {
        const { reason, hint } = explainCertificate(code, redactUrl(call.endpoint));
        return ["CertificateNotTrusted", reason, hint];
      }
      return [
        "BatchUnreachable",
        `no Batch service answered at ${redactUrl(call.endpoint)} (${code}).`,
        { action: "check-network" },
      ];
    }
    case 401:
    case 403:
      return error.code === "IOError" ? findOtherReason(error) : findCredentialReason(error);
    // Answers to HEAD have no body, hence no code.
    case 404:
      return call.context.path === undefined ? findOtherReason(error) : fileMissing;
    case 409:
      return call.context.path === undefined ? findOtherReason(error) : filesGone;
    default:
      return findOtherReason(error);
  }
}

/** Explains an answer without a code of its own, with the words of the service. */
function findOtherReason({ code, statusCode = 0, response }: RestError): Reason {
  const answer = code === undefined ? `HTTP status ${statusCode}` : `${code}, HTTP status ${statusCode}`;
  const words = readErrorBody(response?.bodyAsText).message?.split("\n", 1)[0]?.replace(/\.$/, "");
  const detail = `(${answer})${words === undefined ? "" : `: ${quote(redactText(words))}`}.`;
  return isTransientStatus(statusCode)
    ? [
        "BatchBusy",
        `the Batch service is too busy, or has an internal error ${detail}`,
        { action: "try-again" },
      ]
    : ["RequestRefused", `the Batch service refused the request ${detail}`];
}

function findCredentialReason(error: RestError): Reason {
  const detail = `${error.code ?? "no code"}, HTTP ${error.statusCode ?? ""}`;
  const answeredAt = Date.parse(error.response?.headers.get("date") ?? "");
  const skewMinutes = Math.round(Math.abs(Date.now() - answeredAt) / 60_000);
  if (skewMinutes > 10) {
    return [
      "ClockSkew",
      `the clocks of this machine and of the Batch service differ by ${skewMinutes} minutes (${detail}).`,
      { action: "correct-clock" },
    ];
  }
  if (error.code?.includes("Permission") === true || error.code === "AuthorizationFailed") {
    return [
      "PermissionMissing",
      `the credential is not allowed to do this (${detail}). It needs a role on the Batch account that reads jobs, tasks and their files.`,
      { action: "assign-role", role: "Azure Batch Data Contributor" },
    ];
  }
  return [
    "NotAuthorized",
    `the Batch service did not accept the credential (${detail}). The account name or the key may belong to another endpoint, or the key was changed; an account with pools in a subscription of its own takes Microsoft Entra ID only.`,
  ];
}

/** Errors of @azure/identity, by name: it is no dependency. */
function findTokenReason(error: unknown): Reason | undefined {
  if (!(error instanceof Error) || !/^(CredentialUnavailable|(Aggregate)?Authentication)/.test(error.name))
    return undefined;
  return ["NotAuthorized", `Microsoft Entra ID returned no token (${error.name}).`, { action: "sign-in" }];
}

function readErrorBody(text: string | null | undefined): { code?: string; message?: string } {
  const { code, message } = parseBody(text);
  const words =
    typeof message === "object" && message !== null && "value" in message ? message.value : message;
  return {
    ...(typeof code === "string" ? { code } : {}),
    ...(typeof words === "string" && words !== "" ? { message: words } : {}),
  };
}

/** A proxy may answer with an HTML page: then only its status is useful. */
function parseBody(text: string | null | undefined): { code?: unknown; message?: unknown } {
  if (!text) return {};
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null ? body : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
