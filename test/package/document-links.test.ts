import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

import { packageRoot } from "./npm-package.js";

const documents = execFileSync("git", ["ls-files", "*.md"], { cwd: packageRoot, encoding: "utf8" })
  .split("\n")
  .filter((path) => path !== "");

test.each(documents)("every relative link of %s leads to a file, and to a heading of it", (document) => {
  const broken = relativeLinks(read(document)).filter((link) => {
    const [path = "", heading] = link.split("#");
    const target = path === "" ? document : join(dirname(document), decodeURIComponent(path));
    if (!existsSync(join(packageRoot, target))) return true;
    return heading !== undefined && !anchors(read(target)).includes(heading);
  });
  expect(broken).toEqual([]);
});

function read(path: string): string {
  return readFileSync(join(packageRoot, path), "utf8");
}

/** The targets of links and images outside of code, but for those with a scheme. */
function relativeLinks(markdown: string): string[] {
  const prose = markdown.replace(/^[ \t]*```.*?^[ \t]*```/gms, "").replace(/`[^`\n]*`/g, "");
  return [...prose.matchAll(/\]\(([^()\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z][a-z+.-]*:/i.test(target));
}

/** The ids that GitHub gives the headings of a document. */
function anchors(markdown: string): string[] {
  return [...markdown.matchAll(/^#{1,6} +(.+)$/gm)].map(([, heading = ""]) =>
    heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
