import fc from "fast-check";
import { expect, test } from "vitest";

import { LocalNames } from "../../../src/outputs/fetch/local-names.js";

function namesFor(...paths: string[]): string[] {
  const names = new LocalNames();
  return paths.map((path) => names.choose(path));
}

const mark = "~[0-9a-f]{8}";

test.each([
  "a.txt",
  "a/b/c.txt",
  "frame 1 (final) [2] {3} #4 %5 +6 =7 ~8.jpg",
  "été 🎬.txt",
  ".hidden",
  "a..b",
  "CONSOLE",
  "COM10.txt",
  "nul_.txt",
  "$TaskLog/a",
  "~",
  "a~b",
])("%j is kept as it is", (path) => {
  expect(namesFor(path)).toEqual([path]);
});

test.each([
  ["a:b", `a_b${mark}`],
  ["12:30:00.log", `12_30_00${mark}\\.log`],
  ["x\\..\\..\\y", `x_\\.\\._\\.${mark}\\._y`],
  ["con.log.txt", `_con\\.log${mark}\\.txt`],
  ["nul.a:b.c", `_nul\\.a_b${mark}\\.c`],
  ["..", `__${mark}`],
  [".", `_${mark}`],
  ["../../etc/passwd", `__~[0-9a-f]{8}/__~[0-9a-f]{8}/etc/passwd`],
  ["a/../b", `a/__${mark}/b`],
  ["/etc/passwd", `_${mark}/etc/passwd`],
  ["a//b", `a/_${mark}/b`],
  ["a/", `a/_${mark}`],
  ["C:\\x", `C__x${mark}`],
  ["trail.", `trail_${mark}`],
  ["trail ", `trail_${mark}`],
  ["trail. . ", `trail____${mark}`],
  ["CON", `CON${mark}`],
  ["nul.txt", `nul${mark}\\.txt`],
  ["NUL .txt", `NUL ${mark}\\.txt`],
  ["aux.tar.gz", `_aux\\.tar${mark}\\.gz`],
  ["COM1", `COM1${mark}`],
  ["lpt\u00b9.log", `lpt\u00b9${mark}\\.log`],
  ["CONOUT$", `CONOUT\\$${mark}`],
  ["con/a", `con${mark}/a`],
  ["LONGNA~1.TXT", `LONGNA~1${mark}\\.TXT`],
  ["tab\tx\u0000y\u007fz", `tab_x_y_z${mark}`],
  ['what?*<>|"x', `what______x${mark}`],
])("%j, which some system cannot hold, becomes another name", (path, expected) => {
  expect(namesFor(path)[0]).toMatch(new RegExp(`^${expected}$`));
});

test("a name of more than 255 bytes is cut between two characters, and keeps its extension", () => {
  const [name = ""] = namesFor(`${"🎬".repeat(100)}.webp`);
  expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
  expect(name).toMatch(new RegExp(`^(?:🎬)+${mark}\\.webp$`, "u"));
  const [kept = ""] = namesFor("x".repeat(255));
  expect(kept).toBe("x".repeat(255));
});

test("of two names that differ only by case, the second is changed", () => {
  const [first, second, third] = namesFor("A.txt", "a.txt", "a.TXT");
  expect(first).toBe("A.txt");
  expect(second).toMatch(new RegExp(`^a${mark}\\.txt$`));
  expect(third).toMatch(new RegExp(`^a${mark}\\.TXT$`));
  expect(third?.toLowerCase()).not.toBe(second?.toLowerCase());
});

test.each([
  ["ς.txt", "σ.txt"],
  ["µ.txt", "μ.txt"],
  ["İ.txt", "i̇.txt"],
  ["K.txt", "k.txt"],
  ["\u00e9.txt", "e\u0301.txt"],
  ["e\u0301.txt", "\u00c9.txt"],
  ["\uac00.txt", "\u1100\u1161.txt"],
])("%j and %j, one name on some systems, get different names", (one, other) => {
  const [first, second] = namesFor(one, other);
  expect(first).toBe(one);
  expect(second).not.toBe(other);
});

test("if a file and a folder have the same name, that of the later folder is changed", () => {
  expect(namesFor("a", "a/b", "a/c")).toEqual([
    "a",
    expect.stringMatching(`^a${mark}/b$`),
    expect.stringMatching(`^a${mark}/c$`),
  ]);
  expect(namesFor("a/b", "A")[1]).toMatch(new RegExp(`^A${mark}$`));
});

test("names that would become equal get different names", () => {
  const names = namesFor("a:b", "a_b", "a?b", "a|b");
  expect(new Set(names).size).toBe(4);
  expect(names[1]).toBe("a_b");
});

test("a guessed name with a mark does not overwrite the file of another output", () => {
  const [, marked = ""] = namesFor("A.txt", "a.txt");
  // Byte order: the guess comes before "a.txt".
  const names = namesFor("A.txt", marked.toUpperCase(), "a.txt");
  expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(3);
  const [, folder = ""] = namesFor("a", "a/b");
  const guess = folder.split("/")[0] ?? "";
  expect(new Set(namesFor("a", guess, "a/b").map((name) => name.toLowerCase())).size).toBe(3);
  expect(namesFor("a", guess, "a/b")[2]?.startsWith(`${guess}/`)).toBe(false);
});

test("a name depends only on the names before it", () => {
  const paths = ["A", "a", "a:b", "x/A", "x/a", "CON", "a", "A/b"];
  expect(namesFor(...paths)).toEqual(namesFor(...paths));
});

/** Few letters, so that names meet; the awkward ones among them. */
const segment = fc.oneof(
  fc.string({ unit: fc.constantFrom("a", "A", "b", ".", " ", ":", "_", "~", "ς", "σ"), maxLength: 4 }),
  fc.constantFrom(
    "..",
    ".",
    "",
    "CON",
    "con.txt",
    "NUL",
    "a~1",
    "\\..\\",
    "C:",
    "x".repeat(300),
    "é",
    "e\u0301",
  ),
);
const path = fc.array(segment, { minLength: 1, maxLength: 3 }).map((segments) => segments.join("/"));
/** Some of the names that would be given, as paths of their own: what somebody does who has read this package. */
const withGuesses = fc
  .uniqueArray(path, { minLength: 1, maxLength: 12 })
  .chain((paths) => fc.tuple(fc.constant(paths), fc.subarray(namesFor(...paths))))
  .map(([paths, guesses]) => [
    ...new Set([...guesses, ...guesses.map((guess) => guess.toUpperCase()), ...paths]),
  ]);

test("every local name can be stored on every system, and no two are equal", () => {
  fc.assert(
    fc.property(withGuesses, (paths) => {
      const names = namesFor(...paths);
      const folded = names.map((name) => name.normalize("NFC").toLowerCase().toUpperCase());
      expect(new Set(folded).size).toBe(names.length);
      for (const [index, name] of names.entries()) {
        for (const part of name.split("/")) {
          expect(part).not.toMatch(/^$|^\.{1,2}$|[. ]$|[\p{Cc}<>:"|?*\\]/u);
          expect(part).not.toMatch(/^(?:CON|PRN|AUX|NUL|COM\d|LPT\d) *(?:\.|$)/i);
          expect(Buffer.byteLength(part)).toBeLessThanOrEqual(255);
        }
        // No file has the name of another one's folder.
        for (const other of folded) expect(other.startsWith(`${folded[index] ?? ""}/`)).toBe(false);
      }
      expect(namesFor(...paths)).toEqual(names);
    }),
    { numRuns: 500 },
  );
});
