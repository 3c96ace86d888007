import { isCertificateCode, isConnectionError, redactUrl, type RestErrorLike } from "../../core/index.js";
import type { Reason } from "./reason.js";
import type { RefusedRequest } from "./refused-request.js";
import type { ServiceCall } from "./service-call.js";

/** Returns the reason why a request got no response; `undefined` if it is not known. */
export function explainNoAnswer(
  error: RestErrorLike,
  request: RefusedRequest,
  call: ServiceCall,
): Reason | undefined {
  const { code, isProxied } = request;
  const address = redactUrl(call.url);
  if (isCertificateCode(code)) {
    return [
      "StoreUnreachable",
      `what answered at ${address} could not prove who it is (${code}). Where a proxy or a local store has a certificate of its own, set NODE_EXTRA_CA_CERTS.`,
      { action: "check-network" },
    ];
  }
  if (!isConnectionError(error) && code !== "REQUEST_SEND_ERROR") return undefined;
  if (isProxied) {
    return [
      "ProxyFailed",
      `nothing answered through the proxy, on the way to ${address} (${code}).`,
      { action: "check-proxy" },
    ];
  }
  return ["StoreUnreachable", `nothing answered at ${address} (${code}).`, { action: "check-network" }];
}

const proxyAuthenticationRequired = 407;

/** Returns the reason of a response from a proxy instead of the store; `undefined` for any other response. */
export function explainProxyAnswer({ status, isProxied, isFromStore }: RefusedRequest): Reason | undefined {
  if (status === proxyAuthenticationRequired) {
    return [
      "ProxyFailed",
      `the proxy requires authentication (HTTP status ${status}). Add user name and password to its URL.`,
      { action: "check-proxy" },
    ];
  }
  if (!isProxied || isFromStore) return undefined;
  return [
    "ProxyFailed",
    `the proxy answered in place of the store (HTTP status ${status ?? ""}).`,
    { action: "check-proxy" },
  ];
}
