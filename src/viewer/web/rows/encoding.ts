import type { TextEncoding } from "../../protocol/index.js";

/** Returns the encoding of a byte order mark. */
export function parseByteOrderMark([first, second, third]: Uint8Array): TextEncoding | undefined {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  return first === 0xef && second === 0xbb && third === 0xbf ? "utf-8" : undefined;
}

/**
 * Detects the encoding of a text from its first bytes: by its byte order mark; UTF-16 if every other byte is 0, as in Latin text;
 * UTF-8 if valid; otherwise Windows-1252, which includes Latin-1, if there are no control characters.
 *
 * @returns `undefined` if it is not text in any of these encodings.
 */
export function detectEncoding(head: Uint8Array): TextEncoding | undefined {
  const marked = parseByteOrderMark(head);
  if (marked !== undefined) return marked;
  const zeros = [0, 0];
  head.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  });
  const [even = 0, odd = 0] = zeros;
  if (even + odd > 0) {
    const many = head.byteLength * 0.35;
    const isLittle = odd > many && even === 0;
    const isBig = even > many && odd === 0;
    const guessed = isLittle ? "utf-16le" : isBig ? "utf-16be" : undefined;
    return guessed !== undefined && isPlain(new TextDecoder(guessed).decode(trimToUnits(head)))
      ? guessed
      : undefined;
  }
  if (isUtf8(head)) return "utf-8";
  const isControl = (byte: number) => byte < 0x20 && ![0x08, 0x09, 0x0a, 0x0c, 0x0d, 0x1b].includes(byte);
  const isAscii = (byte: number) => byte < 0x7f;
  const bytes = Array.from(head);
  return !bytes.some(isControl) && bytes.filter(isAscii).length > bytes.length * 0.6
    ? "windows-1252"
    : undefined;
}

/** Removes the first byte of a code unit that is cut. */
function trimToUnits(head: Uint8Array): Uint8Array {
  return head.subarray(0, head.byteLength - (head.byteLength % 2));
}

function isPlain(text: string): boolean {
  return !/[\0-\u0007\u000b\u000e-\u001a\u001c-\u001f\ufffd]/.test(text);
}

function isUtf8(head: Uint8Array): boolean {
  // The last character may be cut.
  for (const cut of [0, 1, 2, 3]) {
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(head.subarray(0, head.byteLength - cut));
      return true;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
  }
  return false;
}
