/** Refuses what is not a text, or an empty one, naming the caller's own argument. */
export function requireText(value: unknown, argument: string): asserts value is string {
  if (typeof value !== "string") {
    throw new TypeError(`${argument} must be a string, but is ${value === null ? "null" : typeof value}`);
  }
  if (value === "") {
    throw new RangeError(`${argument} must not be empty`);
  }
}

/** Refuses what is not an object of named values, naming the caller's own argument. */
export function requireObject(value: unknown, argument: string): asserts value is object {
  if (typeof value !== "object" || value === null) {
    throw new TypeError(`${argument} must be an object, but is ${value === null ? "null" : typeof value}`);
  }
}

/** What would steer a terminal, or show another text than the one that is there, and JSON leaves as it is. */
const misleading = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/** What somebody passed by mistake may hold: a container URL in the place of an id. */
const credential = /\b(sig|AccountKey|SharedAccessSignature)=[^&;\s"'<>]+/gi;

/** The value as it may stand in a message: in quotes, control characters visible, long ones cut, no credential. */
export function quoted(text: string): string {
  const safe = text.replace(credential, "$1=REDACTED");
  return JSON.stringify(safe.length > 200 ? `${safe.slice(0, 200)}…` : safe).replace(
    misleading,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/**
 * A character that the service does not hold in a blob name even when it is escaped: control characters, and what
 * is no Unicode text (halves of a surrogate pair, U+FFFE, U+FFFF), which no UTF-8 and no XML listing can carry.
 *
 * Source: "Naming and referencing containers, blobs, and metadata", Blob names.
 */
const unstorable = /[\p{Cc}\ufffe\uffff]|\p{Surrogate}/u;

export function requireStorableCharacters(text: string, argument: string): void {
  const found = unstorable.exec(text);
  if (found) {
    const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    throw new RangeError(
      `${argument} holds the character U+${code} at position ${found.index}, which a blob name cannot hold: ${quoted(text)}`,
    );
  }
}
