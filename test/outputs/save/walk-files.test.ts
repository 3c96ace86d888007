import { execFile } from "node:child_process";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

import { createLocalPath } from "../../../src/outputs/save/local-path.js";
import { walkFiles, type WalkOptions } from "../../../src/outputs/save/walk-files.js";
import { captureError } from "../../support/capture-error.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";
import { tooDeepFolder } from "./too-deep-folder.js";

async function folderOf(...paths: readonly string[]): Promise<string> {
  const folder = createTemporaryFolder();
  for (const path of paths) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), path);
  }
  return folder;
}

/** What a walk tells, as lines. */
async function walked(folder: string, options: Partial<WalkOptions> = {}): Promise<string[]> {
  const lines: string[] = [];
  const all = { maxDepth: Infinity, includeHidden: false, followSymbolicLinks: false, ...options };
  for await (const entries of walkFiles(createLocalPath(folder), all))
    for (const entry of entries) {
      const why = "error" in entry && "code" in entry.error ? ` ${String(entry.error.code)}` : "";
      const path = relative(folder, entry.path).replaceAll(sep, "/") || ".";
      lines.push(`${path}: ${entry.type}${why}`);
    }
  return lines.sort();
}

test("all files below a folder are found, at any depth", async () => {
  const folder = await folderOf("a", "b/c", "b/d/e/f");
  await mkdir(join(folder, "empty"));
  expect(await walked(folder)).toEqual(["a: file", "b/c: file", "b/d/e/f: file"]);
});

test("a walk ends at the given depth", async () => {
  const folder = await folderOf("a", "b/c", "b/d/e");
  expect(await walked(folder, { maxDepth: 0 })).toEqual(["a: file"]);
  expect(await walked(folder, { maxDepth: 1 })).toEqual(["a: file", "b/c: file"]);
});

test("hidden files and folders are reported and not entered, unless requested", async () => {
  const folder = await folderOf("a", ".env", ".git/config", "b/.cache/x");
  expect(await walked(folder)).toEqual([
    ".env: hidden file",
    ".git: hidden file",
    "a: file",
    "b/.cache: hidden file",
  ]);
  expect(await walked(folder, { includeHidden: true })).toEqual([
    ".env: file",
    ".git/config: file",
    "a: file",
    "b/.cache/x: file",
  ]);
});

test("symbolic links are reported and not followed, unless requested: then they are their targets", async () => {
  const folder = await folderOf("a", "real/b");
  await symlink("a", join(folder, "to-file"));
  await symlink("real", join(folder, "to-folder"));
  await symlink("missing", join(folder, "to-nothing"));
  await symlink("to-itself", join(folder, "to-itself"));
  expect(await walked(folder)).toEqual([
    "a: file",
    "real/b: file",
    "to-file: symbolic link",
    "to-folder: symbolic link",
    "to-itself: symbolic link",
    "to-nothing: symbolic link",
  ]);
  expect(await walked(folder, { followSymbolicLinks: true })).toEqual([
    "a: file",
    "real/b: file",
    "to-file: file",
    "to-folder/b: file",
    "to-itself: unreadable ELOOP",
    "to-nothing: unreadable ENOENT",
  ]);
});

test("a link that leads back to a folder above it is not followed again", async () => {
  const folder = await folderOf("sub/a");
  await symlink("..", join(folder, "sub", "back"));
  await symlink(folder, join(folder, "sub", "to-the-top"));
  await symlink("sub", join(folder, "twin"));
  expect(await walked(folder, { followSymbolicLinks: true })).toEqual(["sub/a: file", "twin/a: file"]);
});

test("pipes and sockets are skipped without waiting for data", async () => {
  const folder = await folderOf("a");
  await promisify(execFile)("mkfifo", [join(folder, "pipe")]);
  await symlink("pipe", join(folder, "to-pipe"));
  await symlink("/dev/zero", join(folder, "to-device"));
  expect(await walked(folder, { followSymbolicLinks: true })).toEqual(["a: file"]);
});

test("a folder that cannot be read is reported with the reason, and the others are still walked", async () => {
  const folder = await folderOf("a", "z/b");
  using deep = tooDeepFolder(folder);
  expect(await walked(folder)).toEqual(
    ["a: file", `${deep.path}: unreadable folder ENAMETOOLONG`, "z/b: file"].sort(),
  );
  expect(await walked(join(folder, "gone"))).toEqual([".: unreadable folder ENOENT"]);
});

test("a walk can be aborted", async () => {
  const folder = await folderOf("a", "b", "c");
  const stop = new AbortController();
  const error = await captureError(
    (async () => {
      const options = {
        maxDepth: 9,
        includeHidden: false,
        followSymbolicLinks: false,
        abortSignal: stop.signal,
      };
      for await (const _ of walkFiles(createLocalPath(folder), options)) stop.abort();
    })(),
  );
  expect(error.name).toBe("AbortError");
});
