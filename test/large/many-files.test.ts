import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type LargeStore, openLargeStore } from "./large-store.js";
import { pseudoRandomBytes } from "./programs/pseudo-random-bytes.mjs";
import { scale } from "./scale.js";

const mebibyte = 1024 * 1024;
const { count: fileCount, bytes: sizeBytes } = scale.files;

/** 100 folders. */
const paths = Array.from({ length: fileCount }, (_, index) => {
  const folder = String(Math.floor(index / (fileCount / 100))).padStart(3, "0");
  return `${folder}/frame-${String(index).padStart(5, "0")}.bin`;
});
/** The first ten folders. */
const someOfThem = { pattern: "00?/*.bin", count: fileCount / 10 };
const allOfThem = { pattern: "**", count: paths.length };

/** Of the 1,024 that are usual, a part: what is opened has to be closed, and not all at the end. */
const openFileLimit = 256;

/**
 * What the result says of one file: its paths, its reference, its digest; and what else was not let go. Less than a quarter
 * of the smallest file.
 */
const maxHeldBytesPerFile = 2 * 1024;

/**
 * How much higher the peak may be with ten times the files. Less than the 141 MiB that those more hold, so that a process which
 * gives no buffer back cannot pass. More than the result takes, because V8 lets garbage grow to some times of what is
 * still in use before it looks for it; the storage SDK leaves more of it for a fetch than for a save.
 */
const maxGrowthBytes = 128 * mebibyte;
const maxPeakBytes = { saving: 250 * mebibyte, fetching: 448 * mebibyte };

/** What both many-files programs tell. */
interface ManyFiles {
  readonly entries: number;
  readonly heldBytesPerFile: number;
}

describe(`${fileCount} small files, with no more than 256 open at a time`, () => {
  let store: LargeStore;
  let source: string;
  const digests = new Map<string, string>();

  beforeAll(async () => {
    store = await openLargeStore();
    source = join(store.folder, "source");
    for (const path of paths) {
      const content = contentOf(path);
      digests.set(path, createHash("md5").update(content).digest("hex"));
      mkdirSync(dirname(join(source, path)), { recursive: true });
      writeFileSync(join(source, path), content);
    }
  });

  afterAll(async () => {
    await store[Symbol.asyncDispose]();
  });

  test("are as many different ones", () => {
    expect(new Set(digests.values()).size).toBe(fileCount);
  });

  test("are saved by one call, in memory that barely depends on their number", async ({ annotate }) => {
    const [peaks, heldBytes]: [number[], number[]] = [[], []];
    for (const { pattern, count } of [someOfThem, allOfThem]) {
      const { stdout, stderr, peakRssBytes } = await store.run("save-many.mjs", [source, pattern], {
        openFileLimit,
      });
      const saved = JSON.parse(stdout) as ManyFiles;
      await annotate(`${count} saved: peak ${inMebibytes(peakRssBytes)}, ${held(saved)}`);
      expect(saved, stderr).toMatchObject({
        entries: count,
        savedCount: count,
        failedCount: 0,
        savedBytes: count * sizeBytes,
      });
      peaks.push(peakRssBytes);
      heldBytes.push(count * saved.heldBytesPerFile);
    }
    expectFlat("saving", peaks, heldBytes);
  });

  test("are all listed, each with its digest", async () => {
    const listed = new Map<string, string>();
    for await (const { filePath, contentMD5 } of store.outputs.listOutputs("TaskOutput"))
      listed.set(filePath, Buffer.from(contentMD5 ?? []).toString("hex"));
    expect(listed.size).toBe(fileCount);
    expect(paths.filter((path) => listed.get(path) !== digests.get(path))).toEqual([]);
  });

  test("are listed in memory that does not depend on the number of pages", async ({ annotate }) => {
    const { stdout, peakRssBytes } = await store.run("list.mjs", []);
    const { heldMore, ...listed } = JSON.parse(stdout) as Record<"count" | "bytes" | "heldMore", number>;
    await annotate(`listed: peak ${inMebibytes(peakRssBytes)}, ${heldMore} bytes more at the last page`);
    expect(listed).toEqual({ count: fileCount, bytes: fileCount * sizeBytes });
    // The references of all pages take more than a kibibyte each; a page is given up for the next one.
    expect(heldMore).toBeLessThan((fileCount * 1024) / 2);
  });

  test("are downloaded unchanged by one call, in memory that barely depends on their number", async ({
    annotate,
  }) => {
    const [peaks, heldBytes]: [number[], number[]] = [[], []];
    for (const { pattern, count } of [someOfThem, allOfThem]) {
      const target = join(store.folder, `fetched-${count}`);
      const { stdout, stderr, peakRssBytes } = await store.run("download-many.mjs", [target, pattern], {
        openFileLimit,
      });
      const fetched = JSON.parse(stdout) as ManyFiles;
      await annotate(`${count} fetched: peak ${inMebibytes(peakRssBytes)}, ${held(fetched)}`);
      expect(fetched, stderr).toMatchObject({
        entries: count,
        downloadedCount: count,
        failedCount: 0,
        renamedCount: 0,
        downloadedBytes: count * sizeBytes,
      });
      const files = filesIn(target);
      expect(files.length).toBe(count);
      const isRight = (path: string): boolean =>
        Buffer.compare(readFileSync(join(target, path)), contentOf(path)) === 0;
      expect(files.filter((path) => !isRight(path))).toEqual([]);
      peaks.push(peakRssBytes);
      heldBytes.push(count * fetched.heldBytesPerFile);
    }
    expectFlat("fetching", peaks, heldBytes);
  });
});

function contentOf(path: string): Buffer {
  return Buffer.concat([...pseudoRandomBytes(path, sizeBytes)]);
}

/** With "/" between its names, as output paths have. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"));
}

function expectFlat(
  doing: keyof typeof maxPeakBytes,
  [few = 0, many = 0]: readonly number[],
  [heldForFew = 0, heldForMany = 0]: readonly number[],
): void {
  expect(many).toBeLessThan(maxPeakBytes[doing]);
  expect(many - few).toBeLessThan(maxGrowthBytes);
  // The difference, because a process holds this and that whatever the number of files.
  const moreFiles = allOfThem.count - someOfThem.count;
  expect((heldForMany - heldForFew) / moreFiles).toBeLessThan(maxHeldBytesPerFile);
}

function inMebibytes(bytes: number): string {
  return `${Math.round(bytes / mebibyte)} MiB`;
}

function held({ heldBytesPerFile }: ManyFiles): string {
  return `${Math.round(heldBytesPerFile)} bytes held for each`;
}
