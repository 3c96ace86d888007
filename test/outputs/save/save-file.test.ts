import { execFile } from "node:child_process";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

import { JobOutputKind, TaskOutputKind } from "../../../src/conventions/index.js";
import type { SaveOptions } from "../../../src/outputs/index.js";
import { captureError, captureOurError } from "../../support/capture-error.js";
import { createFiller, computeMd5 } from "../../support/create-filler.js";
import { prepareJob } from "../../support/output-fixture.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";
import { runSaveProgram } from "./save-program.js";
import { storedNames } from "../../support/stored-files.js";
import { testOnFlat } from "../../support/account-kind.js";

const { TaskOutput, TaskLog } = TaskOutputKind;
const MiB = 1024 * 1024;

/** A prepared job, its task t1, and a task's folders: `<root>/t1/wd` is where the task works. */
async function setUp() {
  const job = await prepareJob();
  const task = job.client.getTaskOutputStorage(job.jobId, "t1");
  const root = createTemporaryFolder();
  const wd = join(root, "t1", "wd");
  await mkdir(wd, { recursive: true });
  const put = async (path: string, content: Uint8Array | string = path): Promise<string> => {
    const full = join(wd, path);
    await mkdir(dirname(full), { recursive: true });
    await writeFile(full, content);
    return full;
  };
  return {
    ...job,
    task,
    wd,
    put,
    containerUrl: await job.client.getOutputStorageContainerUrl(job.jobId),
    storedNames: () => storedNames(job.stored),
    read: async (name: string) => await job.stored.getBlobClient(name).downloadToBuffer(),
  };
}

/** All bytes that this process has read so far, as the kernel counts them. */
async function bytesRead(): Promise<number> {
  return Number(/^rchar: (\d+)$/m.exec(await readFile("/proc/self/io", "utf8"))?.[1]);
}

test("the output path is the relative path without leading ../, with slashes for backslashes", async () => {
  const { wd, containerUrl, put, storedNames, read } = await setUp();
  const sources = [
    "frame.txt",
    "sub/deep/frame.txt",
    "../stdout.txt",
    "../../shared/x.txt",
    "win/under/x.txt",
    "../up/y.txt",
  ];
  for (const source of sources) await put(source);
  await put("name\\with\\backslashes.txt", "the very name");
  const calls = [
    [TaskOutput, "frame.txt"],
    [TaskOutput, "./sub/deep/frame.txt", "sub/deep/frame.txt"],
    [TaskLog, "../stdout.txt"],
    [TaskLog, "../../shared/x.txt"],
    [TaskOutput, "win\\under\\x.txt"],
    [TaskOutput, "..\\up\\y.txt"],
    [TaskOutput, "name\\with\\backslashes.txt"],
  ] as const;
  const results = await runSaveProgram(calls, { containerUrl, cwd: wd });
  expect(results).toEqual(
    [
      "frame.txt",
      "sub/deep/frame.txt",
      "stdout.txt",
      "shared/x.txt",
      "win/under/x.txt",
      "up/y.txt",
      "name/with/backslashes.txt",
    ].map((filePath) => ({ status: "saved", filePath, size: expect.any(Number) as number })),
  );
  expect(await storedNames()).toEqual([
    "t1/$TaskLog/shared/x.txt",
    "t1/$TaskLog/stdout.txt",
    "t1/$TaskOutput/frame.txt",
    "t1/$TaskOutput/name/with/backslashes.txt",
    "t1/$TaskOutput/sub/deep/frame.txt",
    "t1/$TaskOutput/up/y.txt",
    "t1/$TaskOutput/win/under/x.txt",
  ]);
  expect((await read("t1/$TaskLog/stdout.txt")).toString()).toBe("../stdout.txt");
  expect((await read("t1/$TaskOutput/win/under/x.txt")).toString()).toBe("win/under/x.txt");
  // Where there is a file of that very name, it is the one that is meant.
  expect((await read("t1/$TaskOutput/name/with/backslashes.txt")).toString()).toBe("the very name");
});

test("files in a folder with a backslash in its name are found by both spellings", async () => {
  const { wd, containerUrl, put, read } = await setUp();
  await put("odd\\folder/sub/x.txt");
  const cwd = join(wd, "odd\\folder");
  const results = await runSaveProgram([[TaskOutput, "sub\\x.txt"]], { containerUrl, cwd });
  expect(results).toMatchObject([{ status: "saved", filePath: "sub/x.txt" }]);
  expect((await read("t1/$TaskOutput/sub/x.txt")).toString()).toBe("odd\\folder/sub/x.txt");
});

