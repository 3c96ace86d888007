import { createHmac, timingSafeEqual } from "node:crypto";
import { sharedKeyHeaders } from "../../../core/index.js";
import { isForLoopback } from "./loopback-host.js";
import { hasUnverifiedToken } from "./unverified-token.js";
import { Refusal } from "../../api/refusal.js";

/** The signed parts of a request. */
export interface SignedRequest {
  readonly method: string;
  /** The percent-encoded URL as received. */
  readonly url: string;
  readonly headers: Headers;
}

export interface SharedKey {
  readonly account: string;
  /** The key in Base64. */
  readonly key: string;
  /** Whether a token is accepted in place of a signature, without verifying it. */
  readonly acceptsUnverifiedTokens: boolean;
  /** Requests that were signed before this time, in milliseconds since 1970, are rejected. */
  readonly trustedSince: number;
}

const maxSkewInMs = 15 * 60_000;

/**
 * Checks that a request is signed with the account's key. The signature covers method, headers, path and query
 * (https://learn.microsoft.com/rest/api/batchservice/authenticate-requests-to-the-azure-batch-service).
 * @throws Refusal `AuthenticationFailed`, which does not contain the correct signature.
 */
export function authenticate(
  request: SignedRequest,
  { account, key, trustedSince, acceptsUnverifiedTokens }: SharedKey,
): "key" | "token" {
  const authorization = request.headers.get("authorization") ?? "";
  if (acceptsUnverifiedTokens && hasUnverifiedToken(authorization, Date.now())) {
    if (isForLoopback(request.headers)) return "token";
    throw createAuthenticationRefusal(
      "A token is accepted only in requests to 127.0.0.1, localhost or [::1], as the Host header must say.",
    );
  }
  const [, name, signature = ""] = /^SharedKey ([^:]+):(\S+)$/.exec(authorization) ?? [];
  if (name === undefined)
    throw createAuthenticationRefusal(
      acceptsUnverifiedTokens
        ? "The request has neither a SharedKey signature nor a token for Azure Batch that has not expired."
        : "The request has no Authorization header with a SharedKey signature, which the local Batch service requires.",
    );
  if (name !== account) throw createAuthenticationRefusal("The request is signed for another account.");
  requireRecentDate(request.headers, trustedSince);
  const given = Buffer.from(signature, "base64");
  const secret = Buffer.from(key, "base64");
  for (const text of getStringsToSign(request, account)) {
    const expected = createHmac("sha256", secret).update(text, "utf8").digest();
    if (given.length === expected.length && timingSafeEqual(given, expected)) return "key";
  }
  throw createAuthenticationRefusal("The signature does not match this request and the account's key.");
}

function requireRecentDate(headers: Headers, trustedSince: number): void {
  const date = headers.get("ocp-date") ?? headers.get("date");
  if (date === null)
    throw createAuthenticationRefusal("The request has neither an ocp-date nor a Date header.");
  const skewMs = Math.abs(Date.now() - Date.parse(date));
  // This comparison is also false for an invalid date (NaN).
  if (!(skewMs <= maxSkewInMs))
    throw createAuthenticationRefusal(
      `The request's date is not within 15 minutes of the service's clock: ${new Date().toUTCString()}.`,
    );
  if (Date.parse(date) < trustedSince)
    throw createAuthenticationRefusal("The request was signed before this service started: sign it again.");
}

/**
 * Returns all strings that a client may have signed. Clients differ where the rules are not precise, and the service accepts
 * all of them: a length of 0 is signed as "0" or omitted, a parameter without value is signed or omitted, and names are in
 * their original case or in lower case.
 */
function* getStringsToSign(request: SignedRequest, account: string): Generator<string> {
  const url = new URL(request.url);
  const ocp = [...request.headers]
    .filter(([name]) => name.startsWith("ocp-"))
    .map(([name, value]) => `${name}:${value}`);
  const length = request.headers.get("content-length") ?? "";
  const lengths = length === "" || length === "0" ? ["0", ""] : [length];
  for (const contentLength of lengths) {
    const values = sharedKeyHeaders.map((name) =>
      name === "content-length" ? contentLength : (request.headers.get(name) ?? ""),
    );
    const head = [request.method, ...values, ...ocp.sort()].join("\n");
    for (const resource of getResourcesToSign(url, account)) yield `${head}\n${resource}`;
  }
}

function getResourcesToSign(url: URL, account: string): Set<string> {
  const parameters = [...url.searchParams];
  const lowered = parameters.map(([name, value]) => [name.toLowerCase(), value] as const);
  const withValue = parameters.filter(([, value]) => value !== "");
  return new Set(
    [parameters, withValue, lowered].map((some) =>
      [`/${account}${url.pathname}`, ...some.map(([name, value]) => `${name}:${value}`).sort()].join("\n"),
    ),
  );
}

function createAuthenticationRefusal(detail: string): Refusal {
  return new Refusal("AuthenticationFailed", { AuthenticationErrorDetail: detail });
}
