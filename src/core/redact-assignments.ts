/** `sig=…`, `AccountKey = …`, `"AccountKey":"…"`, also percent-encoded, as when a container URL was given as an id. */
const assignment =
  /\b(sig|AccountKey|(?:Shared)?Access(?:Key|Signature)|password|client_secret)((?:"|%22)?\s*(?:[=:]|%3D)\s*(?:"|%22)?)[^&;\s"'<>]+/gi;

/** `https://user:password@host`, as in proxy addresses. The length of the scheme is limited to keep the search linear. */
const userInformation = /\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/?#@"'<>]*@/gi;

/** Removes credentials that are named in a text. */
export function redactAssignments(text: string): string {
  return text.replace(assignment, "$1$2REDACTED").replace(userInformation, "$1REDACTED@");
}
