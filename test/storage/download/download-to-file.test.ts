import { createHash, randomBytes } from "node:crypto";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, lstat, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { onTestFinished, expect, test } from "vitest";

import { BlobHandle } from "../../../src/storage/blob-handle.js";
import { downloadToFile } from "../../../src/storage/download/download-to-file.js";
import { captureError, captureOurError } from "../../support/capture-error.js";
import { makeGate } from "../../support/faults.js";
import { faultAlways, setUpOutputs } from "../../support/output-fixture.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";

const MiB = 1024 * 1024;

async function setUp(content: Buffer, onRequest?: Parameters<typeof setUpOutputs>[0]) {
  const { proxy, client, jobId, stored } = await setUpOutputs(onRequest);
  const blob = stored.getBlockBlobClient("a");
  const blobContentMD5 = createHash("md5").update(content).digest();
  await blob.uploadData(content, { blobHTTPHeaders: { blobContentMD5 } });
  const through = new BlobHandle(client.getJobOutputStorage(jobId).storeContainer, "a");
  return { proxy, stored, blob, through };
}

/** A file that is there before, in a folder of its own. */
async function formerFile(): Promise<{ folder: string; path: string }> {
  const folder = createTemporaryFolder();
  const path = join(folder, "result.bin");
  await writeFile(path, "what was there before");
  return { folder, path };
}

async function expectUntouched({ folder, path }: { folder: string; path: string }): Promise<void> {
  expect(await readFile(path, "utf8")).toBe("what was there before");
  expect(await readdir(folder)).toEqual([basename(path)]);
}

test.each([0, 1, 8 * MiB - 1, 8 * MiB, 8 * MiB + 1])("downloads %i bytes unchanged", async (size) => {
  const content = randomBytes(size);
  const { through } = await setUp(content);
  const folder = createTemporaryFolder();
  await downloadToFile(through, join(folder, "a.bin"), { concurrency: 4 });
  expect((await readFile(join(folder, "a.bin"))).equals(content)).toBe(true);
  expect(await readdir(folder)).toEqual(["a.bin"]);
});

test("downloads an empty blob that was expected to be empty", async () => {
  const { through } = await setUp(Buffer.alloc(0));
  const path = join(createTemporaryFolder(), "a.bin");
  await downloadToFile(through, path, { concurrency: 4, expectedBytes: 0 });
  expect(await readFile(path)).toHaveLength(0);
});

test("creates missing folders, and replaces an existing file", async () => {
  const { through } = await setUp(Buffer.from("new"));
  const former = await formerFile();
  await downloadToFile(through, former.path, { concurrency: 4 });
  expect(await readFile(former.path, "utf8")).toBe("new");
  const deep = join(former.folder, "a", "b", "c.bin");
  await downloadToFile(through, deep, { concurrency: 4 });
  expect(await readFile(deep, "utf8")).toBe("new");
});

test("keeps the existing file until the download is complete, and writes to a hidden file beside it", async () => {
  const gate = makeGate();
  const { proxy, through } = await setUp(randomBytes(9 * MiB), ({ nth }) =>
    nth === 2 ? { kind: "delay", until: gate.opened } : undefined,
  );
  const former = await formerFile();
  const downloading = downloadToFile(through, former.path, { concurrency: 2 });
  await proxy.waitForRequest(({ nth }) => nth === 2);
  expect(await readFile(former.path, "utf8")).toBe("what was there before");
  const [partial] = (await readdir(former.folder)).filter((name) => name !== "result.bin");
  expect(partial).toMatch(/^\.result\.bin\.[0-9a-f]{8}\.[0-9a-f]{24}\.[0-9a-f]{6}-\d+-[0-9a-f]+\.partial$/);
  gate.open();
  await downloading;
  expect(await readdir(former.folder)).toEqual(["result.bin"]);
});

test("a wrong digest keeps the existing file and leaves no partial file", async () => {
  const { blob, through } = await setUp(randomBytes(1000));
  await blob.setHTTPHeaders({ blobContentMD5: randomBytes(16) });
  const former = await formerFile();
  await captureOurError(downloadToFile(through, former.path, { concurrency: 4 }), "DigestMismatch");
  await expectUntouched(former);
});

test("a connection that keeps breaking keeps the existing file and leaves no partial file", async () => {
  const broken = faultAlways("GetBlob", { kind: "truncate-download", afterBytes: 500 });
  const { through } = await setUp(randomBytes(100_000), broken);
  const former = await formerFile();
  await captureOurError(downloadToFile(through, former.path, { concurrency: 4 }), "StoreUnreachable");
  await expectUntouched(former);
});

