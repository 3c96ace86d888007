/** `node scripts/release/read-changes.mjs v1.2.3`: prints the version's section of the changelog, as notes of the release. */
import { readFile } from "node:fs/promises";

import { findSection } from "./changelog.mjs";

const [tag = ""] = process.argv.slice(2);
const section = findSection(await readFile("CHANGELOG.md", "utf8"), tag.replace(/^v/, ""));
if (section === undefined) throw new Error(`CHANGELOG.md has no section for ${tag}`);
console.log(section.body);
