import type { Hint } from "../../../core/index.js";
import type { Reason } from "../refusal/reason.js";
import type { RefusedRequest } from "../refusal/refused-request.js";

/** Returns the reason for a SAS whose expiry only the service reports. */
export function explainExpiry(expiry: string, now: string): Reason {
  return [
    "CredentialExpired",
    `the SAS is valid until ${expiry}, and the service's clock says ${now}.`,
    { action: "renew-sas" },
  ];
}

/** Compares the dates of a SAS with the service's clock. Returns the reason if the SAS is not valid now. */
export function explainTime({ answeredAt }: RefusedRequest, sas: URLSearchParams): Reason | undefined {
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

/**
 * Returns the reason if the clocks differ too much: the service refuses signed requests if they differ by more than 15
 * minutes.
 */
export function explainClock({ answeredAt, code }: RefusedRequest, minMinutes = 10): Reason | undefined {
  const skew = getSkewInMinutes(answeredAt);
  if (skew <= minMinutes) return undefined;
  const hint: Hint = { action: "correct-clock" };
  return ["ClockSkew", `this machine's clock and the service's differ by ${skew} minutes (${code}).`, hint];
}

function getSkewInMinutes(serviceTime: number): number {
  return Math.round(Math.abs(Date.now() - serviceTime) / 60_000);
}
