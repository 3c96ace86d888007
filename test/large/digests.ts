import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { pipeline } from "node:stream/promises";

import { pseudoRandomBytes } from "./programs/pseudo-random-bytes.mjs";

/** Digests of all bytes, in hexadecimal. */
export interface Digests {
  readonly md5: string;
  readonly sha256: string;
}

/** The digests of what `pseudoRandomBytes` gives; with `path`, it is written there on the way. */
export async function pseudoRandomDigests(seed: string, sizeBytes: number, path?: string): Promise<Digests> {
  const [md5, sha256] = [createHash("md5"), createHash("sha256")];
  const file = path === undefined ? undefined : await open(path, "wx");
  try {
    for (const chunk of pseudoRandomBytes(seed, sizeBytes)) {
      md5.update(chunk);
      sha256.update(chunk);
      await file?.writeFile(chunk);
    }
  } finally {
    await file?.close();
  }
  return { md5: md5.digest("hex"), sha256: sha256.digest("hex") };
}

export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
