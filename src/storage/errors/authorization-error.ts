import type { RestError } from "@azure/core-rest-pipeline";
import type { BatchOutputsErrorCode, Hint } from "../../core/index.js";

/** Why a call failed: a code, a sentence, and a hint if there is one. */
export type Reason = readonly [code: BatchOutputsErrorCode, text: string, hint?: Hint];

/** The properties of a call that explain why the store refused it. */
export interface RefusedCall {
  /** The permissions that the call needs: at least one letter of each group, such as `["cw"]`, `["r"]`, `["l"]`. */
  readonly permissions: readonly string[];
  /** The URL of the container or account, with its SAS if it has one; only its dates and letters are read. */
  readonly url: string;
}

/** The service's answer contains little more than the status 403; the SAS itself shows the reason. */
export function refusalReason(error: RestError, code: string, call: RefusedCall): Reason {
  const answeredAt = Date.parse(error.response?.headers.get("date") ?? "");
  const now = Number.isNaN(answeredAt) ? Date.now() : answeredAt;
  const sas = new URLSearchParams(call.url.split("?")[1] ?? "");
  return sas.has("sig") ? sasRefusal(sas, now, code, call) : credentialRefusal(error, now, code);
}

function sasRefusal(sas: URLSearchParams, now: number, code: string, call: RefusedCall): Reason {
  const expiry = sas.get("se");
  const start = sas.get("st");
  const serviceTime = new Date(now).toISOString();
  if (expiry !== null && Date.parse(expiry) <= now) {
    return [
      "CredentialExpired",
      `the SAS expired at ${expiry}, and the service's clock says ${serviceTime}.`,
      { action: "renew-sas" },
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
      `the SAS grants "${granted}" and this needs "${[...missing].join('" or "')}".`,
      { action: "renew-sas", permission: missing[0] },
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
      `this machine's clock and the service's differ by ${skew} minutes (${code}).`,
      { action: "correct-clock" },
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
