import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { findBrokenLinks } from "./broken-links.js";
import { packageRoot } from "./npm-package.js";

const documents = execFileSync("git", ["ls-files", "*.md"], { cwd: packageRoot, encoding: "utf8" })
  .split("\n")
  .filter((path) => path !== "");

test.each(documents)("every relative link of %s leads to a file, and to a heading of it", (document) => {
  expect(findBrokenLinks(document, read)).toEqual([]);
});

test("links to missing files and headings are found; those in code are none", () => {
  const texts: Record<string, string> = {
    "docs/a.md":
      "[b](b.md#what-it-is) ![p](../p.svg) `[c](c.md)` [d](https://example.org) [e](../e/)\n# A\n[f](#a)",
    "docs/b.md": "## What it is?",
  };
  expect(findBrokenLinks("docs/a.md", (path) => texts[path])).toEqual(["../p.svg", "../e/"]);
  expect(
    findBrokenLinks("docs/a.md", (path) => (path === "docs/b.md" ? "# B" : (texts[path] ?? ""))),
  ).toEqual(["b.md#what-it-is"]);
});

function read(path: string): string | undefined {
  const target = join(packageRoot, path);
  const stats = statSync(target, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  return stats.isDirectory() ? "" : readFileSync(target, "utf8");
}
