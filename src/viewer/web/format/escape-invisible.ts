/**
 * A text from a store as people may see it: control characters, marks that turn the direction of writing, and characters
 * without a width are written out, so that no two names look the same and none looks like something else.
 */
export function escapeInvisible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu, escapeCharacter);
}

/** The same for a message of several lines. */
export function escapeInvisibleLines(text: string): string {
  return text.split("\n").map(escapeInvisible).join("\n");
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
}
