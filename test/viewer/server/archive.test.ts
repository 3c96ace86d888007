import { gzipSync } from "node:zlib";
import { makeZip } from "client-zip";
import { expect, test } from "vitest";

import { outputBlobName } from "../../../src/conventions/index.js";
import type { ArchiveEnd, ArchiveEntry } from "../../../src/viewer/protocol/index.js";
import { createTar } from "../support/create-tar.js";
import { readFailureCode, readMessages, setUpViewer } from "./support/viewer-fixture.js";

const blobName = outputBlobName({ taskId: "t1", kind: "TaskOutput", path: "results.zip" });

async function createZip(files: Readonly<Record<string, Uint8Array | string>>): Promise<Buffer> {
  const entries = Object.entries(files).map(([name, input]) => ({ name, input, lastModified: new Date(0) }));
  return Buffer.from(await new Response(makeZip(entries)).arrayBuffer());
}

async function listArchive(response: Response): Promise<{ paths: string[]; sizes: number[]; end: unknown }> {
  const messages = await readMessages<ArchiveEntry, never, ArchiveEnd>(response);
  const entries = messages.flatMap((message) => ("item" in message ? [message.item] : []));
  return {
    paths: entries.map(({ path }) => path),
    sizes: entries.map(({ size }) => size),
    end: messages.at(-1),
  };
}

/** The checksum of a header, as it is written in it. */
function sumOf(tar: Buffer, at: number): number {
  return Number.parseInt(tar.toString("latin1", at + 148, at + 154), 8);
}

const whole = { end: { isPart: false } };
const part = { end: { isPart: true } };

test("a zip is listed from its central directory, with any names, without reading its content", async () => {
  const { ask, container, put, proxy } = await setUpViewer();
  const names = ["a.txt", "../../outside.txt", "/absolute", "ünïcode/日本.txt"];
  const files = Object.fromEntries(names.map((name) => [name, "text"]));
  await put(blobName, await createZip({ "large.bin": Buffer.alloc(3_000_000, 7), ...files }));
  const listed = await listArchive(await ask(`api/archive/${container}/${blobName}?format=zip`));
  expect(listed.paths).toEqual(["large.bin", ...names]);
  expect(listed.sizes.slice(0, 2)).toEqual([3_000_000, 4]);
  expect(listed.end).toEqual(whole);
  const reads = proxy.exchanges.filter(({ operation }) => operation === "GetBlob");
  expect(reads.length).toBeLessThanOrEqual(2);
});

test("a tar file is listed header by header, with long names, and a compressed one as far as it is complete", async () => {
  const { ask, container, put } = await setUpViewer();
  const long = `${"folder/".repeat(30)}file.txt`;
  const tar = createTar([
    { path: "small.txt", content: "text" },
    { path: "large.bin", content: Buffer.alloc(1_000_000) },
    { path: long, content: "x" },
    { path: "grüße/", content: "" },
    { path: "last.txt", content: "end" },
  ]);
  const expected = ["small.txt", "large.bin", long, "grüße/", "last.txt"];
  const list = async (query: string) =>
    await listArchive(await ask(`api/archive/${container}/${blobName}?format=tar${query}`));
  await put(blobName, tar);
  expect(await list("")).toEqual({ paths: expected, sizes: [4, 1_000_000, 1, 0, 3], end: whole });
  await put(blobName, gzipSync(tar));
  expect((await list("&unpack=gzip")).paths).toEqual(expected);
  await put(blobName, tar.subarray(0, 500_000));
  expect(await list("")).toEqual({ paths: ["small.txt", "large.bin"], sizes: [4, 1_000_000], end: part });
});

test("a file that is not an archive, or damaged, is reported", async () => {
  const { ask, container, put } = await setUpViewer();
  await put(blobName, "PK, but not a zip file".repeat(100));
  for (const format of ["zip", "tar"]) {
    const messages = await readMessages(await ask(`api/archive/${container}/${blobName}?format=${format}`));
    expect(messages).toMatchObject([{ failed: { code: "NotAnArchive" } }]);
  }
  const damaged = createTar([
    { path: "a", content: "a" },
    { path: "b", content: "b" },
  ]);
  damaged.write("damage", 1024 + 150);
  await put(blobName, damaged);
  const messages = await readMessages(await ask(`api/archive/${container}/${blobName}?format=tar`));
  expect(messages.at(-1)).toMatchObject({ failed: { code: "NotAnArchive" } });
  const extras = createTar(Array.from({ length: 200 }, () => ({ path: "x", content: "" })));
  for (let at = 0; at < 200 * 512; at += 512) {
    const changed = 0x78 - (extras[at + 156] ?? 0) + sumOf(extras, at);
    extras[at + 156] = 0x78;
    extras.write(`${changed.toString(8).padStart(6, "0")}\0 `, at + 148);
  }
  await put(blobName, extras);
  const endless = await readMessages(await ask(`api/archive/${container}/${blobName}?format=tar`));
  expect(endless).toMatchObject([{ failed: { code: "NotAnArchive" } }]);
  for (const query of ["", "?format=rar", "?format=zip&unpack=gzip"])
    expect(await readFailureCode(await ask(`api/archive/${container}/${blobName}${query}`))).toBe(
      "400 BadRequest",
    );
});

test("an archive of too many entries is listed in part", async () => {
  const { ask, container, put } = await setUpViewer();
  const files = Array.from({ length: 10_001 }, (_, index) => ({ path: `file-${index}`, content: "" }));
  await put(blobName, createTar(files));
  const { paths, end } = await listArchive(await ask(`api/archive/${container}/${blobName}?format=tar`));
  expect([paths.length, end]).toEqual([10_000, part]);
});
