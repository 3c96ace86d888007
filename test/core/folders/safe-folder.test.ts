import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, symlink, writeFile } from "node:fs/promises";
import { join, sep } from "node:path";
import { expect, test } from "vitest";

import { SafeFolder } from "../../../src/core/folders/safe-folder.js";
import { captureError, captureOurError } from "../../support/capture-error.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";

test("creates the folder, and the folders of a file in it", async () => {
  const root = join(createTemporaryFolder(), "new");
  await using folder = await SafeFolder.open(root);
  expect(await folder.preparePath("a/b/c.txt")).toBe(join(root, "a", "b", "c.txt"));
  expect(await folder.preparePath("d.txt")).toBe(join(root, "d.txt"));
  expect(await readdir(join(root, "a"))).toEqual(["b"]);
});

test("the folder can be reached through a symbolic link; its content cannot", async () => {
  const real = createTemporaryFolder();
  const link = join(createTemporaryFolder(), "link");
  await symlink(real, link);
  await using folder = await SafeFolder.open(link);
  expect(await folder.preparePath("x")).toBe(join(real, "x"));
  const outside = createTemporaryFolder();
  await symlink(outside, join(real, "a"));
  const error = await captureOurError(folder.preparePath("a/x"), "UnsafePath");
  expect(error.message).toContain("is a symbolic link");
  await captureOurError(folder.preparePath("a/b/x"), "UnsafePath");
  expect(await readdir(outside)).toEqual([]);
});

test("a dangling symbolic link is not a folder, and its target is not created", async () => {
  const root = createTemporaryFolder();
  const nowhere = join(createTemporaryFolder(), "nowhere");
  await symlink(nowhere, join(root, "a"));
  await using folder = await SafeFolder.open(root);
  await captureOurError(folder.preparePath("a/x"), "UnsafePath");
  expect(existsSync(nowhere)).toBe(false);
});

test("a file at a folder's path is rejected", async () => {
  const root = createTemporaryFolder();
  await writeFile(join(root, "a"), "");
  await using folder = await SafeFolder.open(root);
  const error = await captureOurError(folder.preparePath("a/x"), "UnsafePath");
  expect(error.message).toContain("is a file, not a folder");
});

test("each file below a link gets an error of its own, also if they are opened at the same time", async () => {
  const root = createTemporaryFolder();
  await symlink(createTemporaryFolder(), join(root, "a"));
  await using folder = await SafeFolder.open(root);
  const paths = ["a/x", "a/y", "a/b/z"];
  const errors = await Promise.all(
    paths.map((path) => captureOurError(folder.preparePath(path), "UnsafePath")),
  );
  expect(errors.map(({ path }) => path)).toEqual(paths);
  for (const { message } of errors) expect(message).toContain(`${join(root, "a")} is a symbolic link`);
});

test.each(["../x", "a/../../x", "..", ".", "a/..", ""])(
  "%j is rejected: it is outside of the folder, or the folder itself",
  async (path) => {
    await using folder = await SafeFolder.open(createTemporaryFolder());
    await captureOurError(folder.preparePath(path), "UnsafePath");
  },
);

test("a path that looks absolute is resolved below the folder", async () => {
  const root = createTemporaryFolder();
  await using folder = await SafeFolder.open(root);
  expect((await folder.preparePath("/etc/passwd")).startsWith(root + sep)).toBe(true);
});

test("files can be written to many folders at the same time", async () => {
  const root = createTemporaryFolder();
  await using folder = await SafeFolder.open(root);
  const paths = Array.from({ length: 50 }, (_, index) => `${index % 5}/${index % 3}/f${index}`);
  await Promise.all(
    paths.map(async (path) => {
      await writeFile(await folder.preparePath(path), path);
    }),
  );
  const written = await readdir(root, { recursive: true });
  expect(written.filter((name) => name.includes("f"))).toHaveLength(50);
});

test("a folder below a file cannot be opened", async () => {
  const file = join(createTemporaryFolder(), "file");
  await writeFile(file, "");
  const code = process.platform === "win32" ? "EEXIST" : "ENOTDIR";
  await expect(SafeFolder.open(join(file, "below"))).rejects.toMatchObject({ code });
});

