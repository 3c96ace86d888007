const secretName = "(?:sig|AccountKey|(?:Shared)?Access(?:Key|Signature)|password|client_secret)";
const separator = String.raw`(?:"|%22)?\s*(?:[=:]|%(?:25)*3D)\s*(?:"|%22)?`;

/** The same within a text that was percent-encoded as a whole, once or more. */
const encodedAssignment =
  /(%(?:25)*(?:20|22|26|3B|3F)(?:sig|AccountKey|(?:Shared)?Access(?:Key|Signature))%(?:25)*3D)(?:(?!%(?:25)*(?:20|22|26|3B))[^&;\s"'<>]){16,}/gi;

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

/** The same without a scheme, before a host name with a dot. */
const bareUserInformation =
  /(?<![\w.@/:-])[\w.-]{1,64}:[^\s/?#@"'<>:]{1,128}@(?=[a-z0-9-]{1,63}\.[a-z0-9-]{1,63}\b)/gi;

/** The same after two slashes, as in an address without a scheme, or one that was appended to another. */
const relativeUserInformation = /([\\/]{2})[^\s\\/?#@"'<>:]{0,64}:[^\s\\/?#"'<>]{1,128}@/g;

/** Base64 as long as the signature of a SAS, or longer. */
const base64 = /[A-Za-z0-9+/]{43,}={0,2}/g;

/** Removes credentials from a text: those that are named in it, passwords in addresses, and what has the form of a key. */
export function redactAssignments(text: string): string {
  return text
    .replace(assignment, "$1$2REDACTED")
    .replace(encodedAssignment, "$1REDACTED")
    .replace(userInformation, "$1REDACTED@")
    .replace(bareUserInformation, "REDACTED@")
    .replace(relativeUserInformation, "$1REDACTED@")
    .replace(base64, (found) => (isKey(found) ? "REDACTED" : found));
}

/**
 * Whether it can be a key or a signature, in the encoding that Azure uses: long without the padding at its end, or padded; and unlike a path, with a long
 * piece without a slash that mixes kinds of characters, as names of files that long do not.
 */
function isKey(text: string): boolean {
  const isLong = text.length >= 64;
  if (!isLong && !text.endsWith("=")) return false;
  return text
    .split("/")
    .some(
      (piece) =>
        piece.length >= 24 &&
        /[A-Z]/.test(piece) &&
        /\d/.test(piece) &&
        (isLong || /[a-z]/.test(piece)) &&
        !/^[0-9A-F]+$/i.test(piece),
    );
}
