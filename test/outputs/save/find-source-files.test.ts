import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

import { findSourceFiles, type SourceSelection } from "../../../src/outputs/save/find-source-files.js";
import { createPathFilter } from "../../../src/outputs/options/path-filter.js";
import { captureError, captureOurError } from "../../support/capture-error.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";
import { tooDeepFolder } from "./too-deep-folder.js";

/** A task's folders with these files, seen from `wd`, where the task works. */
async function taskFolder(...paths: readonly string[]): Promise<string> {
  const wd = join(createTemporaryFolder(), "wd");
  await mkdir(wd);
  for (const path of paths) {
    await mkdir(dirname(join(wd, path)), { recursive: true });
    await writeFile(join(wd, path), path);
  }
  return wd;
}

/** The output paths of what is found, with the reason of those that will not be saved. */
async function found(
  cwd: string,
  patterns: string | readonly string[],
  options: Partial<SourceSelection> & { exclude?: readonly string[] } = {},
): Promise<string[]> {
  const { exclude = [], ...selection } = options;
  const { files, unmatched } = await findSourceFiles(typeof patterns === "string" ? [patterns] : patterns, {
    cwd,
    isWanted: createPathFilter([], exclude),
    includeHidden: false,
    followSymbolicLinks: false,
    destinationPrefix: "",
    ...selection,
  });
  const lines = files.map(({ path, skipped, error }) => {
    if (skipped !== undefined) return `${path} (${skipped})`;
    return error ? `${path} (${"code" in error ? String(error.code) : error.name})` : path;
  });
  return [
    ...lines,
    ...unmatched.map(({ pattern, isPath }) => `${pattern} (no ${isPath ? "file" : "match"})`),
  ];
}

const film = [
  "frame_1.jpg",
  "frame_2.jpg",
  "frame_10.jpg",
  "depth/1.exr",
  "depth/raw/1.bin",
  "../stdout.txt",
  "../stderr.txt",
];

test.each([
  ["*.jpg", ["frame_1.jpg", "frame_10.jpg", "frame_2.jpg"]],
  ["frame_?.jpg", ["frame_1.jpg", "frame_2.jpg"]],
  ["frame_[12].jpg", ["frame_1.jpg", "frame_2.jpg"]],
  ["*_{1,10}.*", ["frame_1.jpg", "frame_10.jpg"]],
  ["*/*.exr", ["depth/1.exr"]],
  ["**/*.{exr,bin}", ["depth/1.exr", "depth/raw/1.bin"]],
  ["**", ["depth/1.exr", "depth/raw/1.bin", "frame_1.jpg", "frame_10.jpg", "frame_2.jpg"]],
  ["depth", ["depth/1.exr", "depth/raw/1.bin"]],
  ["depth/", ["depth/1.exr", "depth/raw/1.bin"]],
  ["depth/raw", ["depth/raw/1.bin"]],
  [".", ["depth/1.exr", "depth/raw/1.bin", "frame_1.jpg", "frame_10.jpg", "frame_2.jpg"]],
  ["./frame_1.jpg", ["frame_1.jpg"]],
  ["./frame_?.jpg", ["frame_1.jpg", "frame_2.jpg"]],
  ["../std*.txt", ["stderr.txt", "stdout.txt"]],
  ["../stdout.txt", ["stdout.txt"]],
  ["../wd/frame_1.jpg", ["frame_1.jpg"]],
  ["depth/../frame_1.jpg", ["frame_1.jpg"]],
  ["*.png", ["*.png (no match)"]],
  ["missing.txt", ["missing.txt (no file)"]],
  ["missing/**", ["missing/** (no match)"]],
  ["frame_1.jpg/*", ["frame_1.jpg/* (no match)"]],
])("%s is %j", async (pattern, paths) => {
  expect(await found(await taskFolder(...film), pattern)).toEqual(paths);
});

test("files of a parent folder are saved without the leading ../", async () => {
  const wd = await taskFolder("a.txt", "../shared/x/y.txt");
  expect(await found(wd, "../shared")).toEqual(["shared/x/y.txt"]);
});

test("an absolute pattern keeps the path after its fixed part, an absolute folder its content's paths, an absolute file its name", async () => {
  const wd = await taskFolder(...film);
  expect(await found("/", join(wd, "depth/**/*.bin"))).toEqual(["raw/1.bin"]);
  expect(await found("/", join(wd, "*/*.exr"))).toEqual(["depth/1.exr"]);
  expect(await found("/", join(wd, "depth"))).toEqual(["1.exr", "raw/1.bin"]);
  expect(await found("/", join(wd, "depth/raw/1.bin"))).toEqual(["1.bin"]);
});

test("a file that matches several patterns is found once", async () => {
  const wd = await taskFolder(...film);
  expect(await found(wd, ["*.jpg", "frame_1.jpg", ".", join(wd, "frame_1.jpg")])).toEqual([
    "depth/1.exr",
    "depth/raw/1.bin",
    "frame_1.jpg",
    "frame_10.jpg",
    "frame_2.jpg",
  ]);
});

