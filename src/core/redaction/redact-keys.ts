/** Base64 as long as the signature of a SAS, or longer; its "+", "/" and "=" can be percent-encoded, once or more. */
const base64 = /(?:[A-Za-z0-9+/]|%(?:25)*2[BF]){43,}(?:(?:=|%(?:25)*3D){1,2}(?![A-Za-z0-9]))?/gi;

/** A JSON Web Token: the first two of its parts are JSON objects, which begin with `{"`. */
const webToken = /\beyJ[\w-]{8,}\.(?:eyJ)?[\w-]{8,}(?:\.[\w-]*)*/g;

/** The length of the key of an account, which has padding. */
const keyLength = 88;

/** Removes what has the form of a key, a signature or a token, without a name before it. */
export function redactKeys(text: string): string {
  return text
    .replace(webToken, "REDACTED")
    .replace(base64, (found) => (isKey(decode(found)) ? "REDACTED" : found));
}

function decode(text: string): string {
  return text
    .replace(/%(?:25)*2B/gi, "+")
    .replace(/%(?:25)*2F/gi, "/")
    .replace(/%(?:25)*3D/gi, "=");
}

/** Whether it can be a key or a signature, in the encoding that Azure uses: padded, maybe after a path; or long without the padding. */
function isKey(text: string): boolean {
  if (text.endsWith("="))
    return (
      text.split("/").some(isOfAllKinds) ||
      [text, text.slice(-keyLength), text.slice(-keyLength / 2)].some((part) => isMixed(part, 0.3))
    );
  if (text.length < 64) return false;
  return text
    .split("/")
    .some(
      (piece) => (piece.length >= 40 && isMixed(piece, 0.3)) || (piece.length >= 24 && isMixed(piece, 0.5)),
    );
}

/** Whether it is longer than most words, and has upper case, lower case and digits. */
function isOfAllKinds(piece: string): boolean {
  return piece.length >= 24 && /[A-Z]/.test(piece) && /[a-z]/.test(piece) && /\d/.test(piece);
}

/**
 * Whether upper case, lower case and digits alternate as in base64 of random bytes: there, 6 of 10 characters are of another kind
 * than the one before, and 1 of 64 is a slash. In paths and names of files there are words.
 */
function isMixed(text: string, minChanges: number): boolean {
  const kinds = [...text].map(kindOf);
  const slashes = kinds.filter((kind) => kind === "/").length;
  if (slashes > 2 + text.length / 12 || !kinds.includes("A") || !kinds.includes("0")) return false;
  const pairs = kinds.slice(1).map((kind, index) => [kinds[index], kind] as const);
  const within = pairs.filter((pair) => !pair.includes("/"));
  const changes = within.filter(([before, kind]) => before !== kind).length;
  return changes >= within.length * minChanges;
}

function kindOf(character: string): "A" | "a" | "0" | "/" | "+" {
  if (character >= "A" && character <= "Z") return "A";
  if (character >= "a" && character <= "z") return "a";
  if (character >= "0" && character <= "9") return "0";
  return character === "/" ? "/" : "+";
}
