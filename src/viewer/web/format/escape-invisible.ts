/**
 * Escapes control characters, bidirectional controls and zero-width characters, so that a name from a store cannot look like
 * another name.
 */
export function escapeInvisible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu, escapeCharacter);
}

/** Escapes each line of a message; see {@link escapeInvisible}. */
export function escapeInvisibleLines(text: string): string {
  return text.split("\n").map(escapeInvisible).join("\n");
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
}
