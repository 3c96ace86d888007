import { execFile } from "node:child_process";
import {
  appendFile,
  chmod,
  link,
  mkdir,
  open,
  rename,
  rm,
  truncate,
  utimes,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

import { computeFileMD5, openSourceFile, type SourceFile } from "../../../src/storage/upload/source-file.js";
import { captureError, captureOurError } from "../../support/capture-error.js";
import { createFiller, computeMd5 } from "../../support/create-filler.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";

const MiB = 1024 * 1024;

/** A file that was written long ago, so that any write since then shows in its times, however coarse they are. */
async function sourceFile(content: Uint8Array | string): Promise<string> {
  const path = join(createTemporaryFolder(), "source.bin");
  await writeFile(path, content);
  await utimes(path, 1e9, 1e9);
  return path;
}

async function readAll(source: SourceFile): Promise<Buffer> {
  const reader = source.createReader();
  const parts: Buffer[] = [];
  for (;;) {
    const target = Buffer.alloc(MiB);
    const filled = await reader.fill(target);
    parts.push(target.subarray(0, filled));
    if (filled < target.length) return Buffer.concat(parts);
  }
}

test.each([0, 1, MiB - 1, MiB, MiB + 1, 3 * MiB])("a file of %i bytes is read whole", async (size) => {
  const content = createFiller(size);
  await using source = await openSourceFile(await sourceFile(content));
  expect(source.sizeBytes).toBe(size);
  expect((await readAll(source)).equals(content)).toBe(true);
  expect((await readAll(source)).equals(content)).toBe(true);
  expect(Buffer.from(await computeFileMD5(source, {})).equals(computeMd5(content))).toBe(true);
  await source.requireUnchanged(contentOf(content));
});

function contentOf(content: Uint8Array | string): { sizeBytes: number; contentMD5: Uint8Array } {
  const bytes = Buffer.from(content);
  return { sizeBytes: bytes.length, contentMD5: computeMd5(bytes) };
}

type Change = (path: string) => Promise<unknown>;

const changes: Readonly<Record<string, Change>> = {
  grows: (path) => appendFile(path, "more"),
  shrinks: (path) => truncate(path, 3),
  "is overwritten in place by as much": async (path) => {
    await using file = await open(path, "r+");
    await file.write("XX", 2);
  },
  "is overwritten in place and given back its old time": async (path) => {
    await using file = await open(path, "r+");
    await file.write("XX", 2);
    await file.utimes(1e9, 1e9);
  },
  "is written anew": (path) => writeFile(path, "0123456789"),
};

test.each(Object.entries(changes))("a file that %s is reported as changed", async (_, change) => {
  const path = await sourceFile("0123456789");
  await using source = await openSourceFile(path);
  await source.requireUnchanged(contentOf("0123456789"));
  await change(path);
  const error = await captureOurError(source.requireUnchanged(contentOf("0123456789")), "SourceChanged");
  expect(error.path).toBe(path);
  expect(error.message).toContain(path);
});

const otherChanges: Readonly<Record<string, Change>> = {
  "gets another mode": (path) => chmod(path, 0o600),
  "gets a second name": (path) => link(path, `${path}.link`),
  "is renamed": (path) => rename(path, `${path}.renamed`),
  "is deleted": (path) => rm(path),
  "is overwritten with its own content and given back its old time": async (path) => {
    await using file = await open(path, "r+");
    await file.write("0123456789", 0);
    await file.utimes(1e9, 1e9);
  },
};

test.each(Object.entries(otherChanges))("a file that %s has not changed", async (_, change) => {
  const path = await sourceFile("0123456789");
  await using source = await openSourceFile(path);
  await change(path);
  await source.requireUnchanged(contentOf("0123456789"));
});

test("a file that is renamed, and of which something else was read, has changed", async () => {
  const path = await sourceFile("0123456789");
  await using source = await openSourceFile(path);
  await rename(path, `${path}.renamed`);
  await captureOurError(source.requireUnchanged(contentOf("012345678X")), "SourceChanged");
});

test("a read of more or fewer bytes than the file's size fails", async () => {
  await using source = await openSourceFile(await sourceFile("0123456789"));
  for (const sizeBytes of [0, 9, 11])
    await captureOurError(
      source.requireUnchanged({ ...contentOf("0123456789"), sizeBytes }),
      "SourceChanged",
    );
});

test("a growing file is read at most one byte past its size at opening", async () => {
  const path = await sourceFile("0123456789");
  await using source = await openSourceFile(path);
  const reader = source.createReader();
  await appendFile(path, "x".repeat(1000));
  expect(await reader.fill(Buffer.alloc(5))).toBe(5);
  expect(await reader.fill(Buffer.alloc(100))).toBe(6);
  expect(await reader.fill(Buffer.alloc(100))).toBe(0);
  expect(Buffer.from(await computeFileMD5(source, {})).equals(computeMd5(Buffer.from("0123456789x")))).toBe(
    true,
  );
});

test("a file that is replaced during the read is read from the opened file", async () => {
  const path = await sourceFile("0123456789");
  await using source = await openSourceFile(path);
  await writeFile(`${path}.new`, "another");
  await rename(`${path}.new`, path);
  expect((await readAll(source)).toString()).toBe("0123456789");
});

test("a missing file fails with the file system's error, which contains the path", async () => {
  const path = join(createTemporaryFolder(), "missing.txt");
  const error = await captureError(openSourceFile(path));
  expect(error).toMatchObject({ code: "ENOENT", path });
  expect(error.message).toContain(path);
});

test("a folder, a pipe, a socket and a device are rejected with their path, without waiting for data", async () => {
  const folder = createTemporaryFolder();
  const pipe = join(folder, "pipe");
  await promisify(execFile)("mkfifo", [pipe]);
  await mkdir(join(folder, "sub"));
  for (const path of [join(folder, "sub"), pipe, "/dev/zero"]) {
    const error = await captureError(openSourceFile(path));
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toMatch(/^sourcePath /);
    expect(error.message).toContain(path);
  }
  await rm(pipe);
});

test("computing a digest can be aborted", async () => {
  await using source = await openSourceFile(await sourceFile("0123456789"));
  const error = await captureError(computeFileMD5(source, { abortSignal: AbortSignal.abort() }));
  expect(error.name).toBe("AbortError");
});
