const secretName = "(?:sig|AccountKey|(?:Shared)?Access(?:Key|Signature)|password|client_secret)";
const separator = String.raw`(?:"|%22)?\s*(?:[=:]|%3D)\s*(?:"|%22)?`;

/**
 * `sig=…`, `AccountKey = …`, `"AccountKey":"…"`, also percent-encoded, as when a container URL was given as an id. What follows
 * is not the secret if it is the next such name, or the scheme of an `Authorization` header, whose secret `redactText` removes.
 */
const assignment = new RegExp(
  String.raw`\b(${secretName})(${separator})(?!${secretName}${separator}|(?:SharedKey(?:Lite)?|Bearer)\s)[^&;\s"'<>]+`,
  "gi",
);

/**
 * `https://user:password@host`, as in proxy addresses: up to the last "@", and after any number of slashes, as URLs are parsed.
 * The lengths of the scheme and of the slashes are limited to keep the search linear.
 */
const userInformation = /\b([a-z][a-z0-9+.-]{1,30}:[\\/]{2,30})[^\s\\/?#"'<>]*@/gi;

/** Removes credentials that are named in a text. */
export function redactAssignments(text: string): string {
  return text.replace(assignment, "$1$2REDACTED").replace(userInformation, "$1REDACTED@");
}
