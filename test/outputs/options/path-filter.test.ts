import fc from "fast-check";
import { expect, test } from "vitest";

import {
  createMatcher,
  createPathFilter,
  parsePatterns,
  parsePathsOrPatterns,
  parsePattern,
} from "../../../src/outputs/options/path-filter.js";

const visible = { includeHidden: false };

test.each([
  ["*", ["a", "a.txt", " ", "a\nb", "[x]", "(1)"], ["a/b", ".hidden"]],
  ["*.txt", ["a.txt", "(1).txt", "a b.txt"], ["a.text", "a/b.txt", ".txt", ".a.txt", "a.txt/b"]],
  ["**", ["a", "a/b", "a/b/c\nd.txt"], [".a", "a/.b", ".a/b"]],
  ["**/*.log", ["a.log", "x/a.log", "x/y/a.log"], ["a.log/x", ".x/a.log", "x/.a.log"]],
  ["x/**", ["x/a", "x/a/b"], ["a/x", "xa"]],
  ["x/**/y", ["x/y", "x/a/y", "x/a/b/y"], ["x/ay"]],
  ["?.txt", ["a.txt", "é.txt"], ["ab.txt", ".txt", "/.txt"]],
  ["frame_[0-9][0-9].jpg", ["frame_07.jpg"], ["frame_7.jpg", "frame_aa.jpg"]],
  ["[!a]*", ["b", "!x"], ["a", "ab"]],
  ["[^a]*", ["b", "!x"], ["a", "ab"]],
  ["[(|)]", ["(", "|", ")"], ["a", "\\"]],
  ["./!x*", ["!x", "!xy"], ["x", "a"]],
  ["{a,b}/*.txt", ["a/1.txt", "b/2.txt"], ["c/1.txt", "a/b/1.txt"]],
  ["*.{jpg,png}", ["a.jpg", "a.png"], ["a.gif"]],
  ["frame{1..3}.txt", ["frame1.txt", "frame3.txt"], ["frame4.txt"]],
  ["render (1)*.png", ["render (1).png", "render (1) b.png"], ["render 1.png"]],
  ["@(a|b)*", ["@(a|b)", "@(a|b)c"], ["a", "b", "ac"]],
  ["+(a)*", ["+(a)x"], ["a", "aa"]],
  ["a|b*", ["a|b", "a|bc"], ["a", "b"]],
  ["a+b$^.*", ["a+b$^.txt"], ["aab$^.txt"]],
  ["\\*.txt", ["*.txt"], ["a.txt"]],
  [".*", [".a", ".env"], ["a", ".a/b"]],
  [".x/*", [".x/a"], [".x/.a", "x/a"]],
] as const)("%s matches what it says, and nothing else", (pattern, matching, others) => {
  const matches = createMatcher(pattern, visible);
  expect(matching.filter((path) => !matches(path))).toEqual([]);
  expect(others.filter((path) => matches(path))).toEqual([]);
});

test("hidden names match only with includeHidden", () => {
  const matches = createMatcher("**/*.txt", { includeHidden: true });
  for (const path of [".a.txt", ".x/a.txt", "x/.y/.z.txt"]) expect(matches(path)).toBe(true);
});

/** Names as people and programs make them; none of these characters is a wildcard here. */
const names = fc
  .array(fc.constantFrom(...("ab1 ._-+!@#$%^&=()|;:,'\"`~<>é🎬".match(/./gu) ?? [])), {
    minLength: 1,
    maxLength: 12,
  })
  .map((characters) => characters.join(""))
  .filter((name) => !name.startsWith("."));

test("a pattern without wildcards matches only that name; with a star it matches every name that begins so", () => {
  fc.assert(
    fc.property(names, names, (name, other) => {
      expect(createMatcher(name, visible)(name)).toBe(true);
      expect(createMatcher(`${name}*`, visible)(name + other)).toBe(true);
      expect(createMatcher(`*${name}`, visible)(other + name)).toBe(true);
      expect(createMatcher(name, visible)(other)).toBe(name === other);
      expect(createMatcher(`${name}*`, visible)(other)).toBe(other.startsWith(name));
    }),
    { numRuns: 500 },
  );
});

test.each([
  ["*.txt", "", "*.txt"],
  ["a/b/*.txt", "a/b", "*.txt"],
  ["../std*.txt", "..", "std*.txt"],
  ["../../x/**", "../../x", "**"],
  ["./x*", "", "x*"],
  ["/tmp/out/**/*.exr", "/tmp/out", "**/*.exr"],
  ["a (1)/*.txt", "a (1)", "*.txt"],
  ["a/{b,c}/d", "a", "{b,c}/d"],
  ["./!x*", "", "!x*"],
  ["a\\*b.txt", "a*b.txt", ""],
])("%s is looked for in %j, as %j", (pattern, folder, glob) => {
  const scanned = parsePattern(pattern);
  expect(scanned.folder).toBe(folder);
  expect(scanned.glob.replace(/\\(.)/g, "$1")).toBe(glob);
});

test("a filter without patterns selects everything; exclude takes precedence over include", () => {
  expect(createPathFilter([], [])("a/b")).toBe(true);
  const wanted = createPathFilter(["*.txt", "logs/**"], ["*.tmp.txt", "logs/old/**"]);
  for (const path of ["a.txt", "x/y/a.txt", "logs/a.bin", ".hidden.txt"]) expect(wanted(path)).toBe(true);
  for (const path of ["a.bin", "a.tmp.txt", "x/a.tmp.txt", "logs/old/a.txt"])
    expect(wanted(path)).toBe(false);
});

test("a filter pattern without a slash is compared with the name only, one with a slash with the whole path", () => {
  const byName = createPathFilter([], ["*.tmp"]);
  const byPath = createPathFilter([], ["x/*.tmp"]);
  expect(["a.tmp", "x/a.tmp", "x/y/a.tmp"].map((path) => byName(path))).toEqual([false, false, false]);
  expect(["a.tmp", "x/a.tmp", "x/y/a.tmp"].map((path) => byPath(path))).toEqual([true, false, true]);
});

test("patterns are parsed to a list from one, several or none", () => {
  expect(parsePatterns("a", "x")).toEqual(["a"]);
  expect(parsePatterns(["a", "b"], "x")).toEqual(["a", "b"]);
  expect(parsePatterns(undefined, "x")).toEqual([]);
});

test.each([
  [5, TypeError],
  [{}, TypeError],
  [null, undefined],
  [[5], TypeError],
  [[null], TypeError],
  ["", RangeError],
  [["a", ""], RangeError],
  ["a\0b", RangeError],
  ["!a", RangeError],
  [["*", "!a"], RangeError],
])("%j are patterns, or are refused naming the argument", (patterns, expected) => {
  const list = () => parsePatterns(patterns as string[], "options.exclude");
  if (expected === undefined) {
    expect(list()).toEqual([]);
    return;
  }
  expect(list).toThrow(expected);
  expect(list).toThrow(/^options\.exclude /);
});

test("the path of a file may begin with an exclamation mark", () => {
  expect(parsePathsOrPatterns("!important.txt", "patterns")).toEqual(["!important.txt"]);
});
