import { isRestError, type RestError } from "@azure/core-rest-pipeline";
import {
  BatchOutputsError,
  type BatchOutputsErrorCode,
  type BatchOutputsErrorContext,
  isBatchOutputsError,
} from "../errors.js";
import { redactError, redactUrl } from "./redact.js";

/** A call to the store, as far as its failure has to be explained. */
export interface ServiceCall {
  /** What was being done, to what: `saving "out.txt" as TaskOutput of task "t1" of job "j1"`. */
  readonly doing: string;
  /** The letters of a container SAS of which the call needs at least one in each group: `["cw"]`, `["r"]`, `["l"]`. */
  readonly permissions: readonly string[];
  /** The URL of the container (or account), with its SAS if it has one; only dates and letters of it are read. */
  readonly url: string;
  /** What to do when the container does not exist. */
  readonly prepareHint: string;
  /** What the error will carry. */
  readonly context: BatchOutputsErrorContext;
}

/** The service's own error code (`BlobNotFound`, …), also for answers without a body. */
export function serviceErrorCode(error: unknown): string | undefined {
  if (!isRestError(error)) return undefined;
  const fromHeader = error.response?.headers.get("x-ms-error-code");
  return fromHeader ?? error.code;
}

/** The HTTP status of a refused request. */
export function serviceErrorStatus(error: unknown): number | undefined {
  return isRestError(error) ? error.statusCode : undefined;
}

/** Whether a request failed because there is no such blob; a missing container is another matter. */
export function isBlobMissing(error: unknown): boolean {
  return serviceErrorStatus(error) === 404 && serviceErrorCode(error) !== "ContainerNotFound";
}

/**
 * The error to throw for a failed call: with a code, the job and task it was about, and what to do where that is
 * known; otherwise the error itself. Either way no credential is left in it.
 */
export function explainServiceError(error: unknown, call: ServiceCall): unknown {
  redactError(error);
  if (!isRestError(error) || isBatchOutputsError(error)) return error;
  const reason = reasonOf(error, call);
  if (!reason) return error;
  return new BatchOutputsError(reason[0], `${capitalized(call.doing)} failed: ${reason[1]}`, {
    ...call.context,
    cause: error,
  });
}

type Reason = readonly [code: BatchOutputsErrorCode, text: string];

const reasonsByCode: Readonly<Record<string, (call: ServiceCall) => Reason>> = {
  ContainerNotFound: (call) => [
    "ContainerNotPrepared",
    `container "${call.context.containerName ?? ""}" does not exist at ${redactUrl(call.url)}. ${call.prepareHint}`,
  ],
  ContainerBeingDeleted: (call) => [
    "ContainerBeingDeleted",
    `container "${call.context.containerName ?? ""}" is being deleted; the service needs half a minute or more. Try again then.`,
  ],
  BlobNotFound: () => [
    "OutputNotFound",
    "there is no such output in the store. List the outputs to see what there is.",
  ],
};

function reasonOf(error: RestError, call: ServiceCall): Reason | undefined {
  const code = serviceErrorCode(error) ?? "";
  const known = reasonsByCode[code];
  if (known) return known(call);
  if (error.statusCode === 401 || error.statusCode === 403) return refusal(error, code, call);
  if (error.statusCode === undefined && isConnectionFailure(code)) {
    return [
      "StoreUnreachable",
      `nothing answered at ${redactUrl(call.url)} (${code}). Check the account's name, the network and its firewall, and for a local store that it is running.`,
    ];
  }
  return undefined;
}

function isConnectionFailure(code: string): boolean {
  return [
    "ENOTFOUND",
    "ECONNREFUSED",
    "ECONNRESET",
    "EAI_AGAIN",
    "ETIMEDOUT",
    "EHOSTUNREACH",
    "ENETUNREACH",
    "EPIPE",
    "REQUEST_SEND_ERROR",
  ].includes(code);
}

/** The service says little more than "403"; the SAS and its clock say why. */
function refusal(error: RestError, code: string, call: ServiceCall): Reason {
  const answeredAt = Date.parse(error.response?.headers.get("date") ?? "");
  const now = Number.isNaN(answeredAt) ? Date.now() : answeredAt;
  const sas = new URLSearchParams(call.url.split("?")[1] ?? "");
  return sas.has("sig") ? sasRefusal(sas, now, code, call) : credentialRefusal(error, now, code);
}

function sasRefusal(sas: URLSearchParams, now: number, code: string, call: ServiceCall): Reason {
  const expiry = sas.get("se");
  const start = sas.get("st");
  const serviceTime = new Date(now).toISOString();
  if (expiry !== null && Date.parse(expiry) <= now) {
    return [
      "CredentialExpired",
      `the SAS expired at ${expiry}, and the service's clock says ${serviceTime}. Ask for a new one with getOutputStorageContainerUrl.`,
    ];
  }
  if (start !== null && Date.parse(start) > now) {
    const here = clockSkewMinutes(now);
    return here > 0
      ? [
          "ClockSkew",
          `the SAS is valid from ${start} on, and the service's clock says ${serviceTime}. The clock that made it is ahead; correct it, or give the SAS no start time.`,
        ]
      : [
          "CredentialExpired",
          `the SAS is valid only from ${start} on, and the service's clock says ${serviceTime}. Wait, or ask for one without a start time.`,
        ];
  }
  const granted = sas.get("sp");
  const missing =
    granted === null
      ? undefined
      : call.permissions.find((group) => ![...group].some((letter) => granted.includes(letter)));
  if (granted !== null && missing !== undefined) {
    return [
      "PermissionMissing",
      `the SAS grants "${granted}" and this needs "${[...missing].join('" or "')}". Ask for a SAS with that permission.`,
    ];
  }
  return [
    "NotAuthorized",
    `the service did not accept the SAS (${code}). It may be for another account or container, be signed with a key that was changed since, or be limited to another address.`,
  ];
}

function credentialRefusal(error: RestError, now: number, code: string): Reason {
  const skew = clockSkewMinutes(now);
  if (skew > 10) {
    return [
      "ClockSkew",
      `this machine's clock and the service's differ by ${skew} minutes (${code}). Correct the clock.`,
    ];
  }
  if (code === "AuthorizationPermissionMismatch" || code === "InsufficientAccountPermissions") {
    return [
      "PermissionMissing",
      `the credential is not allowed to do this (${code}). It needs the role "Storage Blob Data Contributor" on the account or container ("Storage Blob Data Reader" to read).`,
    ];
  }
  if (code === "KeyBasedAuthenticationNotPermitted") {
    return [
      "NotAuthorized",
      `the account does not take its key (${code}). Use Microsoft Entra ID, or a user delegation SAS.`,
    ];
  }
  return [
    "NotAuthorized",
    `the service did not accept the credential (${code}, HTTP ${error.statusCode ?? ""}). Check that key or identity belong to this account, and the account's firewall.`,
  ];
}

function clockSkewMinutes(serviceTime: number): number {
  return Math.round(Math.abs(Date.now() - serviceTime) / 60_000);
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
