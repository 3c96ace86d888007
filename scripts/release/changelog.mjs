import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** The kinds of changes of Keep a Changelog, in its order. */
export const kinds = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"];

/** @typedef {{ path: string, kind: string, text: string }} Change */

/**
 * A version's section of a changelog.
 * @param {string} changelog
 * @param {string} version without "v"
 * @returns {{ heading: string, body: string } | undefined}
 */
export function findSection(changelog, version) {
  for (const section of changelog.split(/^(?=## )/m)) {
    const [heading = "", ...lines] = section.split("\n");
    if (heading.startsWith(`## [${version}] - `)) return { heading, body: lines.join("\n").trim() };
  }
  return undefined;
}

/**
 * The changes that wait in a folder for the next release. A file whose name does not begin with a kind is an error.
 * @param {string} [folder]
 * @returns {Promise<Change[]>}
 */
export async function readChangeFiles(folder = "changes") {
  const names = (await readdir(folder)).filter((name) => name !== "README.md").sort();
  return await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const kind = kinds.find((each) => name.startsWith(`${each.toLowerCase()}-`));
      if (kind === undefined || !name.endsWith(".md"))
        throw new Error(`${path}: name it KIND-WORDS.md, with one of ${kinds.join(", ").toLowerCase()}`);
      return { path, kind, text: (await readFile(path, "utf8")).trim() };
    }),
  );
}

/**
 * The changelog with the changes in the version's section, which is made if there is none.
 * @param {string} changelog
 * @param {string} version
 * @param {readonly Change[]} changes
 */
export function addChanges(changelog, version, changes) {
  if (changes.length === 0) return changelog;
  const known = findSection(changelog, version);
  const heading = known?.heading ?? `## [${version}] - unreleased`;
  let body = known?.body ?? "";
  for (const kind of kinds) {
    const entries = changes.filter((change) => change.kind === kind).map(({ text }) => toEntry(text));
    if (entries.length > 0) body = addToKind(body, kind, entries);
  }
  const section = `${heading}\n\n${body.trim()}\n`;
  if (known !== undefined) return changelog.replace(`${known.heading}\n\n${known.body}\n`, () => section);
  const [introduction = "", ...sections] = changelog.split(/^(?=## )/m);
  return [introduction, [section, ...sections].join("\n")].join("");
}

/**
 * @param {string} body of a section
 * @param {string} kind
 * @param {readonly string[]} entries
 */
function addToKind(body, kind, entries) {
  const parts = body === "" ? [] : body.split(/^(?=### )/m).map((part) => part.trim());
  const existing = parts.findIndex((part) => part.split("\n")[0] === `### ${kind}`);
  if (existing >= 0) parts[existing] = [parts[existing], ...entries].join("\n");
  else {
    const isLater = (/** @type {string} */ part) =>
      kinds.findIndex((each) => part.startsWith(`### ${each}\n`)) > kinds.indexOf(kind);
    const before = parts.findIndex(isLater);
    parts.splice(before < 0 ? parts.length : before, 0, `### ${kind}\n\n${entries.join("\n")}`);
  }
  return parts.join("\n\n");
}

/** @param {string} text */
function toEntry(text) {
  return `- ${text.replaceAll("\n", "\n  ")}`;
}
