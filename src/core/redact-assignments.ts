/** `sig=…`, `AccountKey = …`, `"AccountKey":"…"`, and the same percent-encoded: a container URL in the place of an id. */
const assignment =
  /\b(sig|AccountKey|(?:Shared)?Access(?:Key|Signature)|password|client_secret)((?:"|%22)?\s*(?:[=:]|%3D)\s*(?:"|%22)?)[^&;\s"'<>]+/gi;

/** `https://user:password@host`, as addresses of proxies have it. A bounded scheme keeps the search linear in any text. */
const userInformation = /\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/?#@"'<>]*@/gi;

/** Takes credentials that are named as such out of a text. */
export function redactAssignments(text: string): string {
  return text.replace(assignment, "$1$2REDACTED").replace(userInformation, "$1REDACTED@");
}
