import { createCipheriv, createHash } from "node:crypto";

const MiB = 1024 * 1024;

/** Bytes without a pattern, the same for the same seed: what a block out of its place, twice or torn would show in. */
export function createFiller(length: number, seed = 1): Buffer {
  const key = createHash("sha256").update(String(seed)).digest();
  const cipher = createCipheriv("aes-256-ctr", key, Buffer.alloc(16));
  const made = Buffer.allocUnsafe(length);
  const zeros = Buffer.alloc(Math.min(MiB, length));
  for (let position = 0; position < length; position += zeros.length)
    cipher.update(zeros.subarray(0, length - position)).copy(made, position);
  return made;
}

export function computeMd5(bytes: Uint8Array): Buffer {
  return createHash("md5").update(bytes).digest();
}
