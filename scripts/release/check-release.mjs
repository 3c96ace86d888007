/**
 * `node scripts/release/check-release.mjs v1.2.3`: whether the commit can be released as this tag.
 * The version, a dated section of the changelog, and the addresses that npm's provenance compares.
 */
import { readFile } from "node:fs/promises";

import { findSection, readChangeFiles } from "./changelog.mjs";

const [tag = ""] = process.argv.slice(2);
/** @type {(text: string) => { version: string, repository?: unknown, publishConfig?: { access?: string } }} */
const parseManifest = JSON.parse;
const { version, repository, publishConfig } = parseManifest(await readFile("package.json", "utf8"));
const section = findSection(await readFile("CHANGELOG.md", "utf8"), version);

/** @type {string[]} */
const problems = [];
if (tag !== `v${version}`) problems.push(`the tag is "${tag}", package.json has version ${version}`);
if (section === undefined) problems.push(`CHANGELOG.md has no section for ${version}`);
else if (!/ - \d{4}-\d{2}-\d{2}$/.test(section.heading))
  problems.push("the section of CHANGELOG.md has no date");
for (const { path } of await readChangeFiles())
  problems.push(`${path} is not in CHANGELOG.md: run node scripts/release/collect-changes.mjs`);
if (repository === undefined)
  problems.push(
    'package.json has no "repository", which npm compares with where it was built: set-addresses.mjs writes it',
  );
if (publishConfig?.access !== "public")
  problems.push('"publishConfig" of package.json does not name public access');

for (const problem of problems) console.error(`cannot be released: ${problem}`);
process.exitCode = problems.length === 0 ? 0 : 1;
