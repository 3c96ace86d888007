import {
  explainCertificate,
  isCertificateCode,
  isConnectionError,
  isTlsCode,
  redactUrl,
  type RestErrorLike,
} from "../../core/index.js";
import type { Reason } from "./refusal/reason.js";
import type { RefusedRequest } from "./refusal/refused-request.js";
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
    const { reason, hint } = explainCertificate(code, address);
    const isOfOtherHost = code === "ERR_TLS_CERT_ALTNAME_INVALID";
    return ["CertificateNotTrusted", isOfOtherHost ? `${reason} ${adviseHostName(call.url)}` : reason, hint];
  }
  if (isTlsCode(code)) {
    return [
      "StoreUnreachable",
      `no TLS connection could be established with the server at ${address} (${code}).`,
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

/**
 * Source: "Use private endpoints for Azure Storage", Connecting to a private endpoint: the account's own name resolves
 * to the private endpoint, and certificates do not contain the name with "privatelink".
 */
function adviseHostName(url: string): string {
  const { hostname } = new URL(url);
  const usual = hostname.replace(".privatelink.", ".");
  return usual === hostname
    ? "A network or a proxy may have answered in place of the store."
    : `Use ${usual}, which also leads to the private endpoint if the DNS of the network is set up for it.`;
}

const proxyAuthenticationRequired = 407;
const networkAuthenticationRequired = 511;

/** Returns the reason of a response from a proxy instead of the store; `undefined` for any other response. */
export function explainProxyAnswer({
  status,
  isProxied,
  hasProxyUser,
  isFromStore,
}: RefusedRequest): Reason | undefined {
  if (status === proxyAuthenticationRequired) {
    return [
      "ProxyFailed",
      hasProxyUser
        ? `the proxy does not accept the user name and password in its URL (HTTP status ${status}). Characters such as "@" and ":" in them must be percent-encoded.`
        : `the proxy requires authentication (HTTP status ${status}). Add user name and password to its URL.`,
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

/**
 * Returns the reason of a response that is neither from the store nor from a known proxy: an unexpected success, a
 * redirection, or a web page; or of one whose content cannot be read.
 */
export function explainForeignAnswer(request: RefusedRequest, call: ServiceCall): Reason | undefined {
  const { status = 0, isFromStore, isWebPage } = request;
  if (isFromStore && status >= 200 && status < 300) {
    return [
      "StoreUnreachable",
      `the answer of ${redactUrl(call.url)} was damaged on its way, and cannot be read (HTTP status ${status}).`,
      { action: "try-again" },
    ];
  }
  const isForeign = status < 400 || status === networkAuthenticationRequired || isWebPage;
  if (isFromStore || !isForeign) return undefined;
  return [
    "StoreUnreachable",
    `the server that answered at ${redactUrl(call.url)} is not Azure Storage (HTTP status ${status}${isWebPage ? ", a web page" : ""}): a proxy, a firewall or the sign-in page of a network may have answered in place of the store.`,
    { action: "check-network" },
  ];
}
