/** `node scripts/release/write-checksums.mjs FOLDER`: writes SHA256SUMS of the folder's files, as `sha256sum --check` reads it. */
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { hashFile } from "./hash-file.mjs";

const [folder = "build/release"] = process.argv.slice(2);
const list = "SHA256SUMS";
const names = (await readdir(folder)).filter((name) => name !== list).sort();
/** @type {string[]} */
const lines = [];
for (const name of names) lines.push(`${await hashFile(join(folder, name))}  ${name}\n`);
await writeFile(join(folder, list), lines.join(""));
