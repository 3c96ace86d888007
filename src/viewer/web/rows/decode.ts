import type { TextEncoding } from "../../protocol/index.js";

/**
 * Bytes that are not valid UTF-8 are decoded to the lone surrogates U+DC80 to U+DCFF, which valid text cannot contain. The row
 * shows them as `\x80`.
 */
const badByteBase = 0xdc00;

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Decodes bytes without losing any: a byte order mark and invalid bytes are kept. */
export function decodeBytes(bytes: Uint8Array, encoding: TextEncoding = "utf-8"): string {
  if (encoding !== "utf-8") return new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes);
  try {
    return strict.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return decodeLoosely(bytes);
    throw error;
  }
}

/**
 * Matches characters that are invisible, or change the direction of text: a line could look like a different one. Also the invalid
 * bytes of {@link decodeBytes}; half of a surrogate pair is none. Characters that join letters and emojis are left out.
 */
export const unseen = new RegExp(
  [
    String.raw`[\0-\x08\x0a-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e]`,
    String.raw`[\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]`,
    String.raw`\u17b4|\u17b5`,
    // Tags, which are invisible copies of ASCII.
    String.raw`\udb40[\udc00-\udc7f]`,
    String.raw`(?<![\ud800-\udbff])[\udc80-\udcff]`,
  ].join("|"),
  "g",
);

/** Formats a character that {@link unseen} matches: `\xff`, `U+202E`. */
export function formatUnseen(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code >= badByteBase + 0x80 && code <= badByteBase + 0xff) return formatByte(code - badByteBase);
  return code < 0x80 ? formatByte(code) : `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}

function formatByte(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, "0")}`;
}

function decodeLoosely(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.byteLength;) {
    const length = getSequenceLength(bytes[at] ?? 0);
    const sequence = bytes.subarray(at, at + length);
    const decoded = length > 0 && sequence.byteLength === length ? decodeSequence(sequence) : undefined;
    text += decoded ?? String.fromCharCode(badByteBase + (bytes[at] ?? 0));
    at += decoded === undefined ? 1 : length;
  }
  return text;
}

function getSequenceLength(first: number): number {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return 2;
  if (first >= 0xe0 && first <= 0xef) return 3;
  return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

function decodeSequence(sequence: Uint8Array): string | undefined {
  try {
    return strict.decode(sequence);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
