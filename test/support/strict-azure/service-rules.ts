import type { BlobRequest, Refusal } from "./blob-request.js";
import type { Rule } from "./rule.js";

/**
 * "Versioning for Azure Storage": a request names the version of the interface in `x-ms-version`, or a SAS in `sv`. One
 * that is newer than the newest the service has is refused: Azure Stack Hub and emulators are behind Azure.
 */
export function requireKnownVersion(newest = "2026-04-06"): Rule {
  return ({ headers, parameters }) => {
    const version = String(headers["x-ms-version"] ?? parameters.get("sv") ?? newest);
    if (/^\d{4}-\d{2}-\d{2}$/.test(version) && version <= newest) return undefined;
    return {
      status: 400,
      code: "InvalidHeaderValue",
      message: "The value for one of the HTTP headers is not in the correct format.",
      details: { HeaderName: "x-ms-version", HeaderValue: version },
    };
  };
}

/** "Common REST API error codes": how the service says that it has too much to do. */
const throttlingAnswers = {
  ServerBusy: {
    status: 503,
    code: "ServerBusy",
    // "Scalability and performance targets": one of several sentences, each for a limit of the account.
    message: "Operations per second is over the account limit.",
  },
  OperationTimedOut: {
    status: 500,
    code: "OperationTimedOut",
    message: "Operation could not be completed within the specified time.",
  },
  InternalError: {
    status: 500,
    code: "InternalError",
    message: "Server encountered an internal error. Please try again after some time.",
  },
} as const satisfies Readonly<Record<string, Refusal>>;

/** Which requests are throttled, as the test says. */
export type Throttling = (request: BlobRequest) => keyof typeof throttlingAnswers | undefined;

/** A rule that refuses what the test says. */
export function throttle(throttling: Throttling): Rule {
  return (request) => {
    const answer = throttling(request);
    return answer === undefined ? undefined : throttlingAnswers[answer];
  };
}