test("a folder that is replaced during a write does not redirect the file, and the write fails", async () => {
  const root = createTemporaryFolder();
  const outside = createTemporaryFolder();
  await using folder = await SafeFolder.open(root);
  await using file = await folder.openFile("a/b/c.txt");
  await file.requireInPlace();
  await rename(join(root, "a", "b"), join(root, "moved"));
  await symlink(outside, join(root, "a", "b"));
  if (process.platform === "linux") {
    await writeFile(file.path, "safe");
    expect(await readdir(join(root, "moved"))).toEqual(["c.txt"]);
  }
  expect(await readdir(outside)).toEqual([]);
  const error = await captureOurError(file.requireInPlace(), "UnsafePath");
  expect(error.message).toContain("was replaced meanwhile");
});

test("files checked at the same time each fail if their folder was replaced", async () => {
  const root = createTemporaryFolder();
  await using folder = await SafeFolder.open(root);
  await using one = await folder.openFile("a/1.txt");
  await using other = await folder.openFile("a/2.txt");
  await Promise.all([one.requireInPlace(), other.requireInPlace()]);
  await rename(join(root, "a"), join(root, "moved"));
  const failures = await Promise.all(
    [one, other].map((file) => captureOurError(file.requireInPlace(), "UnsafePath")),
  );
  expect(failures.map((failure) => failure.path)).toEqual(["a/1.txt", "a/2.txt"]);
});

test("a folder whose parent was replaced is reported as moved, until it is moved back", async () => {
  const root = createTemporaryFolder();
  await using folder = await SafeFolder.open(root);
  await using file = await folder.openFile("a/b/c.txt");
  await rename(join(root, "a"), join(root, "moved"));
  await mkdir(join(root, "a", "b"), { recursive: true });
  await captureOurError(file.requireInPlace(), "UnsafePath");
  await rename(join(root, "a"), join(root, "other"));
  await captureOurError(file.requireInPlace(), "UnsafePath");
  await rename(join(root, "moved"), join(root, "a"));
  await file.requireInPlace();
});

test("a file system error contains the file's own path", async () => {
  const root = createTemporaryFolder();
  await using folder = await SafeFolder.open(root);
  await using file = await folder.openFile("a/c.txt");
  const error = file.explain(await captureError(readFile(file.path)));
  expect(String(error)).toContain(join(root, "a", "c.txt"));
});

test("the error of a folder that cannot be created contains its own path", async () => {
  const root = createTemporaryFolder();
  await using folder = await SafeFolder.open(root);
  const error = await captureError(folder.preparePath(`a/${"x".repeat(300)}/c.txt`));
  expect(String(error)).toContain(join(root, "a", "x".repeat(300)));
});

test("each file of a folder that cannot be created gets an error of its own", async () => {
  await using folder = await SafeFolder.open(createTemporaryFolder());
  const name = `a/${"x".repeat(300)}`;
  const [one, other, below] = await Promise.all(
    ["1.txt", "2.txt", "b/3.txt"].map((file) => captureError(folder.preparePath(`${name}/${file}`))),
  );
  expect(one).toMatchObject({ code: expect.any(String) as string, path: join(folder.root, name) });
  expect(other).toEqual(one);
  expect(below).toEqual(one);
  // Callers reword an error to name its file, which must not change the errors of the other files.
  expect(new Set([one, other, below]).size).toBe(3);
});

test.runIf(process.platform === "linux")(
  "the number of open folders is limited, however many files are written",
  async () => {
    const held = async (): Promise<number> => (await readdir("/proc/self/fd")).length;
    const before = await held();
    {
      await using folder = await SafeFolder.open(createTemporaryFolder());
      for (let index = 0; index < 200; index += 1) {
        await using file = await folder.openFile(`${index}/x`);
        await writeFile(file.path, "");
      }
      expect(await held()).toBeLessThan(before + 40);
    }
    expect(await held()).toBeLessThan(before + 10);
  },
);
