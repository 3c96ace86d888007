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

/** Formats a code unit that would be invisible or misleading, such as `\xff` or `U+202E`. Returns `undefined` for any other. */
export function formatUnseen(codeUnit: number): string | undefined {
  if (codeUnit >= badByteBase + 0x80 && codeUnit <= badByteBase + 0xff) {
    return `\\x${(codeUnit - badByteBase).toString(16)}`;
  }
  // A bidirectional control can make a line look like a different one.
  if (isDirectionMark(codeUnit)) return `U+${codeUnit.toString(16).toUpperCase()}`;
  if (codeUnit === 0x7f || (codeUnit < 0x20 && codeUnit !== 0x09)) {
    return `\\x${codeUnit.toString(16).padStart(2, "0")}`;
  }
  return undefined;
}

/** Matches everything that {@link formatUnseen} formats. Half of a surrogate pair is not an invalid byte. */
export const unseen =
  /[\0-\x08\x0a-\x1f\x7f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|(?<![\ud800-\udbff])[\udc80-\udcff]/g;

function isDirectionMark(code: number): boolean {
  const isMark = code === 0x61c || code === 0x200e || code === 0x200f;
  return isMark || (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
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