test("a pattern that is the name of an existing file means that file", async () => {
  const names = [
    "[1].txt",
    "a*b.txt",
    "what?.txt",
    "{x,y}.txt",
    "!important.txt",
    "(copy).txt",
    "back\\slash.txt",
  ];
  const wd = await taskFolder(...names, "1.txt", "aXb.txt", "x.txt");
  for (const name of names) {
    const path = name.replace("\\", "/");
    expect(await found(wd, name)).toEqual([path]);
  }
  await mkdir(join(wd, "[dir]"));
  await writeFile(join(wd, "[dir]", "a.txt"), "");
  expect(await found(wd, "[dir]")).toEqual(["[dir]/a.txt"]);
  expect(await found(wd, "(copy)*")).toEqual(["(copy).txt"]);
});

test("a wildcard after a backslash is a plain character", async () => {
  const wd = await taskFolder("[1] a.txt", "[1] b.txt", "1 c.txt", "a*b", "aXb");
  expect(await found(wd, "\\[1\\]*.txt")).toEqual(["[1] a.txt", "[1] b.txt"]);
  expect(await found(wd, "a\\*b")).toEqual(["a*b"]);
});

test("a negated pattern is refused, with the option to use instead", async () => {
  const wd = await taskFolder("a.txt");
  const error = await captureError(found(wd, ["*", "!a.txt"]));
  expect(error).toBeInstanceOf(RangeError);
  expect(error).toMatchObject({ argument: "patterns" });
  expect(error.message).toContain("exclude");
  await writeFile(join(wd, "!b.txt"), "");
  expect(await found(wd, "./!*")).toEqual(["!b.txt"]);
});

test("excluded files are not found; patterns without a slash exclude by the file name", async () => {
  const wd = await taskFolder(...film);
  expect(await found(wd, ".", { exclude: ["*.jpg"] })).toEqual(["depth/1.exr", "depth/raw/1.bin"]);
  expect(await found(wd, ["**", "frame_1.jpg"], { exclude: ["frame_*", "1.exr"] })).toEqual([
    "depth/raw/1.bin",
  ]);
  expect(await found(wd, ".", { exclude: ["depth/**"] })).toEqual([
    "frame_1.jpg",
    "frame_10.jpg",
    "frame_2.jpg",
  ]);
  expect(await found(wd, "../std*.txt", { exclude: ["stderr.txt"] })).toEqual(["stdout.txt"]);
});

test("the destination prefix is added to every output path, and is not compared with exclude", async () => {
  const wd = await taskFolder("a.txt", "../up.txt");
  expect(
    await found(wd, ["*.txt", "../up.txt"], { destinationPrefix: "run-2/", exclude: ["run-2/**"] }),
  ).toEqual(["run-2/a.txt", "run-2/up.txt"]);
});

test("hidden files are skipped, and reported for a folder, unless included or named", async () => {
  const wd = await taskFolder("a.txt", ".env", ".cache/x", "b/.hidden");
  expect(await found(wd, "**")).toEqual(["a.txt"]);
  expect(await found(wd, ".")).toEqual([
    ".cache (hidden file)",
    ".env (hidden file)",
    "a.txt",
    "b/.hidden (hidden file)",
  ]);
  expect(await found(wd, ".", { exclude: [".*"] })).toEqual(["a.txt"]);
  expect(await found(wd, ".env")).toEqual([".env"]);
  expect(await found(wd, ".cache")).toEqual([".cache/x"]);
  expect(await found(wd, ".*")).toEqual([".env"]);
  expect(await found(wd, "**/.hidden")).toEqual(["b/.hidden"]);
  expect(await found(wd, "**", { includeHidden: true })).toEqual([".cache/x", ".env", "a.txt", "b/.hidden"]);
  expect(await found(wd, [".", ".env"])).toContain(".env");
});

test("symbolic links in folders and globs are skipped and reported, unless they are followed", async () => {
  const wd = await taskFolder("a.txt", "real/b.txt");
  await symlink("a.txt", join(wd, "link.txt"));
  await symlink("real", join(wd, "folder"));
  await symlink("missing", join(wd, "nowhere"));
  await symlink("loop", join(wd, "loop"));
  const skipped = [
    "folder (symbolic link)",
    "link.txt (symbolic link)",
    "loop (symbolic link)",
    "nowhere (symbolic link)",
  ];
  expect(await found(wd, ".")).toEqual(["a.txt", ...skipped, "real/b.txt"].sort());
  expect(await found(wd, "l*")).toEqual([...skipped.slice(1, 3), "l* (no match)"]);
  const followed = { followSymbolicLinks: true };
  expect(await found(wd, "**", followed)).toEqual([
    "a.txt",
    "folder/b.txt",
    "link.txt",
    "loop (ELOOP)",
    "nowhere (ENOENT)",
    "real/b.txt",
  ]);
});

test("a symbolic link that a pattern names is followed; a broken one fails", async () => {
  const wd = await taskFolder("real/b.txt");
  await symlink("real/b.txt", join(wd, "link.txt"));
  await symlink("real", join(wd, "folder"));
  await symlink("b.txt", join(wd, "real/inner"));
  await symlink("missing", join(wd, "nowhere"));
  await symlink("loop", join(wd, "loop"));
  expect(await found(wd, ["folder", "link.txt", "loop", "nowhere"])).toEqual([
    "folder/b.txt",
    "folder/inner (symbolic link)",
    "link.txt",
    "loop (ELOOP)",
    "nowhere (ENOENT)",
  ]);
});

