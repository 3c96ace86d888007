const table = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xed_b8_83_20 : value >>> 1;
  return value;
});

/** Continues the CRC-32 of gzip with more bytes. It begins with 0. */
export function updateCrc32(crc: number, bytes: Uint8Array): number {
  let value = ~crc;
  // By index: an iterator takes many times as long.
  for (let index = 0; index < bytes.length; index += 1)
    value = (table[(value ^ (bytes[index] ?? 0)) & 0xff] ?? 0) ^ (value >>> 8);
  return ~value >>> 0;
}
