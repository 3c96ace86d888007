/**
 * `https://user:password@host`, as in proxy addresses: up to the last "@", and after any number of slashes, as URLs are parsed.
 * The lengths of the scheme and of the slashes are limited to keep the search linear.
 */
const userInformation = /\b([a-z][a-z0-9+.-]{1,30}:[\\/]{2,30})[^\s\\/?#"'<>]*@/gi;

/** A password that contains "/", "?" or "#", which should be percent-encoded: what follows the colon is not a port. */
const strayPassword =
  /\b([a-z][a-z0-9+.-]{1,30}:[\\/]{2,30})[^\s\\/?#"'<>:[\]]{1,64}:(?!\d{0,5}(?:[\\/?#]|$))[^\s"'<>@]{1,128}@/gi;

/** The user of a domain of Windows: `http://DOMAIN\user:password@host`. */
const domainUser =
  /\b([a-z][a-z0-9+.-]{1,30}:[\\/]{2,30})[^\s\\/?#"'<>@:]{1,64}\\[^\s\\/?#"'<>@:]{1,64}:[^\s"'<>@]{1,128}@/gi;

/** Without a scheme, before a host name with a dot or a port. The word before an address of mail is no user. */
const bareUserInformation =
  /(?<![\w.@/:-])(?!(?:mailto|to|cc|bcc|from|e?mail|author|contact|sips?):)[\w.-]{1,64}:(?!\\)[^\s/?#"'<>:]{1,128}@(?=[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}\b|:\d{2,5}(?!\w)))/gi;

/** The same after two slashes, as in an address without a scheme, or one that was appended to another. */
const relativeUserInformation = /([\\/]{2})[^\s\\/?#@"'<>:]{0,64}:[^\s\\/?#"'<>]{1,128}@/g;

/** Removes user names and passwords from the addresses in a text. */
export function redactUserInformation(text: string): string {
  return text
    .replace(strayPassword, "$1REDACTED@")
    .replace(domainUser, "$1REDACTED@")
    .replace(userInformation, "$1REDACTED@")
    .replace(bareUserInformation, "REDACTED@")
    .replace(relativeUserInformation, "$1REDACTED@");
}
