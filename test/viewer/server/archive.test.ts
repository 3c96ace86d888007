import { gzipSync } from "node:zlib";
import { makeZip } from "client-zip";
import { describe, expect, test } from "vitest";

import { outputBlobName } from "../../../src/conventions/index.js";
import type {
  ArchiveEnd,
  ArchiveEntry,
  SearchHit,
  SearchProgress,
} from "../../../src/viewer/protocol/index.js";
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
  const list = async (format: string) =>
    await listArchive(await ask(`api/archive/${container}/${blobName}?format=${format}`));
  await put(blobName, tar);
  expect(await list("tar")).toEqual({ paths: expected, sizes: [4, 1_000_000, 1, 0, 3], end: whole });
  await put(blobName, gzipSync(tar));
  expect((await list("tgz")).paths).toEqual(expected);
  await put(blobName, tar.subarray(0, 500_000));
  expect(await list("tar")).toEqual({ paths: ["small.txt", "large.bin"], sizes: [4, 1_000_000], end: part });
});

test("a tar file whose sizes lead back is reported, and ends", async () => {
  const { ask, container, put } = await setUpViewer();
  const tar = createTar([
    { path: "a", content: "x".repeat(600) },
    { path: "b", content: "b" },
  ]);
  const at = 512 + 1024;
  const before = tar.subarray(at + 124, at + 136).reduce((all, byte) => all + byte, 0);
  tar.write("-0000003000\0", at + 124);
  const after = tar.subarray(at + 124, at + 136).reduce((all, byte) => all + byte, 0);
  tar.write(`${(sumOf(tar, at) + after - before).toString(8).padStart(6, "0")}\0 `, at + 148);
  await put(blobName, tar);
  const messages = await readMessages(await ask(`api/archive/${container}/${blobName}?format=tar`));
  expect(messages).toMatchObject([{ failed: { code: "NotAnArchive" } }]);
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
  for (const query of ["", "?format=rar"])
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

describe("a file in an archive", () => {
  const large = Buffer.from(Array.from({ length: 900_000 }, (_, index) => (index * 7919) % 251));
  const files = [
    { path: "../../outside.txt", content: "outside" },
    { path: "deep/large.bin", content: large },
    { path: "page.html", content: "<script>alert(1)</script>" },
    { path: "frame.png", content: "not really" },
    { path: "empty.txt", content: "" },
  ];
  const archives = [
    [
      "zip",
      async () => await createZip(Object.fromEntries(files.map(({ path, content }) => [path, content]))),
    ],
    ["tar", () => Promise.resolve(createTar(files))],
    ["tgz", () => Promise.resolve(gzipSync(createTar(files)))],
  ] as const;

  test.each(archives)(
    "is sent from a %s as it is, and never as something that a browser runs",
    async (format, create) => {
      const { ask, container, put } = await setUpViewer();
      await put(blobName, await create());
      const open = async (entry: string, more = "") =>
        await ask(
          `archive-content/${container}/${blobName}?${new URLSearchParams({ format, entry }).toString()}${more}`,
        );
      for (const { path, content } of files) {
        const response = await open(path);
        expect(response.status).toBe(200);
        expect(Buffer.from(await response.arrayBuffer()).equals(Buffer.from(content))).toBe(true);
        expect(response.headers.get("content-security-policy")).toContain("sandbox");
        expect(response.headers.get("x-content-type-options")).toBe("nosniff");
      }
      const page = await open("page.html");
      expect(page.headers.get("content-type")).toBe("application/octet-stream");
      expect(page.headers.get("content-disposition")).toMatch(/^attachment/);
      expect((await open("frame.png")).headers.get("content-disposition")).toMatch(/^inline/);
      expect((await open("frame.png", "&download")).headers.get("content-disposition")).toMatch(
        /^attachment/,
      );
      expect(await readFailureCode(await open("nothing"))).toBe("404 NotFound");
      expect(await readFailureCode(await open(""))).toBe("400 BadRequest");
    },
  );

  test.each(archives)("is searched in a %s", async (format, create) => {
    const { ask, container, put } = await setUpViewer();
    await put(blobName, await create());
    const parameters = new URLSearchParams({ format, entry: "page.html", q: "ALERT" });
    const messages = await readMessages<SearchHit, SearchProgress>(
      await ask(`api/search/${container}/${blobName}?${parameters.toString()}`),
    );
    expect(messages).toMatchObject([
      { item: { text: "<script>alert(1)</script>", lineStart: 0 } },
      { progress: { searchedBytes: 25, totalBytes: 25 } },
      { end: true },
    ]);
  });

  test("is read by ranges, without the files before it", async () => {
    const { ask, container, put, proxy } = await setUpViewer();
    await put(blobName, createTar([{ path: "first.bin", content: large }, ...files]));
    const before = proxy.exchanges.length;
    const response = await ask(`archive-content/${container}/${blobName}?format=tar&entry=empty.txt`);
    expect(await response.text()).toBe("");
    const sizes = proxy.exchanges.slice(before).filter(({ operation }) => operation === "GetBlob");
    expect(sizes.length).toBeLessThanOrEqual(4);
  });

  test("that is encrypted, or damaged, is reported or breaks off", async () => {
    const { ask, container, put } = await setUpViewer();
    const zip = await createZip({ "a.txt": "text" });
    const encrypted = Buffer.from(zip);
    // The flag is in the local header and in the directory.
    encrypted.writeUInt16LE(encrypted.readUInt16LE(6) | 1, 6);
    const directory = encrypted.indexOf("PK\x01\x02");
    encrypted.writeUInt16LE(encrypted.readUInt16LE(directory + 8) | 1, directory + 8);
    await put(blobName, encrypted);
    const address = `archive-content/${container}/${blobName}?format=zip&entry=a.txt`;
    expect(await readFailureCode(await ask(address))).toBe("422 NotAnArchive");
    const tar = createTar([{ path: "a.bin", content: large }]);
    await put(blobName, tar.subarray(0, 500_000));
    const cut = await ask(`archive-content/${container}/${blobName}?format=tar&entry=a.bin`);
    await expect(cut.arrayBuffer()).rejects.toThrow();
  });
});
