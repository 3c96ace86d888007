import { argumentRangeError, quote } from "../core/browser.js";

/**
 * A character that a blob name cannot contain, not even escaped: control characters, and code points that UTF-8 or XML
 * cannot represent (lone surrogates, U+FFFE, U+FFFF).
 *
 * Source: "Naming and referencing containers, blobs, and metadata", Blob names.
 */
const unstorable = /[\p{Cc}\ufffe\uffff]|\p{Surrogate}/u;

/** Throws unless a blob name can contain every character of the text. */
export function requireStorableCharacters(text: string, argument: string): void {
  const found = unstorable.exec(text);
  if (found) {
    const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    throw argumentRangeError(
      argument,
      `must not contain the character U+${code} (at position ${found.index}), but is ${quote(text)}`,
    );
  }
}
