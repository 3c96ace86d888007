const maxLineLength = 2000;

const escape = String.fromCharCode(0x1b);
const bell = String.fromCharCode(0x07);

/** Escape sequences of terminals: colours, cursor movements, titles. */
const escapes = new RegExp(
  `${escape}(?:\\[[0-?]*[ -/]*[@-~]|\\][^${bell}${escape}]{0,200}(?:${bell}|${escape}\\\\)?|[@-Z\\\\-_])`,
  "g",
);

/** Splits a log into lines as a terminal shows them: without escape sequences and overwritten text. */
export function splitLogLines(text: string): string[] {
  return text
    .replace(escapes, "")
    .split(/\r*\n/)
    .map((line) =>
      line
        .slice(line.lastIndexOf("\r") + 1, line.length)
        .slice(0, maxLineLength)
        .trimEnd(),
    );
}
