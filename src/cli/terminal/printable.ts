/**
 * Makes a text harmless for a terminal: an escape sequence in a stored name could rewrite the screen. Control
 * characters and direction marks are shown as escapes.
 */
export function makePrintable(text: string): string {
  return text.replace(/[\p{Cc}\u061c\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, escapeCharacter);
}

/** The same for a line of a log, whose tabs become spaces: stack traces of Java begin with tabs. */
export function makeLinePrintable(line: string): string {
  return makePrintable(line.replaceAll("\t", "    "));
}

/** The same for a text of several lines, whose tabs are kept. */
export function makeTextPrintable(text: string): string {
  return text
    .replace(/\r(?=\n|$)/g, "")
    .split("\n")
    .map((line) => line.split("\t").map(makePrintable).join("\t"))
    .join("\n");
}

function escapeCharacter(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16)}`;
}
