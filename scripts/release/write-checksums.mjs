/** `node scripts/release/write-checksums.mjs FOLDER`: writes SHA256SUMS of the folder's files, as `sha256sum --check` reads it. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

const [folder = "build/release"] = process.argv.slice(2);
const list = "SHA256SUMS";
const names = (await readdir(folder)).filter((name) => name !== list).sort();
/** @type {string[]} */
const lines = [];
for (const name of names) {
  const hash = createHash("sha256");
  await pipeline(createReadStream(join(folder, name)), hash);
  lines.push(`${hash.digest("hex")}  ${name}\n`);
}
await writeFile(join(folder, list), lines.join(""));