test("an absolute path is saved under the destination that is given, and refused without one", async () => {
  const { task, put, storedNames } = await setUp();
  const source = await put("a.txt");
  const { output } = await task.save(TaskOutput, source, { destinationPath: "in/the/depths/b.log" });
  expect(output).toMatchObject({ kind: TaskOutput, filePath: "in/the/depths/b.log", taskId: "t1" });
  expect(await storedNames()).toEqual(["t1/$TaskOutput/in/the/depths/b.log"]);
  for (const call of [task.save(TaskOutput, source), task.saveTracked(TaskOutput, source)]) {
    const error = await captureError(call);
    expect(error).toBeInstanceOf(RangeError);
    expect(error).toMatchObject({ argument: "sourcePath", alternative: "options.destinationPath" });
    expect(error.message).toMatch(
      /^sourcePath must be a relative path, but is ".*a\.txt" \(allowed with options\.destinationPath\)$/,
    );
  }
});

test("job outputs are saved beside those of the tasks", async () => {
  const { client, jobId, put, storedNames } = await setUp();
  const job = client.getJobOutputStorage(jobId);
  const { output } = await job.save(JobOutputKind.JobOutput, await put("film.webp"), {
    destinationPath: "film.webp",
  });
  expect(output.taskId).toBeUndefined();
  expect(await storedNames()).toEqual(["$JobOutput/film.webp"]);
});

test("the result is the output as it is stored: size, digest, version, time and type", async () => {
  const { task, put, stored, jobId } = await setUp();
  const content = createFiller(1000);
  const { status, output } = await task.save(TaskOutput, await put("a.jpg", content), {
    destinationPath: "a.jpg",
  });
  const found = await stored.getBlobClient("t1/$TaskOutput/a.jpg").getProperties();
  expect(status).toBe("saved");
  expect(output).toMatchObject({
    jobId,
    size: 1000,
    etag: found.etag,
    contentType: "image/jpeg",
    lastModified: found.lastModified,
  });
  expect(computeMd5(content).equals(output.contentMD5 ?? Buffer.alloc(0))).toBe(true);
  expect((await output.downloadToBuffer()).equals(content)).toBe(true);
});

test.each([
  ["a.txt", "text/plain; charset=utf-8"],
  ["a.log", "text/plain; charset=utf-8"],
  ["a.json", "application/json"],
  ["a.unknown", "application/octet-stream"],
  ["no-extension", "application/octet-stream"],
])("%s is stored as %s, by the name that it is saved under", async (name, type) => {
  const { task, put, stored } = await setUp();
  const source = await put("source.html");
  await task.save(TaskOutput, source, { destinationPath: name });
  expect((await stored.getBlobClient(`t1/$TaskOutput/${name}`).getProperties()).contentType).toBe(type);
});

testOnFlat("tags").each([100, 8 * MiB + 1])(
  "type, encoding, metadata, tags and tier of %i bytes are stored as given",
  async (size) => {
    const { task, put, stored } = await setUp();
    const options: SaveOptions = {
      destinationPath: "a.bin",
      contentType: "application/x-depth; version=2",
      contentEncoding: "zstd",
      metadata: { frame: "17", Camera_Name: "left (main)" },
      tags: { state: "done", "render pass": "a+b/c:d=e_f.g-h" },
      tier: "Cool",
    };
    await task.save(TaskOutput, await put("a.bin", createFiller(size)), options);
    const blob = stored.getBlobClient("t1/$TaskOutput/a.bin");
    expect(await blob.getProperties()).toMatchObject({
      contentType: options.contentType,
      contentEncoding: "zstd",
      accessTier: "Cool",
      metadata: { frame: "17", camera_name: "left (main)" },
    });
    expect((await blob.getTags()).tags).toEqual(options.tags);
  },
);

test("a file with the content encoding gzip is stored and downloaded unchanged", async () => {
  const { task, put, stored, wd } = await setUp();
  const packed = gzipSync(createFiller(5000));
  const { output } = await task.save(TaskOutput, await put("a.json.gz", packed), {
    destinationPath: "a.json",
    contentEncoding: "gzip",
  });
  expect((await stored.getBlobClient("t1/$TaskOutput/a.json").downloadToBuffer()).equals(packed)).toBe(true);
  expect((await output.downloadToBuffer()).equals(packed)).toBe(true);
  await output.downloadToFile(join(wd, "fetched.gz"));
  expect((await readFile(join(wd, "fetched.gz"))).equals(packed)).toBe(true);
  expect(await output.getProperties()).toMatchObject({
    contentEncoding: "gzip",
    contentType: "application/json",
  });
});

