import { argumentRangeError, quoted } from "../core/browser.js";

/**
 * A character that the service does not hold in a blob name even when it is escaped: control characters, and what
 * is no Unicode text (halves of a surrogate pair, U+FFFE, U+FFFF), which no UTF-8 and no XML listing can carry.
 *
 * Source: "Naming and referencing containers, blobs, and metadata", Blob names.
 */
const unstorable = /[\p{Cc}\ufffe\uffff]|\p{Surrogate}/u;

/** Throws unless a blob name can hold every character. */
export function requireStorableCharacters(text: string, argument: string): void {
  const found = unstorable.exec(text);
  if (found) {
    const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    throw argumentRangeError(
      argument,
      `holds the character U+${code} at position ${found.index}, which a blob name cannot hold: ${quoted(text)}`,
    );
  }
}
