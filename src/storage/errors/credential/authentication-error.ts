import { redactText } from "../../../core/index.js";
import type { Reason } from "../refusal/reason.js";
import type { RefusedRequest } from "../refusal/refused-request.js";
import { parseAuthenticationDetail } from "./authentication-detail.js";
import { explainClock, explainExpiry, explainTime } from "./credential-time.js";

/**
 * Returns the reason of `AuthenticationFailed`, from the service's own detail, or from the times of the SAS and the
 * clocks.
 */
export function explainAuthenticationFailure(request: RefusedRequest): Reason {
  const { authenticationDetail: detail, code, sas } = request;
  if (detail !== undefined) return explainDetail(request, detail);
  return (
    (sas === undefined ? explainClock(request) : explainTime(request, sas)) ?? [
      "NotAuthorized",
      `the service did not accept ${sas === undefined ? "the credential" : "the SAS"} (${code === "" ? `HTTP status ${request.status ?? ""}` : code}). ${
        sas === undefined
          ? "Check that key or identity belong to this account, and the account's firewall."
          : "It may be for another account or container, be signed with a key that was changed since, or be limited to another address."
      }`,
    ]
  );
}

function explainDetail(request: RefusedRequest, text: string): Reason {
  const { sas } = request;
  const detail = parseAuthenticationDetail(text);
  const what = sas === undefined ? "credential" : "SAS";
  switch (detail.kind) {
    case "time":
      return sas === undefined
        ? explainExpiry(detail.expiry, detail.now)
        : (explainTime(request, sas) ?? explainExpiry(detail.expiry, detail.now));
    case "start-required":
    case "expiration-policy": {
      const rule =
        detail.kind === "start-required" ? "accepts no SAS without a start time" : "does not allow this SAS";
      return [
        "NotAuthorized",
        `the account's SAS expiration policy ${rule} ("${redactText(text)}").`,
        { action: "renew-sas", startTime: true },
      ];
    }
    case "no-access-policy":
      return [
        "CredentialExpired",
        `the stored access policy "${sas?.get("si") ?? ""}" of the SAS does not exist any more, which revokes the SAS.`,
        { action: "renew-sas" },
      ];
    case "access-policy-conflict":
      return [
        "NotAuthorized",
        `the SAS contains a value that its stored access policy "${sas?.get("si") ?? ""}" contains too.`,
        { action: "renew-sas" },
      ];
    case "scope":
      return [
        "NotAuthorized",
        `the SAS is not for this ("${redactText(text)}")${describeScope(sas)}.`,
        { action: "renew-sas" },
      ];
    case "signature":
      return explainSignature(sas);
    case "request-date":
      return (
        explainClock(request, 0) ?? [
          "ClockSkew",
          `the service did not accept the date of the request ("${redactText(text)}").`,
          { action: "correct-clock" },
        ]
      );
    case "malformed":
      return [
        "NotAuthorized",
        `the SAS is incomplete or damaged ("${redactText(text)}").`,
        { action: "renew-sas" },
      ];
    case "token-expired":
    case "token-of-another":
      return explainTokenRefusal(request);
    case "unknown":
      return ["NotAuthorized", `the service did not accept the ${what}: "${redactText(text)}".`];
  }
}

function explainSignature(sas: URLSearchParams | undefined): Reason {
  return [
    "NotAuthorized",
    sas === undefined
      ? "the signature of the request is wrong: the key is of another account, or was changed since."
      : `the signature of the SAS is wrong: it is for another account or container, the key was changed since, or the URL was changed${describeScope(sas)}.`,
    { action: sas === undefined ? "correct-key" : "renew-sas" },
  ];
}

/**
 * Describes the scope of a SAS that is for less than a container. The service answers requests outside of the scope as
 * if the SAS were damaged.
 */
function describeScope(sas: URLSearchParams | undefined): string {
  const resource = sas?.get("sr");
  if (resource === "d")
    return ". It is for one directory (sr=d), such as that of one task, and for nothing outside of it";
  return resource === "b" ? ". It is for one blob (sr=b), and for nothing else in the container" : "";
}

/** Returns the reason why the service did not accept a token. */
export function explainTokenRefusal(request: RefusedRequest): Reason {
  const { authenticationDetail: text, code, status } = request;
  const detail = text === undefined ? undefined : parseAuthenticationDetail(text);
  if (detail?.kind === "token-expired") {
    return ["CredentialExpired", "the token of Microsoft Entra ID has expired.", { action: "try-again" }];
  }
  if (detail?.kind === "token-of-another") {
    return [
      "NotAuthorized",
      "the token of Microsoft Entra ID is for another tenant or another service than this account. Check the tenant that the identity signs in to.",
    ];
  }
  return (
    explainClock(request) ?? [
      "NotAuthorized",
      `the service did not accept the credential (${code}, HTTP ${status ?? ""}). Check that key or identity belong to this account.`,
    ]
  );
}
