import { type Hint, redactText } from "../../core/index.js";
import { parseAuthenticationDetail } from "./authentication-detail.js";
import type { Reason } from "./reason.js";
import type { RefusedRequest } from "./refused-request.js";

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
} as const satisfies Readonly<Record<string, (request: RefusedRequest) => Reason>>;

/** Returns the reason of any other response with status 401 or 403. */
export function explainOtherRefusal(request: RefusedRequest): Reason {
  return explainAuthenticationFailure(request);
}

function explainNoCredential({ code }: RefusedRequest): Reason {
  return [
    "NotAuthorized",
    `the request had no credential, and the account does not allow anonymous access (${code}).`,
    { action: "renew-sas" },
  ];
}

function explainAuthenticationFailure(request: RefusedRequest): Reason {
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

/** What a SAS gives access to, if that is less than a container: the service answers other requests as if it were damaged. */
function describeScope(sas: URLSearchParams | undefined): string {
  const resource = sas?.get("sr");
  if (resource === "d")
    return ". It is for one directory (sr=d), such as that of one task, and for nothing outside of it";
  return resource === "b" ? ". It is for one blob (sr=b), and for nothing else in the container" : "";
}

function explainExpiry(expiry: string, now: string): Reason {
  return [
    "CredentialExpired",
    `the SAS is valid until ${expiry}, and the service's clock says ${now}.`,
    { action: "renew-sas" },
  ];
}

function explainTokenRefusal(request: RefusedRequest): Reason {
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

function explainPermissionMismatch(request: RefusedRequest): Reason {
  const { sas, isWrite, permissions = [] } = request;
  if (sas !== undefined) {
    const granted = sas.get("sp");
    const missing = permissions.filter((group) => !hasLetter(granted ?? "", group));
    if (missing.length > 0) return findMissingLetter(request, missing);
    // Creating a blob requires "c" or "w", and replacing one "w".
    if (isWrite && granted !== null && !granted.includes("w"))
      return findMissingLetter(request, ["w"], "to overwrite a blob that exists");
    if (sas.has("skoid")) {
      return [
        "PermissionMissing",
        "the identity that signed the SAS is not allowed to do this itself (AuthorizationPermissionMismatch).",
        { action: "assign-role", role: getRole(isWrite) },
      ];
    }
    return findMissingLetter(request, permissions);
  }
  return [
    "PermissionMissing",
    "the identity is not allowed to do this (AuthorizationPermissionMismatch). A new assignment takes effect after up to 10 minutes.",
    { action: "assign-role", role: getRole(isWrite) },
  ];
}

function getRole(isWrite: boolean): string {
  return isWrite ? "Storage Blob Data Contributor" : "Storage Blob Data Reader";
}

/** The service's code for its firewall. Azurite also uses it for a missing permission and for a wrong signature. */
function explainAuthorizationFailure(request: RefusedRequest): Reason {
  const { sas, permissions } = request;
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
  return [
    "NotAuthorized",
    `the service did not accept the ${sas === undefined ? "credential" : "SAS"} (AuthorizationFailure). On Azure this is the answer of the account's firewall to a network that it does not know.`,
    { action: "check-firewall" },
  ];
}

function findMissingLetter(request: RefusedRequest, groups: readonly string[], purpose?: string): Reason {
  const { sas } = request;
  const granted = sas?.get("sp");
  const needed = groups.map((group) => `"${[...group].join('" or "')}"`).join(" and ");
  const grant =
    granted !== undefined && granted !== null
      ? `the SAS grants "${granted}"`
      : sas?.has("si") === true
        ? `the stored access policy "${sas.get("si") ?? ""}" of the SAS does not allow it`
        : "the SAS does not allow it";
  const why =
    purpose ?? (groups.includes("w") ? 'blocks, properties and block lists are written with "w"' : undefined);
  const first = groups[0]?.[0];
  return [
    "PermissionMissing",
    `${grant} and this needs ${needed}${why === undefined ? "" : `, ${why}`}.`,
    { action: "renew-sas", ...(first !== undefined && { permission: first }) },
  ];
}

function hasLetter(granted: string, group: string): boolean {
  return [...group].some((letter) => granted.includes(letter));
}

/** Compares the dates of a SAS with the service's clock. Returns the reason if the SAS is not valid now. */
function explainTime({ answeredAt }: RefusedRequest, sas: URLSearchParams): Reason | undefined {
  const expiry = sas.get("se");
  const start = sas.get("st");
  const serviceTime = new Date(answeredAt).toISOString();
  if (expiry !== null && Date.parse(expiry) <= answeredAt) {
    return [
      "CredentialExpired",
      `the SAS expired at ${expiry}, and the service's clock says ${serviceTime}.`,
      { action: "renew-sas" },
    ];
  }
  const keyExpiry = sas.get("ske");
  if (keyExpiry !== null && Date.parse(keyExpiry) <= answeredAt) {
    return [
      "CredentialExpired",
      `the user delegation key that signed the SAS expired at ${keyExpiry}, which ends the SAS, and the service's clock says ${serviceTime}.`,
      { action: "renew-sas" },
    ];
  }
  if (start === null || !(Date.parse(start) > answeredAt)) return undefined;
  return getSkewInMinutes(answeredAt) > 0
    ? [
        "ClockSkew",
        `the SAS is valid from ${start} on, and the service's clock says ${serviceTime}. The clock that made it is ahead; correct it, or give the SAS an earlier start time.`,
      ]
    : [
        "CredentialExpired",
        `the SAS is valid only from ${start} on, and the service's clock says ${serviceTime}. Wait, or ask for one with an earlier start time.`,
      ];
}

/** The service refuses signed requests if the clocks differ by more than 15 minutes. */
function explainClock({ answeredAt, code }: RefusedRequest, minMinutes = 10): Reason | undefined {
  const skew = getSkewInMinutes(answeredAt);
  if (skew <= minMinutes) return undefined;
  const hint: Hint = { action: "correct-clock" };
  return ["ClockSkew", `this machine's clock and the service's differ by ${skew} minutes (${code}).`, hint];
}

function getSkewInMinutes(serviceTime: number): number {
  return Math.round(Math.abs(Date.now() - serviceTime) / 60_000);
}
