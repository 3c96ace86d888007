import { createHash } from "node:crypto";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import { appendFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

import { WorkerThread, requireValue } from "../../../src/storage/worker/worker-thread.js";
import { createWorkerTasks } from "../../../src/storage/worker/worker-tasks.js";
import { captureError } from "../../support/capture-error.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";

/** The same calls to the thread and to the work in this one. */
const ways = [
  ["here", createWorkerTasks({ fs, crypto })],
  ["in a thread", WorkerThread.start()],
] as const;

async function ask(
  way: (typeof ways)[number][1],
  ...[method, ...parameters]: Parameters<WorkerThread["ask"]>
): Promise<unknown> {
  if (way === undefined) throw new Error("no thread");
  if (way instanceof WorkerThread) return requireValue(await way.ask(method, ...parameters));
  return (way[method] as (...of: typeof parameters) => unknown)(...parameters);
}

const md5 = (content: string): Uint8Array => new Uint8Array(createHash("md5").update(content).digest());
const shared = (bytes: number): Uint8Array => new Uint8Array(new SharedArrayBuffer(bytes));

test.each(ways)("%s, a small file is read into the caller's memory, with its digest", async (_, way) => {
  const file = join(createTemporaryFolder(), "a");
  await writeFile(file, "content");
  const target = shared(100);
  const read = await ask(way, "readSmallFile", file, fs.constants.O_RDONLY, target);
  expect(read).toMatchObject({ bytes: 7, md5: expect.objectContaining({ length: 16 }) as unknown });
  expect(new Uint8Array((read as { md5: Uint8Array }).md5)).toEqual(md5("content"));
  expect(Buffer.from(target.subarray(0, 7)).toString()).toBe("content");
});

test.each(ways)(
  "%s, a file that is too long, missing or not a regular file is not handled",
  async (_, way) => {
    const folder = createTemporaryFolder();
    const file = join(folder, "a");
    await writeFile(file, "0123456789");
    for (const [of, bytes] of [
      [file, 10],
      [folder, 100],
      [join(folder, "none"), 100],
    ] as const)
      expect(await ask(way, "readSmallFile", of, fs.constants.O_RDONLY, shared(bytes))).toBe(
        "not a small file",
      );
    await appendFile(file, "");
    expect(await ask(way, "readSmallFile", file, fs.constants.O_RDONLY, shared(11))).toMatchObject({
      bytes: 10,
    });
  },
);

test.each(ways)(
  "%s, a file is written, over an existing one, and not into a missing folder",
  async (_, way) => {
    const folder = createTemporaryFolder();
    const missing = join(folder, "new", "a");
    await expect(
      ask(way, "writeSmallFile", `${missing}.partial`, missing, shared(1), undefined),
    ).rejects.toMatchObject({ code: "ENOENT" });
    const file = join(folder, "a");
    for (const content of ["first", "second one"]) {
      const bytes = shared(content.length);
      bytes.set(Buffer.from(content));
      await ask(way, "writeSmallFile", `${file}.partial`, file, bytes, md5(content));
      expect(await readFile(file, "utf8")).toBe(content);
    }
    expect(await readdir(folder)).toEqual(["a"]);
  },
);

test.each(ways)("%s, bytes with another digest are not written", async (_, way) => {
  const folder = createTemporaryFolder();
  const file = join(folder, "a");
  const digest = await ask(way, "writeSmallFile", `${file}.partial`, file, Buffer.from("x"), md5("y"));
  expect(new Uint8Array(digest as Uint8Array)).toEqual(md5("x"));
  expect(await readdir(folder)).toEqual([]);
});

test.each(ways)("%s, a file system error is thrown unchanged, and no file is left", async (_, way) => {
  const folder = createTemporaryFolder();
  const file = join(folder, "a");
  await mkdir(file);
  const error = await captureError(
    ask(way, "writeSmallFile", `${file}.partial`, file, Buffer.from("x"), md5("x")),
  );
  expect(error).toMatchObject({ code: "EISDIR", syscall: "rename", path: `${file}.partial`, dest: file });
  expect(error.message).toContain("EISDIR");
  expect(await readdir(folder)).toEqual(["a"]);
});

test.each(ways)("%s, digests of several contents are computed concurrently", async (_, way) => {
  const asked: Promise<unknown>[] = [];
  for (const part of ["a", "b", "c"])
    for (const id of [1, 2]) asked.push(ask(way, "updateMD5", id, Buffer.from(`${part}${id}`)));
  await Promise.all(asked);
  expect(new Uint8Array((await ask(way, "digestMD5", 1)) as Uint8Array)).toEqual(md5("a1b1c1"));
  expect(new Uint8Array((await ask(way, "digestMD5", 2)) as Uint8Array)).toEqual(md5("a2b2c2"));
  expect(new Uint8Array((await ask(way, "digestMD5", 3)) as Uint8Array)).toEqual(md5(""));
});
