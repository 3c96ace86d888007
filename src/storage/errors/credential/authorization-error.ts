import { redactUrl } from "../../../core/index.js";
import type { Reason } from "../refusal/reason.js";
import { quoteWords } from "../refusal/quote-words.js";
import type { RefusedRequest } from "../refusal/refused-request.js";
import type { ServiceCall } from "../service-call.js";
import { explainAuthenticationFailure, explainTokenRefusal } from "./authentication-error.js";
import { explainClock, explainTime } from "./credential-time.js";
import { explainPermissionMismatch, findMissingLetter, hasLetter } from "./missing-permission.js";

/** Codes for a credential that was not accepted, or that does not allow the request. */
export const authorizationCodes = {
  AccountRequiresHttps: () => [
    "NotAuthorized",
    'the account accepts only https (AccountRequiresHttps). Use "https://" in its address.',
  ],
  AuthenticationFailed: explainAuthenticationFailure,
  AuthorizationFailure: explainAuthorizationFailure,
  AuthorizationPermissionMismatch: explainPermissionMismatch,
  AuthorizationProtocolMismatch: () => [
    "NotAuthorized",
    'the SAS is for https only (AuthorizationProtocolMismatch). Use "https://" in the URL.',
  ],
  AuthorizationResourceTypeMismatch: (request) => [
    "PermissionMissing",
    `the account SAS is for the resource types "${request.sas?.get("srt") ?? ""}" (AuthorizationResourceTypeMismatch). Containers need "c", and blobs need "o".`,
    { action: "renew-sas" },
  ],
  AuthorizationServiceMismatch: (request) => [
    "PermissionMissing",
    `the account SAS is for the services "${request.sas?.get("ss") ?? ""}" (AuthorizationServiceMismatch), and outputs are in the blob service, "b".`,
    { action: "renew-sas" },
  ],
  AuthorizationSourceIPMismatch: (request) => [
    "NotAuthorized",
    `the SAS is for the IP addresses ${request.sas?.get("sip") ?? "that it names"} only (AuthorizationSourceIPMismatch), and this machine has another one.`,
    { action: "renew-sas" },
  ],
  InvalidAuthenticationInfo: explainTokenRefusal,
  KeyBasedAuthenticationNotPermitted: (request) => [
    "NotAuthorized",
    request.sas === undefined
      ? "the account does not accept its keys (KeyBasedAuthenticationNotPermitted)."
      : "the SAS is signed with a key of the account, which the account does not accept (KeyBasedAuthenticationNotPermitted).",
    { action: "use-entra-id" },
  ],
  NoAuthenticationInformation: explainNoCredential,
  PublicAccessNotPermitted: explainNoCredential,
  UnauthorizedBlobOverwrite: (request) =>
    findMissingLetter(request, ["w"], "to overwrite a blob that exists"),
} as const satisfies Readonly<Record<string, (request: RefusedRequest, call: ServiceCall) => Reason>>;

/**
 * Returns the reason of any other response with status 401 or 403. A code that is not known here may have nothing to do
 * with the credential: then the service's own message is all that is known.
 */
export function explainOtherRefusal(request: RefusedRequest): Reason {
  const { code, status = 0, isFromStore, authenticationDetail } = request;
  if (code === "" || !isFromStore || authenticationDetail !== undefined)
    return explainAuthenticationFailure(request);
  return [
    "NotAuthorized",
    `the store refused the request (${code}, HTTP status ${status})${quoteWords(request)}.`,
  ];
}

function explainNoCredential({ code }: RefusedRequest): Reason {
  return [
    "NotAuthorized",
    `the request had no credential, and the account does not allow anonymous access (${code}).`,
    { action: "renew-sas" },
  ];
}

/**
 * Returns the reason of `AuthorizationFailure`, the service's code for its firewall. Azurite also uses it for a missing
 * permission and for a wrong signature.
 */
function explainAuthorizationFailure(request: RefusedRequest, { url }: ServiceCall): Reason {
  const { sas, permissions, isAzurite, isLocal } = request;
  if (sas !== undefined) {
    const ended = explainTime(request, sas);
    if (ended !== undefined) return ended;
    const granted = sas.get("sp");
    const missing = granted === null ? [] : (permissions ?? []).filter((group) => !hasLetter(granted, group));
    if (missing.length > 0) return findMissingLetter(request, missing);
  } else {
    const skew = explainClock(request);
    if (skew !== undefined) return skew;
  }
  if (isAzurite || isLocal) {
    const what = `the store at ${redactUrl(url)} did not accept the`;
    return sas === undefined
      ? [
          "NotAuthorized",
          `${what} credential (AuthorizationFailure): the account key is wrong.`,
          { action: "correct-key" },
        ]
      : [
          "NotAuthorized",
          `${what} SAS (AuthorizationFailure): it is for another container, was changed, or is signed with another key.`,
          { action: "renew-sas" },
        ];
  }
  return [
    "NotAuthorized",
    `the service did not accept the ${sas === undefined ? "credential" : "SAS"} (AuthorizationFailure). On Azure this is the answer of the account's firewall to a network that it does not know.`,
    { action: "check-firewall" },
  ];
}
