import type { Hint } from "./hint.js";

/**
 * Source: documentation of Node.js, TLS, "X509 certificate error codes", and `ERR_TLS_CERT_ALTNAME_INVALID` of its error codes.
 * Those of lists of revoked certificates are left out, because Node.js uses no such lists unless it is given one.
 */
const certificateCodes: readonly string[] = [
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_DECRYPT_CERT_SIGNATURE",
  "UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "CERT_SIGNATURE_FAILURE",
  "CERT_NOT_YET_VALID",
  "CERT_HAS_EXPIRED",
  "CERT_CHAIN_TOO_LONG",
  "CERT_REVOKED",
  "CERT_UNTRUSTED",
  "CERT_REJECTED",
  "ERROR_IN_CERT_NOT_BEFORE_FIELD",
  "ERROR_IN_CERT_NOT_AFTER_FIELD",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "INVALID_CA",
  "INVALID_PURPOSE",
  "PATH_LENGTH_EXCEEDED",
  "HOSTNAME_MISMATCH",
  "ERR_TLS_CERT_ALTNAME_INVALID",
];

/** Whether this error code of Node.js means that the certificate of a server was rejected. */
export function isCertificateCode(code: string): boolean {
  return certificateCodes.includes(code);
}

/** Whether this error code of Node.js means that no TLS connection could be established, such as with a rejected certificate. */
export function isTlsCode(code: string): boolean {
  return isCertificateCode(code) || /^ERR_TLS_|^ERR_SSL_|^EPROTO$/.test(code);
}

/** Returns the reason why the certificate of a server was rejected, and what to do about it. */
export function explainCertificate(code: string, address: string): { reason: string; hint: Hint } {
  if (code === "CERT_NOT_YET_VALID" || code === "CERT_HAS_EXPIRED") {
    return {
      reason: `the certificate of the server at ${address} is not valid at the time of this machine's clock, ${new Date().toISOString()} (${code}).`,
      hint: { action: "correct-clock" },
    };
  }
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID" || code === "HOSTNAME_MISMATCH") {
    return {
      reason: `the server at ${address} could not prove its identity: its certificate is for another host name (${code}).`,
      hint: { action: "check-network" },
    };
  }
  return {
    reason: `the server at ${address} could not prove its identity: its certificate is not trusted (${code}).`,
    hint: { action: "trust-certificate" },
  };
}
