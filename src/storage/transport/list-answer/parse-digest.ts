const textBytes = 24;
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const notInBase64 = 0x80;
const equals = 0x3d;

const values = new Uint8Array(256).fill(notInBase64);
for (let value = 0; value < letters.length; value += 1) values[letters.charCodeAt(value)] = value;

/** Decodes an MD5 from its Base64 text between `start` and `end`; any other Base64 text is decoded by `Buffer`. */
export function parseDigest(bytes: Buffer, start: number, end: number): Uint8Array | undefined {
  if (start === end) return undefined;
  const isMd5 = end - start === textBytes && bytes[end - 1] === equals && bytes[end - 2] === equals;
  return (
    (isMd5 ? parseMD5(bytes, start) : undefined) ??
    Buffer.from(bytes.toString("latin1", start, end), "base64")
  );
}

function parseMD5(bytes: Buffer, start: number): Uint8Array | undefined {
  // Small arrays are fastest to allocate without a shared buffer, and keep no other memory alive.
  const digest = new Uint8Array(16);
  let seen = 0;
  for (let from = start, to = 0; to < 16; from += 4, to += 3) {
    const a = values[bytes[from] ?? 0] ?? notInBase64;
    const b = values[bytes[from + 1] ?? 0] ?? notInBase64;
    // The last group has two letters and padding: bytes past the end are dropped.
    const c = to === 15 ? 0 : (values[bytes[from + 2] ?? 0] ?? notInBase64);
    const d = to === 15 ? 0 : (values[bytes[from + 3] ?? 0] ?? notInBase64);
    seen |= a | b | c | d;
    digest[to] = (a << 2) | (b >> 4);
    if (to === 15) break;
    digest[to + 1] = (b << 4) | (c >> 2);
    digest[to + 2] = (c << 6) | d;
  }
  return seen < notInBase64 ? digest : undefined;
}
