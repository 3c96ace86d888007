import { execFile } from "node:child_process";
import { readdirSync, readlinkSync } from "node:fs";
import { mkdir, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

import { TaskOutputKind } from "../../../src/conventions/index.js";
import type { SaveManyResult } from "../../../src/outputs/index.js";
import { captureError, captureOurError } from "../../support/capture-error.js";
import type { OnRequest } from "../../support/fault-proxy.js";
import { makeGate } from "../../support/faults.js";
import { createFiller } from "../../support/create-filler.js";
import { faultAlways, setUpOutputs } from "../../support/output-fixture.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";
import { storedFiles, storedNames } from "../../support/stored-files.js";
import { testOnFlat } from "../../support/account-kind.js";
import { collectWarnings } from "../support/logged-lines.js";

const { TaskOutput, TaskLog } = TaskOutputKind;
const MiB = 1024 * 1024;

/** A task's storage through a proxy, and its folder, with these files in it. */
async function setUp(paths: readonly string[] = [], onRequest?: OnRequest) {
  const { proxy, client, jobId, stored } = await setUpOutputs(onRequest);
  const cwd = join(createTemporaryFolder(), "wd");
  await mkdir(cwd);
  const put = async (path: string, content: Uint8Array | string = path): Promise<string> => {
    await mkdir(dirname(join(cwd, path)), { recursive: true });
    await writeFile(join(cwd, path), content);
    return join(cwd, path);
  };
  for (const path of paths) await put(path);
  return {
    ...{ proxy, client, jobId, stored, cwd, put },
    task: client.getTaskOutputStorage(jobId, "t1"),
    storedNames: () => storedNames(stored),
  };
}

/** `path status` of every entry, and why where there is a reason. */
function linesOf({ entries }: SaveManyResult): string[] {
  return entries.map(({ path, status, reason, error }) => {
    const code = error && ("code" in error ? String(error.code) : error.name);
    return [path, status, reason, code].filter(Boolean).join(" ");
  });
}

/** What the Azure SDK's logger writes meanwhile, as one text. */
async function loggedBy(work: () => Promise<void>): Promise<string> {
  return (await collectWarnings(work)).join("\n");
}

test("all files that the patterns match are saved, and the result lists them in order", async () => {
  const { task, cwd, put, stored } = await setUp(["b.txt", "a.json", "sub/c.bin", "../stdout.txt"]);
  await put("empty.txt", "");
  const result = await task.saveMany(TaskOutput, ["**", "../std*.txt"], { cwd });
  expect(result).toMatchObject({ savedCount: 5, unchangedCount: 0, skippedCount: 0, failedCount: 0 });
  expect(linesOf(result)).toEqual([
    "a.json saved",
    "b.txt saved",
    "empty.txt saved",
    "stdout.txt saved",
    "sub/c.bin saved",
  ]);
  expect(result.savedBytes).toBe("a.jsonb.txtsub/c.bin../stdout.txt".length);
  expect(result.entries[3]?.sourcePath).toBe(join(cwd, "../stdout.txt"));
  for (const { path, sourcePath, size, output } of result.entries) {
    const blob = stored.getBlobClient(`t1/$TaskOutput/${path}`);
    expect(await blob.getProperties()).toMatchObject({
      contentLength: size,
      etag: output?.etag,
      contentType: output?.contentType,
    });
    const content =
      path === "empty.txt" ? "" : sourcePath.replace(`${cwd}/`, "").replace(/^.*\/stdout/, "../stdout");
    expect((await blob.downloadToBuffer()).toString()).toBe(content);
  }
});

test("patterns start from the current directory, unless another is given; a prefix stands before all", async () => {
  const { task, cwd, storedNames } = await setUp(["a.txt", "sub/b.txt"]);
  const here = process.cwd();
  process.chdir(cwd);
  try {
    await task.saveMany(TaskLog, "*.txt");
    await task.saveMany(TaskLog, "*.txt", { cwd: "sub", destinationPrefix: "run-2/" });
  } finally {
    process.chdir(here);
  }
  await task.saveMany(TaskLog, "sub", { cwd, destinationPrefix: "run-3" });
  expect(await storedNames()).toEqual([
    "t1/$TaskLog/a.txt",
    "t1/$TaskLog/run-2/b.txt",
    "t1/$TaskLog/run-3/sub/b.txt",
  ]);
});

testOnFlat("tags")(
  "type, metadata, tags and the like are those of every file, the type by its own name if none is given",
  async () => {
    const { task, cwd, stored } = await setUp(["a.txt", "b.jpg"]);
    await task.saveMany(TaskOutput, "*", {
      cwd,
      metadata: { run: "2" },
      tags: { run: "2" },
      contentEncoding: "gzip",
    });
    for (const [name, contentType] of [
      ["a.txt", "text/plain; charset=utf-8"],
      ["b.jpg", "image/jpeg"],
    ] as const) {
      const blob = stored.getBlobClient(`t1/$TaskOutput/${name}`);
      expect(await blob.getProperties()).toMatchObject({
        contentType,
        contentEncoding: "gzip",
        metadata: { run: "2" },
      });
      expect((await blob.getTags()).tags).toEqual({ run: "2" });
    }
  },
);

test("a file that fails does not stop the others, and has the reason", async () => {
  const { task, cwd, put, storedNames } = await setUp(["a.txt", "line\nfeed.txt", "z.txt"]);
  await symlink("nowhere", join(cwd, "dangling"));
  await symlink("loop", join(cwd, "loop"));
  await writeFile(Buffer.concat([Buffer.from(`${cwd}/not-utf8-`), Buffer.from([0xff])]), "x");
  await put("refused.txt");
  const result = await task.saveMany(TaskOutput, "**", {
    cwd,
    followSymbolicLinks: true,
  });
  expect(linesOf(result)).toEqual([
    "a.txt saved",
    "dangling failed ENOENT",
    "line\nfeed.txt failed UnsupportedName",
    "loop failed ELOOP",
    "not-utf8-%FF saved",
    "refused.txt saved",
    "z.txt saved",
  ]);
  expect(result).toMatchObject({ savedCount: 4, failedCount: 3 });
  expect(result.entries[2]?.error?.message).toContain("U+000A");
  expect(await storedNames()).toEqual([
    "t1/$TaskOutput/a.txt",
    "t1/$TaskOutput/not-utf8-%FF",
    "t1/$TaskOutput/refused.txt",
    "t1/$TaskOutput/z.txt",
  ]);
});

test("a file that vanishes between the listing and the saving fails, and the others are saved", async () => {
  const names = Array.from({ length: 6 }, (_, index) => `${index}.txt`);
  const { task, cwd, proxy } = await setUp(names);
  const gate = makeGate();
  proxy.onRequest = (info) =>
    info.operation === "PutBlob" && info.sequence === 1 ? { kind: "delay", until: gate.opened } : undefined;
  const saving = task.saveMany(TaskOutput, "*", { cwd, concurrency: 1 });
  await proxy.waitForRequest(() => true);
  await rm(join(cwd, "3.txt"));
  gate.open();
  const result = await saving;
  expect(linesOf(result)).toEqual(
    names.map((name) => (name === "3.txt" ? `${name} failed ENOENT` : `${name} saved`)),
  );
});

test("a file that changes during its save fails alone, and its former output is kept", async () => {
  const { task, cwd, put, proxy, stored } = await setUp(["a.txt", "c.txt"]);
  const changing = await put("b.bin", createFiller(9 * MiB));
  await utimes(changing, 1e9, 1e9);
  await task.saveText(TaskOutput, "former", "b.bin");
  const gate = makeGate();
  proxy.onRequest = faultAlways("PutBlock", { kind: "delay", until: gate.opened });
  const saving = task.saveMany(TaskOutput, "*", { cwd });
  await proxy.waitForRequest(({ operation }) => operation === "PutBlock");
  await writeFile(changing, "changed");
  gate.open();
  expect(linesOf(await saving)).toEqual(["a.txt saved", "b.bin failed SourceChanged", "c.txt saved"]);
  expect((await stored.getBlobClient("t1/$TaskOutput/b.bin").downloadToBuffer()).toString()).toBe("former");
});

test("a rejected request fails its file only; transient errors are retried", async () => {
  const { task, cwd, proxy } = await setUp(["a.txt", "b.txt", "c.txt"]);
  proxy.onRequest = (info) => {
    if (info.url.includes("/b.txt")) return { kind: "answer", status: 412, code: "LeaseIdMissing" };
    return info.attempt === 1 ? { kind: "answer", status: 503 } : undefined;
  };
  expect(linesOf(await task.saveMany(TaskOutput, "*", { cwd }))).toEqual([
    "a.txt saved",
    "b.txt failed OutputLeased",
    "c.txt saved",
  ]);
});

test("symbolic links and hidden files of a folder are listed as skipped", async () => {
  const { task, cwd, storedNames } = await setUp(["a.txt", ".env"]);
  await symlink("a.txt", join(cwd, "link.txt"));
  const result = await task.saveMany(TaskOutput, ".", { cwd });
  expect(linesOf(result)).toEqual([
    ".env skipped hidden file",
    "a.txt saved",
    "link.txt skipped symbolic link",
  ]);
  expect(result).toMatchObject({ savedCount: 1, skippedCount: 2, failedCount: 0, savedBytes: 5 });
  expect(await storedNames()).toEqual(["t1/$TaskOutput/a.txt"]);
});

test("a pipe in a folder is ignored; a pattern that names it fails", async () => {
  const { task, cwd } = await setUp(["a.txt"]);
  await promisify(execFile)("mkfifo", [join(cwd, "pipe")]);
  expect(linesOf(await task.saveMany(TaskOutput, "**", { cwd }))).toEqual(["a.txt saved"]);
  const named = await task.saveMany(TaskOutput, ["pipe", "a.txt"], { cwd });
  expect(linesOf(named)).toEqual(["a.txt saved", "pipe failed ERR_INVALID_ARG_VALUE"]);
});

test("overwrite never skips existing outputs, if-changed leaves unchanged ones, and both are counted", async () => {
  const { task, cwd, put, proxy } = await setUp(["a.txt", "b.txt"]);
  await task.saveMany(TaskOutput, "*", { cwd });
  await put("b.txt", "other content");
  await put("c.txt");
  const never = await task.saveMany(TaskOutput, "*", { cwd, overwrite: "never" });
  expect(linesOf(never)).toEqual(["a.txt skipped exists", "b.txt skipped exists", "c.txt saved"]);
  expect(never).toMatchObject({ savedCount: 1, skippedCount: 2, savedBytes: 5 });
  const before = proxy.exchanges.length;
  const changed = await task.saveMany(TaskOutput, "*", { cwd, overwrite: "if-changed", concurrency: 1 });
  expect(linesOf(changed)).toEqual(["a.txt unchanged", "b.txt saved", "c.txt unchanged"]);
  expect(changed).toMatchObject({ savedCount: 1, unchangedCount: 2, savedBytes: 13 });
  expect(changed.entries[0]?.output).toMatchObject({ filePath: "a.txt", size: 5 });
  expect(proxy.exchanges.slice(before).map(({ operation }) => operation)).toEqual([
    "GetBlobProperties",
    "GetBlobProperties",
    "PutBlob",
    "GetBlobProperties",
  ]);
});

test("two files with the same output path are refused before any request", async () => {
  const { task, cwd, proxy } = await setUp(["stdout.txt", "../stdout.txt"]);
  const error = await captureOurError(
    task.saveMany(TaskOutput, ["*", "../stdout.txt"], { cwd }),
    "DestinationConflict",
  );
  expect(error.message).toContain("stdout.txt");
  expect(proxy.exchanges).toEqual([]);
});

test("if nothing matches, ifNoFilesFound chooses an error, a warning or nothing, without a request", async () => {
  const { task, cwd, proxy, jobId } = await setUp(["a.txt"]);
  const error = await captureOurError(
    task.saveMany(TaskOutput, ["*.png", "frames/**"], { cwd }),
    "NothingMatched",
  );
  expect(error).toMatchObject({ jobId, taskId: "t1" });
  for (const part of ["*.png", "frames/**", cwd]) expect(error.message).toContain(part);
  const nothing = {
    entries: [],
    savedCount: 0,
    unchangedCount: 0,
    skippedCount: 0,
    failedCount: 0,
    savedBytes: 0,
  };
  const warned = await loggedBy(async () => {
    expect(await task.saveMany(TaskOutput, "*.png", { cwd, ifNoFilesFound: "warn" })).toEqual(nothing);
  });
  expect(warned).toMatch(/No file matches "\*\.png"/);
  const ignored = await loggedBy(async () => {
    expect(await task.saveMany(TaskOutput, "*.png", { cwd, ifNoFilesFound: "ignore" })).toEqual(nothing);
  });
  expect(ignored).not.toContain("No file matches");
  expect(proxy.exchanges).toEqual([]);
  await captureOurError(task.saveMany(TaskOutput, "*", { cwd: join(cwd, "missing") }), "NothingMatched");
  await captureOurError(task.saveMany(TaskOutput, "*", { cwd, exclude: "*.txt" }), "NothingMatched");
});

test("a missing path beside existing files is reported with every ifNoFilesFound", async () => {
  const { task, cwd } = await setUp(["a.txt"]);
  const patterns = ["a.txt", "result.csv", "*.png"];
  const failed = await task.saveMany(TaskOutput, patterns, { cwd });
  expect(linesOf(failed)).toEqual([
    "a.txt saved",
    "result.csv failed NothingMatched",
    "*.png failed NothingMatched",
  ]);
  expect(failed).toMatchObject({ savedCount: 1, failedCount: 2 });
  for (const ifNoFilesFound of ["warn", "ignore"] as const) {
    const result = await task.saveMany(TaskOutput, patterns, { cwd, ifNoFilesFound });
    expect(linesOf(result)).toEqual(["a.txt saved", "result.csv skipped missing"]);
  }
});

test("an error that concerns all files is logged once", async () => {
  const { client, cwd } = await setUp(["a.txt", "b.txt"]);
  const task = client.getTaskOutputStorage("never-prepared", "t1");
  const logged = await loggedBy(async () => {
    await captureOurError(task.saveMany(TaskOutput, "*", { cwd, concurrency: 1 }), "ContainerNotPrepared");
  });
  expect(logged.match(/failed:/g)).toHaveLength(2);
  expect(logged.match(/TaskOutputStorage\.saveMany failed:/g)).toHaveLength(1);
});

test("an error that concerns all files is thrown once, and further files are not tried", async () => {
  const names = Array.from({ length: 60 }, (_, index) => `${index}.txt`);
  const { client, cwd, proxy } = await setUp(names);
  const task = client.getTaskOutputStorage("never-prepared", "t1");
  const error = await captureOurError(
    task.saveMany(TaskOutput, "*", { cwd, concurrency: 4 }),
    "ContainerNotPrepared",
  );
  expect(error.message).toContain("prepareOutputStorage");
  expect(proxy.exchanges.length).toBeLessThanOrEqual(8);
});

test("after an abort no further file is started, and none is partly saved", async () => {
  const names = Array.from({ length: 30 }, (_, index) => `${String(index).padStart(2, "0")}.txt`);
  const { task, cwd, proxy, stored, put } = await setUp(names);
  await put("03.txt", createFiller(9 * MiB));
  const stop = new AbortController();
  proxy.onRequest = (info) => {
    if (info.operation === "PutBlockList") stop.abort();
    return info.operation === "PutBlockList" ? { kind: "cut-before" } : undefined;
  };
  const saving = task.saveMany(TaskOutput, "*", { cwd, concurrency: 2, abortSignal: stop.signal });
  expect((await captureError(saving)).name).toBe("AbortError");
  await proxy.waitUntilIdle();
  const blobs = await storedFiles(stored);
  expect(blobs.length).toBeLessThan(30);
  for (const { name, properties } of blobs) expect([name, properties.contentLength]).toEqual([name, 6]);
});

test.runIf(process.platform === "linux").each([1, 3])(
  "no more than %i files are open at a time",
  async (concurrency) => {
    const names = Array.from({ length: 20 }, (_, index) => `${index}.txt`);
    const { task, cwd, proxy } = await setUp(names);
    let most = 0;
    proxy.onRequest = () => {
      const open = readdirSync("/proc/self/fd").filter((fd) => {
        try {
          return readlinkSync(`/proc/self/fd/${fd}`).startsWith(cwd);
        } catch {
          return false;
        }
      });
      most = Math.max(most, open.length);
      return undefined;
    };
    const { savedCount } = await task.saveMany(TaskOutput, ".", {
      cwd,
      concurrency,
      overwrite: "if-changed",
    });
    expect(savedCount).toBe(20);
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(concurrency);
  },
);

test("a large file does not delay small ones, and all share their buffers", async () => {
  const names = Array.from({ length: 10 }, (_, index) => `small-${index}.txt`);
  const { task, cwd, put, stored, proxy } = await setUp(names);
  const content = createFiller(18 * MiB);
  await put("large.bin", content);
  const gate = makeGate();
  proxy.onRequest = faultAlways("PutBlock", { kind: "delay", until: gate.opened });
  const saving = task.saveMany(TaskOutput, ".", { cwd, concurrency: 2 });
  await proxy.waitForRequest(
    ({ operation, nth, url, status }) =>
      operation === "PutBlob" && nth === 1 && url.includes("small-9") && status === 201,
  );
  gate.open();
  expect((await saving).savedCount).toBe(11);
  expect((await stored.getBlobClient("t1/$TaskOutput/large.bin").downloadToBuffer()).equals(content)).toBe(
    true,
  );
});

test("progress is the total of all files, and increases", async () => {
  const { task, cwd, put } = await setUp(["a.txt", "b.txt"]);
  await put("c.bin", createFiller(9 * MiB));
  const reported: number[] = [];
  const { savedBytes } = await task.saveMany(TaskOutput, ".", {
    cwd,
    onProgress: ({ loadedBytes }) => void reported.push(loadedBytes),
  });
  expect(reported).toEqual([...reported].sort((a, b) => a - b));
  expect(reported.at(-1)).toBe(savedBytes);
  expect(savedBytes).toBe(10 + 9 * MiB);
});

test("many files saved with one signal cause no warning about listeners", async () => {
  const names = Array.from({ length: 40 }, (_, index) => `${index}.txt`);
  const { task, cwd } = await setUp(names);
  const warnings: string[] = [];
  const hear = (warning: Error): void => void warnings.push(warning.name);
  process.on("warning", hear);
  const { signal } = new AbortController();
  expect(
    (await task.saveMany(TaskOutput, ".", { cwd, concurrency: 40, abortSignal: signal })).savedCount,
  ).toBe(40);
  await new Promise(setImmediate);
  process.off("warning", hear);
  expect(warnings).toEqual([]);
});
