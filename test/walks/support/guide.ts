import { readFileSync } from "node:fs";
import { join } from "node:path";

import { packageRoot } from "../../package/npm-package.js";

/** A piece of code in a guide. */
export interface GuideBlock {
  readonly language: string;
  readonly text: string;
  /** The name of the file that the reader writes it to: its first line is a comment with that name. */
  readonly fileName: string | undefined;
}

/** A second-level section of a guide. */
export interface GuideSection {
  readonly blocks: readonly GuideBlock[];
  /** The commands of its shell blocks, in order. */
  readonly commands: readonly string[];
}

/**
 * Reads the section with this heading, or the whole guide, of `docs/guides/`.
 *
 * @throws RangeError if the guide has no such section.
 */
export function readGuide(name: string, heading?: string): GuideSection {
  const markdown = readFileSync(join(packageRoot, "docs/guides", name), "utf8");
  const section = heading === undefined ? markdown : findSection(markdown, heading);
  if (section === undefined) throw new RangeError(`${name} has no section "${heading ?? ""}"`);
  const blocks = [...section.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = "", text = ""]) => ({
    language,
    text,
    fileName: /^(?:\/\/|#) (\S+\.\w+)\n/.exec(text)?.[1],
  }));
  const commands = blocks.filter((block) => block.language === "sh").map((block) => block.text);
  return { blocks, commands };
}

function findSection(markdown: string, heading: string): string | undefined {
  return markdown.split(/^## /m).find((section) => section.startsWith(`${heading}\n`));
}
