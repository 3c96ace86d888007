import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

import { pseudoRandomDigests, sha256OfFile } from "./digests.js";
import { openLargeStore } from "./large-store.js";
import { scale } from "./scale.js";

const mebibyte = 1024 * 1024;

test("a large file is saved and downloaded unchanged by a process that never uses 250 MiB", async ({
  annotate,
}) => {
  await using store = await openLargeStore();
  const [source, target] = [join(store.folder, "source.bin"), join(store.folder, "fetched", "target.bin")];
  // No multiple of a block, so that the last one is a part.
  const sizeBytes = scale.fileBytes + 12_345;
  const { md5, sha256 } = await pseudoRandomDigests("a large file", sizeBytes, source);

  const { peakRssBytes } = await store.run("save-and-fetch.mjs", [source, target]);

  await annotate(`${inMebibytes(sizeBytes)} MiB: peak ${inMebibytes(peakRssBytes)} MiB`);
  const stored = await store.outputs.getOutput("TaskOutput", "large.bin").getProperties();
  expect(stored.size).toBe(sizeBytes);
  expect(Buffer.from(stored.contentMD5 ?? []).toString("hex")).toBe(md5);
  expect((await stat(target)).size).toBe(sizeBytes);
  expect(await sha256OfFile(target)).toBe(sha256);
  expect(await readdir(join(store.folder, "fetched"))).toEqual(["target.bin"]);
  await rm(target);
  // 4 blocks of 8 MiB at a time is what the library may hold; the rest is Node.js with the storage SDK.
  expect(peakRssBytes).toBeLessThan(250 * mebibyte);
});

test("a long stream of unknown length is saved, and read as a stream, in constant memory", async ({
  annotate,
}) => {
  await using store = await openLargeStore();
  const sizeBytes = scale.streamBytes + 54_321;
  const { md5, sha256 } = await pseudoRandomDigests("a long stream", sizeBytes);

  const saving = await store.run("save-stream.mjs", ["a long stream", sizeBytes]);
  const reading = await store.run("read-stream.mjs", []);

  const peaks = [saving, reading].map(({ peakRssBytes }) => inMebibytes(peakRssBytes));
  await annotate(`${inMebibytes(sizeBytes)} MiB: peaks ${peaks.join(" and ")} MiB`);
  const stored = await store.outputs.getOutput("TaskOutput", "stream.bin").getProperties();
  expect(stored.size).toBe(sizeBytes);
  expect(Buffer.from(stored.contentMD5 ?? []).toString("hex")).toBe(md5);
  expect(reading.stdout.trim()).toBe(sha256);
  expect(saving.peakRssBytes).toBeLessThan(250 * mebibyte);
  expect(reading.peakRssBytes).toBeLessThan(200 * mebibyte);
});

function inMebibytes(bytes: number): number {
  return Math.round(bytes / mebibyte);
}
