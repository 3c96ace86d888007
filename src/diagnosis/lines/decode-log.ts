/** Decodes a part of a log: UTF-8, UTF-16 as Windows programs write it, and Latin-1 for anything else. */
export function decodeLog(bytes: Uint8Array): string {
  const encoding = findEncoding(bytes);
  if (encoding !== "utf-8") return new TextDecoder(encoding).decode(bytes);
  return decodeUtf8(bytes) ?? new TextDecoder("latin1").decode(bytes);
}

/** Whether the bytes are a part of a text in UTF-8. */
export function isUtf8(bytes: Uint8Array): boolean {
  return decodeUtf8(bytes) !== undefined;
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(trimToCharacters(bytes));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return undefined;
  }
}

/** Detects UTF-16 by its byte order mark, or by text in which every other byte is 0. */
export function findEncoding(bytes: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  const looked = bytes.subarray(0, 1024);
  const zeros = [0, 0];
  for (let at = 0; at < looked.length; at += 1)
    if (looked[at] === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (Math.max(even, odd) < looked.length / 5 || Math.min(even, odd) > looked.length / 50) return "utf-8";
  return odd > even ? "utf-16le" : "utf-16be";
}

/** Removes parts of characters at the start and end: a range cuts anywhere. */
function trimToCharacters(bytes: Uint8Array): Uint8Array {
  const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;
  let start = 0;
  while (start < 3 && isContinuation(bytes[start])) start += 1;
  let end = bytes.length;
  for (let back = 1; back <= 3 && back <= bytes.length; back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (isContinuation(byte)) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    if (needed > back) end = bytes.length - back;
    break;
  }
  return bytes.subarray(start, Math.max(start, end));
}
