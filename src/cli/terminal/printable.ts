/**
 * A text that cannot speak to the terminal: names in a store are anybody's, and an escape sequence in one could rewrite
 * what the reader sees. Control characters, and marks that turn the direction of writing, are shown as escapes.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u061c\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, escaped);
}

/** The same for a message of several lines. */
export function printableLines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}

function escaped(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16)}`;
}
