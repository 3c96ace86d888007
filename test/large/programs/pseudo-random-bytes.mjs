import { createCipheriv, createHash } from "node:crypto";

/**
 * Bytes that look random, always the same for one seed: as fast as a disk, in chunks that nobody needs to keep, and
 * with no two blocks alike, so that bytes which are lost, repeated or exchanged show in a digest.
 *
 * @param {string} seed
 * @param {number} sizeBytes
 * @returns {Generator<Buffer, void>}
 */
export function* pseudoRandomBytes(seed, sizeBytes) {
  const key = createHash("md5").update(seed).digest();
  const cipher = createCipheriv("aes-128-ctr", key, Buffer.alloc(16));
  const zeros = Buffer.alloc(256 * 1024);
  for (let left = sizeBytes; left > 0; left -= zeros.length) {
    yield cipher.update(zeros.subarray(0, Math.min(left, zeros.length)));
  }
}