test.each([0, 1, 8 * MiB - 1, 8 * MiB, 8 * MiB + 1, 16 * MiB, 16 * MiB + 1])(
  "every byte of a file of %i bytes is stored, with the MD5 of the whole",
  async (size) => {
    const { task, put, stored } = await setUp();
    const content = createFiller(size);
    const { output } = await task.save(TaskOutput, await put("a.bin", content), { destinationPath: "a.bin" });
    expect(output.size).toBe(size);
    const blob = stored.getBlobClient("t1/$TaskOutput/a.bin");
    const { contentMD5, contentLength } = await blob.getProperties();
    expect(contentLength).toBe(size);
    expect(computeMd5(content).equals(contentMD5 ?? Buffer.alloc(0))).toBe(true);
    expect((await blob.downloadToBuffer()).equals(content)).toBe(true);
  },
);

test.runIf(process.platform === "linux")("the file is read once, digest and all", async () => {
  const { task, put } = await setUp();
  const source = await put("a.bin", createFiller(18 * MiB));
  const before = await bytesRead();
  await task.save(TaskOutput, source, { destinationPath: "a.bin" });
  const read = (await bytesRead()) - before;
  expect(read).toBeGreaterThanOrEqual(18 * MiB);
  expect(read).toBeLessThan(27 * MiB);
});

test("a missing source fails with the file system's error, and nothing is stored", async () => {
  const { task, wd, storedNames } = await setUp();
  const path = join(wd, "missing.txt");
  const error = await captureError(task.save(TaskOutput, path, { destinationPath: "x.txt" }));
  expect(error).toMatchObject({ code: "ENOENT", path });
  expect(await storedNames()).toEqual([]);
});

test("the error of a missing source names the operation, the task and the job once, and says what to do", async () => {
  const { task, wd } = await setUp();
  const { taskId, jobId = "" } = task;
  const error = await captureError(task.save(TaskOutput, join(wd, "a.csv"), { destinationPath: "x.csv" }));
  // On some accounts, the file is examined before it is opened.
  const reason = error.message.replace(", stat '", ", open '");
  expect(reason).toBe(
    `Saving TaskOutput "x.csv" of task "${taskId}" of job "${jobId}" failed: ENOENT: no such file or directory, open '${join(wd, "a.csv")}'. Check the path; relative paths start from the current directory, ${process.cwd()}.`,
  );
  expect(error.stack).toContain(`Error: ${error.message}\n`);
});

test("where a task's own stdout.txt is looked for in the working directory, the error says where Batch writes it", async () => {
  const { task, wd } = await setUp();
  const error = await captureError(task.save(TaskOutputKind.TaskLog, "stderr.txt"));
  expect(error.message).toContain(
    'Batch writes the stderr.txt of a task into the folder above its working directory: "../stderr.txt".',
  );
  const unmatched = await captureOurError(
    task.saveMany(TaskOutputKind.TaskLog, ["stdout.txt"], { cwd: wd }),
    "NothingMatched",
  );
  expect(unmatched.message).toBe(
    `No file matches "stdout.txt" in ${wd}. Batch writes the stdout.txt of a task into the folder above its working directory: "../stdout.txt".`,
  );
  const others = await captureOurError(
    task.saveMany(TaskOutputKind.TaskLog, ["logs/stdout.txt", "../stdout.txt", "*.csv"], { cwd: wd }),
    "NothingMatched",
  );
  expect(others.message).not.toContain("Batch writes");
});

test("a folder or a pipe is refused; a symbolic link is followed", async () => {
  const { task, wd, put, read } = await setUp();
  await put("sub/a.txt", "behind the link");
  await promisify(execFile)("mkfifo", [join(wd, "pipe")]);
  for (const name of ["sub", "pipe"]) {
    const error = await captureError(task.save(TaskOutput, join(wd, name), { destinationPath: "x" }));
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toMatch(/^sourcePath /);
  }
  await symlink("sub/a.txt", join(wd, "link.txt"));
  await task.save(TaskOutput, join(wd, "link.txt"), { destinationPath: "link.txt" });
  expect((await read("t1/$TaskOutput/link.txt")).toString()).toBe("behind the link");
});

test("progress goes up to the size of the file", async () => {
  const { task, put } = await setUp();
  const reported: unknown[] = [];
  await task.save(TaskOutput, await put("a.bin", createFiller(9 * MiB)), {
    destinationPath: "a.bin",
    concurrency: 1,
    onProgress: (progress) => void reported.push(progress),
  });
  expect(reported).toEqual([
    { loadedBytes: 8 * MiB, totalBytes: 9 * MiB },
    { loadedBytes: 9 * MiB, totalBytes: 9 * MiB },
  ]);
});
