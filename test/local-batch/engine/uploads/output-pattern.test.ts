import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";

import { findOutputFiles } from "../../../../src/local-batch/engine/uploads/find-output-files.js";
import { parseOutputPattern } from "../../../../src/local-batch/engine/uploads/output-pattern.js";
import { createTemporaryFolder } from "../../../support/create-temporary-folder.js";

const files = [
  "stdout.txt",
  "stderr.txt",
  "wd/a.txt",
  "wd/b.txt",
  "wd/ab.txt",
  "wd/.a.txt",
  "wd/a*.txt",
  "wd/z{1}.txt",
  "wd/sub/c.txt",
  "wd/sub/deep/d.txt",
  "wd/sub/deep/e.log",
  "wd/.hidden/f.txt",
];

async function matches(pattern: string, variables: Record<string, string> = {}): Promise<string[]> {
  const folder = createTemporaryFolder();
  for (const name of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), "");
  }
  symlinkSync("..", join(folder, "wd/sub/up"));
  const environment = { AZ_BATCH_TASK_DIR: folder, ...variables };
  const names: string[] = [];
  for await (const { name } of findOutputFiles(parseOutputPattern(pattern, join(folder, "wd"), environment)))
    names.push(name);
  return names.sort();
}

it.each([
  ["*.txt", ["a*.txt", "a.txt", "ab.txt", "b.txt", "z{1}.txt"]],
  ["?.txt", ["a.txt", "b.txt"]],
  ["[ab].txt", ["a.txt", "b.txt"]],
  ["[a-c]?.txt", ["a*.txt", "ab.txt"]],
  ["[!a]*.txt", ["b.txt", "z{1}.txt"]],
  ["a[*].txt", ["a*.txt"]],
  [".*.txt", [".a.txt"]],
  ["z{1}.*", ["z{1}.txt"]],
  ["z[{]1}.txt", ["z{1}.txt"]],
  ["**/*.txt", ["a*.txt", "a.txt", "ab.txt", "b.txt", "sub/c.txt", "sub/deep/d.txt", "z{1}.txt"]],
  ["**/d*", ["sub/deep/d.txt"]],
  ["sub/**", ["c.txt", "deep/d.txt", "deep/e.log"]],
  ["*/*.txt", ["sub/c.txt"]],
  ["sub/deep/*.log", ["e.log"]],
  [".hidden/*", ["f.txt"]],
  ["../std*.txt", ["stderr.txt", "stdout.txt"]],
  ["std*.txt", []],
  ["../stdout.txt", ["stdout.txt"]],
  ["sub/c.txt", ["c.txt"]],
  ["sub", []],
  ["missing/*.txt", []],
  ["missing.txt", []],
  ["$AZ_BATCH_TASK_DIR/std*.txt", ["stderr.txt", "stdout.txt"]],
  ["${AZ_BATCH_TASK_DIR}/stdout.txt", ["stdout.txt"]],
  ["$NOT_SET/*.txt", []],
  ["./a.txt", ["a.txt"]],
])("matches %s as the service does", async (pattern, expected) => {
  expect(await matches(pattern)).toEqual(expected);
});

it("expands a variable into a pattern", async () => {
  expect(await matches("$WANTED", { WANTED: "[ab].txt" })).toEqual(["a.txt", "b.txt"]);
});

it("rejects an invalid range", async () => {
  await expect(matches("[c-a].txt")).rejects.toThrow(SyntaxError);
});

it.each([
  ["*a*b*c", "xxaxbxc", true],
  ["*a*b*c", "xxbxaxc", false],
  ["a*b*b", "ab", false],
  ["a*b*b", "abb", true],
  ["*ab*ab", "abab", true],
  ["*ab*ab", "aab", false],
  ["*?*?*", "a", false],
  ["*[bc]*d", "abxcd", true],
  // Any regular expression that tries every division of the name would not come to an end.
  [`${"*a".repeat(40)}*b`, "a".repeat(200), false],
])("matches %s with the name %s: %s", (pattern, name, isMatch) => {
  const [segment] = parseOutputPattern(pattern, "/", {}).segments;
  expect(segment instanceof RegExp && segment.test(name)).toBe(isMatch);
});
