import { createHmac, timingSafeEqual } from "node:crypto";
import { sharedKeyHeaders } from "../../../core/index.js";
import { hasUnverifiedToken } from "./unverified-token.js";
import { Refusal } from "../../api/refusal.js";

/** A request as far as it is signed. */
export interface SignedRequest {
  readonly method: string;
  /** As it came over the wire, percent-encoded. */
  readonly url: string;
  readonly headers: Headers;
}

export interface SharedKey {
  readonly account: string;
  /** In Base64, as it is handed out. */
  readonly key: string;
  /** Whether a token is taken for the signature, without verifying it. */
  readonly acceptsUnverifiedTokens: boolean;
  /** Nothing is taken that was signed before, in milliseconds since 1970. */
  readonly trustedSince: number;
}

const maxSkewInMs = 15 * 60_000;

/**
 * Lets a request pass that is signed with the account's key, and no other one: the signature covers method, headers,
 * path and query (https://learn.microsoft.com/rest/api/batchservice/authenticate-requests-to-the-azure-batch-service).
 * @throws Refusal `AuthenticationFailed`, without saying what the right signature would be.
 */
export function authenticate(
  request: SignedRequest,
  { account, key, trustedSince, acceptsUnverifiedTokens }: SharedKey,
): "key" | "token" {
  const authorization = request.headers.get("authorization") ?? "";
  if (acceptsUnverifiedTokens && hasUnverifiedToken(authorization, Date.now())) return "token";
  const [, name, signature = ""] = /^SharedKey ([^:]+):(\S+)$/.exec(authorization) ?? [];
  if (name === undefined)
    throw failed(
      acceptsUnverifiedTokens
        ? "The request has neither a SharedKey signature nor a token for Azure Batch that has not expired."
        : "The request has no Authorization header with a SharedKey signature: the local Batch service knows no other way.",
    );
  if (name !== account) throw failed("The request is signed for another account.");
  requireRecentDate(request.headers, trustedSince);
  const given = Buffer.from(signature, "base64");
  const secret = Buffer.from(key, "base64");
  for (const text of stringsToSign(request, account)) {
    const expected = createHmac("sha256", secret).update(text, "utf8").digest();
    if (given.length === expected.length && timingSafeEqual(given, expected)) return "key";
  }
  throw failed("The signature is not that of this request with the account's key.");
}

function requireRecentDate(headers: Headers, trustedSince: number): void {
  const date = headers.get("ocp-date") ?? headers.get("date");
  if (date === null) throw failed("The request has neither an ocp-date nor a Date header.");
  const skewMs = Math.abs(Date.now() - Date.parse(date));
  // Not below: what is no date is refused too.
  if (!(skewMs <= maxSkewInMs))
    throw failed(
      `The request's date is not within 15 minutes of the service's clock: ${new Date().toUTCString()}.`,
    );
  if (Date.parse(date) < trustedSince)
    throw failed("The request was signed before this service started: sign it again.");
}

/**
 * The clients differ where the rules leave room, and the service takes them all: a length of 0 is signed as "0" or not at
 * all, a parameter without value with its name or not at all, names as they are or in lower case.
 */
function* stringsToSign(request: SignedRequest, account: string): Generator<string> {
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
    for (const resource of resourcesToSign(url, account)) yield `${head}\n${resource}`;
  }
}

function resourcesToSign(url: URL, account: string): Set<string> {
  const parameters = [...url.searchParams];
  const lowered = parameters.map(([name, value]) => [name.toLowerCase(), value] as const);
  const withValue = parameters.filter(([, value]) => value !== "");
  return new Set(
    [parameters, withValue, lowered].map((some) =>
      [`/${account}${url.pathname}`, ...some.map(([name, value]) => `${name}:${value}`).sort()].join("\n"),
    ),
  );
}

function failed(detail: string): Refusal {
  return new Refusal("AuthenticationFailed", { AuthenticationErrorDetail: detail });
}
