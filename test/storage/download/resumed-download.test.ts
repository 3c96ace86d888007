import { spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { lstat, readdir, readFile, symlink, truncate, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { expect, test } from "vitest";

import { BlobHandle } from "../../../src/storage/blob-handle.js";
import { downloadToFile } from "../../../src/storage/download/download-to-file.js";
import { createPartialName, formatVersion } from "../../../src/storage/download/partial-name.js";
import { redactUrl } from "../../../src/core/index.js";
import { captureError } from "../../support/capture-error.js";
import { setUpOutputs } from "../../support/output-fixture.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";

const MiB = 1024 * 1024;

async function setUp(content: Buffer) {
  const { proxy, client, jobId, stored } = await setUpOutputs();
  const blob = stored.getBlockBlobClient("a");
  const blobContentMD5 = createHash("md5").update(content).digest();
  await blob.uploadData(content, { blobHTTPHeaders: { blobContentMD5 } });
  const through = new BlobHandle(client.getJobOutputStorage(jobId).storeContainer, "a");
  const { etag = "" } = await blob.getProperties();
  return { proxy, blob, through, version: formatVersion(redactUrl(through.client.url), etag) };
}

/** The name of a partial file whose process has ended. */
function nameOfKilled(path: string, version?: string): string {
  const { pid } = spawnSync(process.execPath, ["--version"]);
  return createPartialName(path, version).replace(`-${process.pid}-`, `-${pid}-`);
}

test("a download resumes what a killed download of the same version has written", async () => {
  const content = randomBytes(30 * MiB);
  const { proxy, through, version } = await setUp(content);
  const path = join(createTemporaryFolder(), "a.bin");
  await writeFile(nameOfKilled(path, version), content.subarray(0, 20 * MiB + 7));
  const loaded: number[] = [];
  await downloadToFile(through, path, {
    concurrency: 2,
    onProgress: ({ loadedBytes }) => loaded.push(loadedBytes),
  });
  expect((await readFile(path)).equals(content)).toBe(true);
  expect(await readdir(join(path, ".."))).toEqual(["a.bin"]);
  // The first range tells the version; the other two are those that are missing.
  expect(proxy.exchanges).toHaveLength(3);
  expect(loaded[0]).toBeGreaterThanOrEqual(20 * MiB);
  expect(loaded.at(-1)).toBe(content.length);
});

test("a partial file that is shorter than the first range, or complete, is resumed", async () => {
  const content = randomBytes(9 * MiB);
  const { through, version } = await setUp(content);
  for (const kept of [0, 1000, 8 * MiB, 9 * MiB]) {
    const path = join(createTemporaryFolder(), "a.bin");
    await writeFile(nameOfKilled(path, version), content.subarray(0, kept));
    await downloadToFile(through, path, { concurrency: 2 });
    expect((await readFile(path)).equals(content)).toBe(true);
  }
});

test("a partial file of another version is removed", async () => {
  const content = randomBytes(9 * MiB);
  const { through } = await setUp(content);
  const path = join(createTemporaryFolder(), "a.bin");
  await writeFile(nameOfKilled(path, formatVersion("http://other", "etag")), randomBytes(2 * MiB));
  await writeFile(nameOfKilled(path), "a part of a small file");
  await downloadToFile(through, path, { concurrency: 2 });
  expect((await readFile(path)).equals(content)).toBe(true);
  expect(await readdir(join(path, ".."))).toEqual(["a.bin"]);
});

test("a partial file with other content is detected, and the blob is downloaded again", async () => {
  const content = randomBytes(20 * MiB);
  const { through, version } = await setUp(content);
  const path = join(createTemporaryFolder(), "a.bin");
  await writeFile(nameOfKilled(path, version), Buffer.alloc(12 * MiB));
  await downloadToFile(through, path, { concurrency: 2 });
  expect((await readFile(path)).equals(content)).toBe(true);
  expect(await readdir(join(path, ".."))).toEqual(["a.bin"]);
});

test("partial files of running processes, symbolic links and files of other targets are left alone", async () => {
  const content = randomBytes(9 * MiB);
  const { through, version } = await setUp(content);
  const folder = createTemporaryFolder();
  const path = join(folder, "a.bin");
  const elsewhere = join(createTemporaryFolder(), "elsewhere");
  await writeFile(elsewhere, "somebody's");
  const kept = [
    createPartialName(path, version).replace(`-${process.pid}-`, "-1-"),
    nameOfKilled(join(folder, "b.bin"), version),
    nameOfKilled(path, version),
  ];
  await writeFile(kept[0] ?? "", "running");
  await writeFile(kept[1] ?? "", "another file's");
  await symlink(elsewhere, kept[2] ?? "");
  await downloadToFile(through, path, { concurrency: 2 });
  expect((await readdir(folder)).sort()).toEqual([...kept.map((name) => basename(name)), "a.bin"].sort());
  expect(await readFile(elsewhere, "utf8")).toBe("somebody's");
});

test("concurrent downloads to the same file do not corrupt each other", async () => {
  const content = randomBytes(17 * MiB);
  const { through, version } = await setUp(content);
  const path = join(createTemporaryFolder(), "a.bin");
  const killed = nameOfKilled(path, version);
  await writeFile(killed, content.subarray(0, 9 * MiB));
  await Promise.all(Array.from({ length: 4 }, () => downloadToFile(through, path, { concurrency: 2 })));
  expect((await readFile(path)).equals(content)).toBe(true);
  expect(await readdir(join(path, ".."))).toEqual(["a.bin"]);
});

test("a blob without a digest is not resumed, because its bytes cannot be verified", async () => {
  const content = randomBytes(9 * MiB);
  const { blob, through } = await setUp(content);
  await blob.setHTTPHeaders({});
  const { etag = "" } = await blob.getProperties();
  const path = join(createTemporaryFolder(), "a.bin");
  await writeFile(
    nameOfKilled(path, formatVersion(redactUrl(through.client.url), etag)),
    Buffer.alloc(4 * MiB),
  );
  await downloadToFile(through, path, { concurrency: 2 });
  expect((await readFile(path)).equals(content)).toBe(true);
  expect(await readdir(join(path, ".."))).toEqual(["a.bin"]);
});

test.skipIf(process.platform === "win32")("a pipe at the file's path is an error, and is kept", async () => {
  const { through } = await setUp(Buffer.from("small"));
  const path = join(createTemporaryFolder(), "pipe");
  expect(spawnSync("mkfifo", [path]).status).toBe(0);
  for (const expectedBytes of [undefined, 5]) {
    const failure = captureError(downloadToFile(through, path, { concurrency: 1, expectedBytes }));
    expect(await failure).toMatchObject({ name: "RangeError", argument: "path" });
  }
  expect((await lstat(path)).isFIFO()).toBe(true);
});

test("a partial file that is longer than the blob is truncated", async () => {
  const content = randomBytes(9 * MiB);
  const { through, version } = await setUp(content);
  const path = join(createTemporaryFolder(), "a.bin");
  const killed = nameOfKilled(path, version);
  await writeFile(killed, content);
  await truncate(killed, 10 * MiB);
  await downloadToFile(through, path, { concurrency: 2 });
  expect((await readFile(path)).equals(content)).toBe(true);
  expect(existsSync(killed)).toBe(false);
});
