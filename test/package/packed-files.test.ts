import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join, posix, sep } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, inject, test } from "vitest";

import { createDisposableFolder } from "../support/create-disposable-folder.js";
import { findBrokenLinks } from "./broken-links.js";
import { packageRoot } from "./npm-package.js";

describe("the packed package", () => {
  /** What each file holds, by its path in the package. */
  const files = new Map<string, Buffer>();

  beforeAll(async () => {
    using folder = createDisposableFolder();
    await promisify(execFile)("tar", ["-xzf", inject("packageTarball"), "-C", folder.path]);
    const root = join(folder.path, "package");
    for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      files.set(path.slice(root.length + 1).replaceAll(sep, "/"), await readFile(path));
    }
  });

  test("contains only the build, the documents, the examples and the licence", () => {
    const wanted =
      /^(?:dist\/(?!viewer\/page\/).+\.(?:js|d\.ts)|dist\/cli\/package\.json|dist\/(?:cli\/)?third-party-licenses\.txt|dist\/viewer\/page\/(?:index\.html|third-party-licenses\.txt|assets\/[^/]+\.(?:css|js|mjs|svg)\.gz)|docs\/.+|examples\/[^/]+\/(?:[^/]+\/)?[^/]+\.(?:ts|md|py|sh|csv|yaml)|(?:README|ARCHITECTURE|CONTRIBUTING|SECURITY|CHANGELOG)\.md|LICENSE|package\.json)$/;
    expect([...files.keys()].filter((path) => !wanted.test(path))).toEqual([]);
    expect([...files.keys()]).toEqual(
      expect.arrayContaining(["README.md", "LICENSE", "CHANGELOG.md", "package.json"]),
    );
  });

  test("contains no path of the machine that packed it", () => {
    const folders = [packageRoot, homedir() + sep].filter((path) => path.length > 2);
    const violations = [...files].flatMap(([path, content]) =>
      folders.filter((folder) => content.includes(folder)).map((folder) => `${path} names ${folder}`),
    );
    expect(violations).toEqual([]);
  });

  test("contains every file of its entry points, and no map, whose sources it does not contain", () => {
    const manifest = JSON.parse(text("package.json")) as { exports: Record<string, unknown> };
    const targets = Object.values(manifest.exports).flatMap((target) =>
      typeof target === "string" ? [target] : Object.values(target as Record<string, string>),
    );
    expect(targets.filter((target) => !files.has(target.replace("./", "")))).toEqual([]);
    const withMap = [...files.keys()].filter(
      (path) =>
        path.endsWith(".map") || (/\.(?:js|ts)$/.test(path) && /^\/\/# sourceMappingURL=/m.test(text(path))),
    );
    expect(withMap).toEqual([]);
  });

  test("is not larger than it has to be", () => {
    const sizes = [...files.values()].map(({ length }) => length);
    // Before pictures and bundles grow, see what else can go: docs/decisions/0013-public-surface.md has the sizes.
    expect(sizes.length).toBeLessThan(500);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(6.0e6);
  });

  test("contains no picture that no document shows", () => {
    const documents = [...files.keys()]
      .filter((path) => path.endsWith(".md"))
      .map(text)
      .join("\n");
    const pictures = [...files.keys()].filter((path) => path.startsWith("docs/images/"));
    expect(pictures.length).toBeGreaterThan(5);
    expect(pictures.filter((path) => !documents.includes(posix.basename(path)))).toEqual([]);
  });

  test.each([
    "dist/third-party-licenses.txt",
    "dist/cli/third-party-licenses.txt",
    "dist/viewer/page/third-party-licenses.txt",
  ])("has in %s the licence text of each package that it bundles", (path) => {
    const licenses = text(path).split(`\n${"-".repeat(80)}\n`);
    const heading = /^(?:@[^/]+\/)?\S+ \d+\.\d+\.\d+\S* \(.+\)$/;
    const packages = text(path)
      .split("\n")
      .filter((line) => heading.test(line));
    expect(packages.length).toBeGreaterThan(path.split("/").length > 2 ? 20 : 1);
    const incomplete = licenses.filter((license) => {
      const [headings = "", ...paragraphs] = license.trim().split("\n\n");
      return !headings.split("\n").every((line) => heading.test(line)) || paragraphs.join(" ").length < 400;
    });
    expect(incomplete).toEqual([]);
  });

  test("has no document with a relative link that leads out of it or nowhere", () => {
    const folders = new Set([...files.keys()].flatMap((path) => parentFoldersOf(path)));
    const read = (path: string): string | undefined => (folders.has(path) ? "" : files.get(path)?.toString());
    const broken = [...files.keys()]
      .filter((path) => path.endsWith(".md"))
      .flatMap((path) => findBrokenLinks(path, read).map((link) => `${path}: ${link}`));
    expect(broken).toEqual([]);
  });

  test("runs no script on installation", () => {
    const { scripts = {} } = JSON.parse(text("package.json")) as { scripts?: Record<string, string> };
    expect(Object.keys(scripts).filter((name) => /^(?:pre|post)?(?:install|prepare)$/.test(name))).toEqual(
      [],
    );
  });

  function text(path: string): string {
    return files.get(path)?.toString() ?? "";
  }
});

/** `a` and `a/b` of `a/b/c.md`. */
function parentFoldersOf(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}
