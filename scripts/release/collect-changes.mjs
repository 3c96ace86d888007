/**
 * `node scripts/release/collect-changes.mjs`: moves the files of `changes/` into the section of CHANGELOG.md for the version of package.json.
 * A file is called `KIND-WORDS.md` and contains the text of one entry: two changes that are made at the same time are in two files.
 */
import { readFile, rm, writeFile } from "node:fs/promises";

import { addChanges, readChangeFiles } from "./changelog.mjs";

/** @type {(text: string) => { version: string }} */
const parseManifest = JSON.parse;
const { version } = parseManifest(await readFile("package.json", "utf8"));
const changes = await readChangeFiles();
await writeFile("CHANGELOG.md", addChanges(await readFile("CHANGELOG.md", "utf8"), version, changes));
for (const { path } of changes) await rm(path);