test("each pattern that no file matches is named; links and hidden files are no matches, excluded files are", async () => {
  const wd = await taskFolder("a.txt", "hidden/.b", "empty/../c.tmp");
  await symlink("a.txt", join(wd, "link.txt"));
  expect(await found(wd, ["a.txt", "result.csv", "*.csv", "hidden", "l*"])).toEqual([
    "a.txt",
    "hidden/.b (hidden file)",
    "link.txt (symbolic link)",
    "result.csv (no file)",
    "*.csv (no match)",
    "hidden (no file)",
    "l* (no match)",
  ]);
  expect(await found(wd, ["a.txt", "*.tmp"], { exclude: ["*.tmp"] })).toEqual(["a.txt"]);
});

test("links in the part of a pattern before its first wildcard are followed", async () => {
  const wd = await taskFolder("real/b.txt");
  await symlink("real", join(wd, "folder"));
  expect(await found(wd, "folder/*.txt")).toEqual(["folder/b.txt"]);
  expect(await found(wd, "folder/b.txt")).toEqual(["folder/b.txt"]);
});

test("names that cannot be output paths are reported with the reason, and the others are found", async () => {
  const wd = await taskFolder("good.txt", "line\nfeed.txt", "ends-in-dot.", "folder./x.txt", "c:drive.txt");
  expect(await found(wd, "**")).toEqual([
    "c:drive.txt (UnsupportedName)",
    "ends-in-dot. (UnsupportedName)",
    "folder./x.txt (UnsupportedName)",
    "good.txt",
    "line\nfeed.txt (UnsupportedName)",
  ]);
  expect(await found(wd, "**", { exclude: ["*.", "*feed*", "folder./**", "c:*"] })).toEqual(["good.txt"]);
});

test("a folder that cannot be read is reported, also for a pattern that names only files", async () => {
  const wd = await taskFolder("a.txt");
  using deep = tooDeepFolder(wd);
  expect(await found(wd, "**/*.txt")).toEqual(["a.txt", `${deep.path} (ENAMETOOLONG)`]);
  expect(await found(wd, "*.txt")).toEqual(["a.txt"]);
});

test("bytes of a name that are not UTF-8 are written as %FF, of files and of folders", async () => {
  const wd = await taskFolder("good.txt");
  const latin1 = (path: string): Buffer => Buffer.from(`${wd}/${path}`, "latin1");
  await writeFile(latin1("caf\xe9.txt"), "x");
  await writeFile(latin1("\xc3\xbc-\xff\xfe"), "x");
  await mkdir(latin1("dir\xe9"));
  await writeFile(latin1("dir\xe9/\xe4.txt"), "x");
  const all = ["caf%E9.txt", "dir%E9/%E4.txt", "good.txt", "\u00fc-%FF%FE"];
  expect(await found(wd, "**")).toEqual(all);
  expect(await found(wd, ".")).toEqual(all);
  expect(await found(wd, ["c*.txt", "dir*/*"])).toEqual(["caf%E9.txt", "dir%E9/%E4.txt"]);
  expect(await found(wd, "**", { exclude: ["caf%E9.txt", "dir*/**"] })).toEqual(all.slice(2));
});

test("a name that is not UTF-8 is found as a program receives it in its arguments", async () => {
  const wd = await taskFolder("cafe.txt");
  await writeFile(Buffer.from(`${wd}/caf\xe9.txt`, "latin1"), "x");
  expect(await found(wd, "caf\ufffd.txt")).toEqual(["caf%E9.txt"]);
  expect(await found(wd, "caf\ufffd.csv")).toEqual(["caf\ufffd.csv (no file)"]);
});

test("two files with the same output path are refused, naming both", async () => {
  const wd = await taskFolder("stdout.txt", "../stdout.txt", "a/x.txt", "b/x.txt");
  const error = await captureOurError(found(wd, ["stdout.txt", "../stdout.txt"]), "DestinationConflict");
  expect(error.path).toBe("stdout.txt");
  expect(error.message).toContain(join(wd, "stdout.txt"));
  expect(error.message).toContain(join(wd, "../stdout.txt"));
  await captureOurError(found(wd, [join(wd, "a"), join(wd, "b")]), "DestinationConflict");
  expect(await found(wd, ["a", "b"])).toEqual(["a/x.txt", "b/x.txt"]);
});

test("names are in the order of their output paths, whatever order they were found in", async () => {
  const wd = await taskFolder("b", "a", "B", "a/../ä", "10", "9", "c/a");
  expect(await found(wd, ["c", "9", "**"])).toEqual(["10", "9", "B", "a", "b", "c/a", "ä"]);
});

test("the search for files can be aborted", async () => {
  const wd = await taskFolder(...film);
  const error = await captureError(found(wd, "**", { abortSignal: AbortSignal.abort() }));
  expect(error.name).toBe("AbortError");
});
