/** Creates the source files, and compares files with blobs. */
import { createHash } from "node:crypto";
import { closeSync, createReadStream, existsSync, mkdirSync, openSync, writeSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { folder } from "./workspace.mjs";

const MiB = 1_048_576;

/** Makes files whose contents differ, once for each size and number. @param {number} count @param {number} bytes */
export function sourceFolder(count, bytes) {
  const root = join(folder, `source-${count}-${bytes}`);
  if (existsSync(root)) return root;
  const block = Buffer.alloc(Math.min(bytes, MiB), "azure-batch-outputs ");
  for (let index = 0; index < count; index += 1) {
    const subfolder = join(root, String(Math.floor(index / 200)).padStart(3, "0"));
    mkdirSync(subfolder, { recursive: true });
    const file = openSync(join(subfolder, `file-${index}.bin`), "w");
    for (let written = 0; written < bytes; written += block.length) {
      block.write(`${index} ${written} `);
      writeSync(file, block, 0, Math.min(block.length, bytes - written));
    }
    closeSync(file);
  }
  return root;
}

/** @param {string} root */
async function digestsOf(root) {
  /** @type {Map<string, string>} */
  const digests = new Map();
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const hash = createHash("md5");
    await pipeline(createReadStream(join(entry.parentPath, entry.name)), hash);
    digests.set(entry.name, hash.digest("base64"));
  }
  return digests;
}

/** The blobs of a container: their last names, lengths and digests. @param {string} containerUrl */
async function listed(containerUrl) {
  /** @type {Map<string, { bytes: number, md5: string }>} */
  const blobs = new Map();
  for (let marker = ""; ;) {
    const url = `${containerUrl}&restype=container&comp=list&marker=${encodeURIComponent(marker)}`;
    const page = await (await fetch(url)).text();
    for (const [blob] of page.matchAll(/<Blob>.*?<\/Blob>/gs)) {
      const of = (/** @type {string} */ name) => new RegExp(`<${name}>([^<]*)<`).exec(blob)?.[1] ?? "";
      blobs.set(basename(of("Name")), { bytes: Number(of("Content-Length")), md5: of("Content-MD5") });
    }
    marker = /<NextMarker>([^<]*)</.exec(page)?.[1] ?? "";
    if (marker === "") return blobs;
  }
}

/**
 * Throws unless files and blobs are the same, by name and digest; a blob without a digest is compared by name and length.
 *
 * @param {string} root
 * @param {string} containerUrl
 * @param {number} bytes of each
 */
export async function requireSame(root, containerUrl, bytes) {
  const [files, blobs] = await Promise.all([digestsOf(root), listed(containerUrl)]);
  if (files.size !== blobs.size) throw new Error(`${files.size} files and ${blobs.size} blobs`);
  for (const [name, digest] of files) {
    const blob = blobs.get(name);
    if (!blob || (blob.md5 !== "" ? blob.md5 !== digest : blob.bytes !== bytes))
      throw new Error(`${name} is not what was to be moved`);
  }
}