test("an abort during the download keeps the existing file and leaves no partial file", async () => {
  const never = makeGate();
  const { proxy, through } = await setUp(randomBytes(9 * MiB), ({ nth }) =>
    nth === 2 ? { kind: "delay-answer", until: never.opened } : undefined,
  );
  const former = await formerFile();
  const abort = new AbortController();
  const downloading = captureError(
    downloadToFile(through, former.path, { concurrency: 2, abortSignal: abort.signal }),
  );
  await proxy.waitForRequest(({ nth }) => nth === 2);
  abort.abort();
  expect(await downloading).toMatchObject({ name: "AbortError" });
  await expectUntouched(former);
  never.open();
});

test("a missing blob creates no file", async () => {
  const { stored, through } = await setUp(Buffer.from("a"));
  await stored.getBlobClient("a").delete();
  const folder = createTemporaryFolder();
  await captureError(downloadToFile(through, join(folder, "a.bin"), { concurrency: 4 }));
  expect(await readdir(folder)).toEqual([]);
});

test("a folder at the file's path is an error, and is kept", async () => {
  const { through } = await setUp(Buffer.from("a"));
  const folder = createTemporaryFolder();
  await mkdir(join(folder, "a.bin", "inside"), { recursive: true });
  const failure = await captureError(downloadToFile(through, join(folder, "a.bin"), { concurrency: 4 }));
  expect(failure.message).toContain(join(folder, "a.bin"));
  expect(await readdir(folder)).toEqual(["a.bin"]);
  expect(await readdir(join(folder, "a.bin"))).toEqual(["inside"]);
});

test("a file at a folder's path is an error", async () => {
  const { through } = await setUp(Buffer.from("a"));
  const former = await formerFile();
  const failure = captureError(downloadToFile(through, join(former.path, "a.bin"), { concurrency: 4 }));
  expect(await failure).toMatchObject({ code: expect.stringMatching(/ENOTDIR|EEXIST/) as string });
  await expectUntouched(former);
});

test("a symbolic link at the file's path is replaced, and its target is unchanged", async () => {
  const { through } = await setUp(Buffer.from("new"));
  const elsewhere = await formerFile();
  const link = join(createTemporaryFolder(), "link");
  await symlink(elsewhere.path, link);
  await downloadToFile(through, link, { concurrency: 4 });
  expect((await lstat(link)).isSymbolicLink()).toBe(false);
  expect(await readFile(link, "utf8")).toBe("new");
  await expectUntouched(elsewhere);
});

test("a file name of the maximum length can be downloaded to", async () => {
  const { through } = await setUp(Buffer.from("new"));
  const path = join(createTemporaryFolder(), "é".repeat(127));
  await downloadToFile(through, path, { concurrency: 4 });
  expect(await readFile(path, "utf8")).toBe("new");
});

test("a folder without write permission fails with the file system's error", async (context) => {
  if (process.getuid?.() === 0) context.skip("root may write anywhere");
  const { through } = await setUp(Buffer.from("a"));
  const folder = createTemporaryFolder();
  await chmod(folder, 0o500);
  const failure = captureError(downloadToFile(through, join(folder, "a.bin"), { concurrency: 4 }));
  expect(await failure).toMatchObject({ code: "EACCES" });
});

test("a read-only file system fails with the file system's error", async (context) => {
  const { through } = await setUp(Buffer.from("a"));
  const folder = tmpfs("ro", context.skip);
  const failure = captureError(downloadToFile(through, join(folder, "a.bin"), { concurrency: 4 }));
  expect(await failure).toMatchObject({ code: "EROFS" });
});

test("a full disk keeps the existing file and leaves no partial file", async (context) => {
  const { through } = await setUp(randomBytes(3 * MiB));
  const folder = tmpfs("size=1m", context.skip);
  const path = join(folder, "result.bin");
  await writeFile(path, "what was there before");
  const failure = captureError(downloadToFile(through, path, { concurrency: 4 }));
  expect(await failure).toMatchObject({ code: "ENOSPC" });
  await expectUntouched({ folder, path });
});

/** A file system of its own, which takes the right to mount one. */
function tmpfs(options: string, skip: (note: string) => never): string {
  const folder = createTemporaryFolder();
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder], { stdio: "pipe" });
  } catch (error) {
    return skip(`no file system can be mounted here: ${String(error)}`);
  }
  onTestFinished(() => {
    if (existsSync(folder)) execFileSync("umount", [folder]);
  });
  return folder;
}
