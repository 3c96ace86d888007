import { redactAssignments } from "./redact-assignments.js";
import { redactKeys } from "./redact-keys.js";
import { redactUserInformation } from "./redact-user-information.js";

const redacted = "REDACTED";

/** Replaces keys, SAS signatures, tokens and passwords of addresses in a text of any origin. */
export function redactText(text: string): string {
  return redactKeys(redactUserInformation(redactSchemes(redactAssignments(text))));
}

/** A URL for people to read: scheme, host and path remain, and what looks like a credential in them is replaced. */
export function redactUrl(url: string): string {
  // First the text: a password that contains "?" would be cut, and its beginning would remain.
  return removeCredentials(redactText(url));
}

/** The address to send requests to, or to build others from: the URL without its query (a SAS) and its user information. */
export function removeCredentials(url: string): string {
  return url.replace(/[?#].*$/s, "").replace(/^([A-Za-z][\w+.-]*:[\\/]*)[^\\/]*@/, "$1");
}

/** The credential after the scheme of an `Authorization` header, and the signature in a message of Azure Storage. */
function redactSchemes(text: string): string {
  return text
    .replace(
      /\b(SharedKey(?:Lite)?(?:\s|\+|%(?:25)*20)+[^\s:%]+(?::|%(?:25)*3A))[A-Za-z0-9+/=%]+/g,
      `$1${redacted}`,
    )
    .replace(/\b((?:Bearer\s+)*Bearer)\s+[A-Za-z0-9._~+/-]+=*/g, `$1 ${redacted}`)
    .replace(/\b(bearer\s+)(?=[a-z._~+/-]*\d)[\w.~+/-]{20,}=*/gi, `$1${redacted}`)
    .replace(/(authorization\W{1,6}Basic\s+)[A-Za-z0-9+/]{4,}={0,2}/gi, `$1${redacted}`)
    .replace(/(signature[^']{0,60}')[A-Za-z0-9+/%]{20,}={0,2}'/gi, `$1${redacted}'`);
}
