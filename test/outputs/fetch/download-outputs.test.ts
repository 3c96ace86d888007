import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import {
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  stat,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { join, relative, sep } from "node:path";
import type { ContainerClient } from "@azure/storage-blob";
import { expect, test } from "vitest";

import type { DownloadOutputsResult } from "../../../src/outputs/index.js";
import { captureError, captureErrors, captureOurError } from "../../support/capture-error.js";
import { makeGate } from "../../support/faults.js";
import { collectAll, setUpOutputs, prepareJob } from "../../support/output-fixture.js";
import { sendRawPut } from "../../support/raw-put.js";
import { runProgram } from "../../support/run-program.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";
import { createJobId } from "../../support/create-job-id.js";
import { isHierarchical } from "../../support/account-kind.js";

/** Stores each name with its own name as content. */
async function put(container: ContainerClient, ...names: string[]): Promise<void> {
  for (const name of names) await container.getBlockBlobClient(name).uploadData(Buffer.from(name));
}

/** Every file below the folder with its content, by relative path; links as they are. */
async function filesIn(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path).split(sep).join("/");
    if (entry.isSymbolicLink()) found[name] = `-> ${await readlink(path)}`;
    else if (entry.isFile()) found[name] = await readFile(path, "utf8");
  }
  return found;
}

function statuses({ entries }: DownloadOutputsResult): Record<string, string> {
  return Object.fromEntries(entries.map(({ output, status }) => [output.filePath, status]));
}

test("with a kind, outputs are written under their paths; without a kind, each kind has its own folder", async () => {
  const { client, jobId, stored } = await prepareJob();
  await put(stored, "t1/$TaskOutput/a.txt", "t1/$TaskOutput/b/c.txt", "t1/$TaskLog/a.txt", "t2/$TaskLog/x");
  const task = client.getTaskOutputStorage(jobId, "t1");

  const one = createTemporaryFolder();
  const result = await task.downloadOutputs(one, { kind: "TaskOutput" });
  expect(await filesIn(one)).toEqual({
    "a.txt": "t1/$TaskOutput/a.txt",
    "b/c.txt": "t1/$TaskOutput/b/c.txt",
  });
  expect(result).toMatchObject({ downloadedCount: 2, failedCount: 0, renamedCount: 0, downloadedBytes: 42 });
  expect(result.entries[0]).toMatchObject({ path: join(one, "a.txt"), status: "downloaded" });
  expect(result.entries[0]).not.toHaveProperty("renamedFrom");
  expect(result.entries[0]?.output.filePath).toBe("a.txt");

  const everything = createTemporaryFolder();
  await task.downloadOutputs(everything);
  expect(await filesIn(everything)).toEqual({
    "$TaskLog/a.txt": "t1/$TaskLog/a.txt",
    "$TaskOutput/a.txt": "t1/$TaskOutput/a.txt",
    "$TaskOutput/b/c.txt": "t1/$TaskOutput/b/c.txt",
  });
});

test("the outputs of a job do not include those of its tasks", async () => {
  const { client, jobId, stored } = await prepareJob();
  await put(stored, "$JobOutput/film", "t1/$TaskOutput/frame");
  const folder = createTemporaryFolder();
  await client.getJobOutputStorage(jobId).downloadOutputs(folder);
  expect(await filesIn(folder)).toEqual({ "$JobOutput/film": "$JobOutput/film" });
});

test("include and exclude choose by globs; a glob without a slash means the name alone", async () => {
  const { client, jobId, stored } = await prepareJob();
  const names = ["a.txt", "a.tmp", "d/b.txt", "d/e/c.txt", "d/e/c.tmp", ".hidden.txt"];
  await put(stored, ...names.map((name) => `t1/$TaskOutput/${name}`));
  const task = client.getTaskOutputStorage(jobId, "t1");
  const chosen = async (include?: string | string[], exclude?: string | string[]): Promise<string[]> => {
    const folder = createTemporaryFolder();
    await task.downloadOutputs(folder, { kind: "TaskOutput", include, exclude });
    return Object.keys(await filesIn(folder)).sort();
  };
  expect(await chosen("*.txt")).toEqual([".hidden.txt", "a.txt", "d/b.txt", "d/e/c.txt"]);
  expect(await chosen("d/*.txt")).toEqual(["d/b.txt"]);
  expect(await chosen("d/**")).toEqual(["d/b.txt", "d/e/c.tmp", "d/e/c.txt"]);
  expect(await chosen(undefined, "*.tmp")).toEqual([".hidden.txt", "a.txt", "d/b.txt", "d/e/c.txt"]);
  expect(await chosen(["a.*", "d/e/*"], ["*.tmp"])).toEqual(["a.txt", "d/e/c.txt"]);
  expect(await chosen("nothing")).toEqual([]);
});

test("overwrite: always replaces, never keeps, if-changed replaces if length or digest differ", async () => {
  const { client, jobId } = await prepareJob();
  const task = client.getTaskOutputStorage(jobId, "t1");
  for (const name of ["same", "changed", "new"])
    await task.saveText("TaskOutput", `${name} in the store`, name);
  const prepare = async (): Promise<string> => {
    const folder = createTemporaryFolder();
    await writeFile(join(folder, "same"), "same in the store");
    await writeFile(join(folder, "changed"), "changed on the disk".slice(0, 20));
    await utimes(join(folder, "same"), 1, 1);
    return folder;
  };

  const always = await prepare();
  const replaced = await task.downloadOutputs(always, { kind: "TaskOutput" });
  expect(replaced).toMatchObject({ downloadedCount: 3, skippedCount: 0, unchangedCount: 0 });
  expect(await readFile(join(always, "changed"), "utf8")).toBe("changed in the store");

  const never = await prepare();
  const left = await task.downloadOutputs(never, { kind: "TaskOutput", overwrite: "never" });
  expect(statuses(left)).toEqual({ same: "skipped", changed: "skipped", new: "downloaded" });
  expect(await readFile(join(never, "changed"), "utf8")).toBe("changed on the disk");

  const ifChanged = await prepare();
  const updated = await task.downloadOutputs(ifChanged, { kind: "TaskOutput", overwrite: "if-changed" });
  expect(statuses(updated)).toEqual({ same: "unchanged", changed: "downloaded", new: "downloaded" });
  expect((await stat(join(ifChanged, "same"))).mtimeMs).toBe(1000);
  expect(updated).toMatchObject({ downloadedCount: 2, unchangedCount: 1 });
});

/** As they stand on the wire. What a control character would do to the listing, no store does: they refuse it. */
const hostileNames = [
  "x%5C..%5C..%5Cy",
  "..",
  "../../../escaped",
  "a/../../../escaped",
  "%2e%2e/%2e%2e/escaped",
  "./dot",
  "d/..",
  "../../../../job-other/escaped",
  "/rooted",
  "C:/windows",
  "CON",
  "NUL.txt",
  "aux/x",
  "a:b",
  "a_b",
  "trail.",
  "trail%20",
  "trail_",
  "Case",
  "case",
  "CASE/x",
  "f",
  "f/g",
  "long/" + "n".repeat(300),
  "%F0%9F%8E%AC.webp",
  "caf%C3%A9",
  "cafe%CC%81",
  "tab%09x",
  "line%0Ax",
  "q%3Fm",
  "star%2A",
  "a//b",
  "LONGNA~1.TXT",
];

/** A folder and a file cannot have one name there. */
const notHierarchical = ["f/g"];

test("no name leads outside of the folder or to the file of another output", async () => {
  const { client, jobId } = await prepareJob();
  const url = await client.getOutputStorageContainerUrl(jobId, { permissions: "racwdl" });
  const names = isHierarchical
    ? hostileNames.filter((name) => !notHierarchical.includes(name))
    : hostileNames;
  for (const name of names) await sendRawPut(url, `t1/$TaskOutput/${name}`, `content of ${name}`);
  // What names with up-steps would lead to, if anybody followed them.
  await client.getTaskOutputStorage(jobId, "t1").saveText("escaped", "not asked for", "escaped");

  const around = createTemporaryFolder();
  const folder = join(around, "a", "b", "c");
  const task = client.getTaskOutputStorage(jobId, "t1");
  const result = await task.downloadOutputs(folder, { kind: "TaskOutput" });

  expect(await readdir(around)).toEqual(["a"]);
  expect(await readdir(join(around, "a"))).toEqual(["b"]);
  expect(await readdir(join(around, "a", "b"))).toEqual(["c"]);
  const files = await filesIn(folder);
  expect(result.entries).toHaveLength(names.length);
  const written = result.entries.filter(({ status }) => status === "downloaded");
  expect(Object.keys(files)).toHaveLength(written.length);
  const byPath = new Map(names.map((name) => [decoded(name), `content of ${name}`]));
  for (const { output, path, renamedFrom } of written) {
    expect(await readFile(path, "utf8")).toBe(byPath.get(output.filePath));
    const name = relative(folder, path).split(sep).join("/");
    expect(renamedFrom).toBe(name === output.filePath ? undefined : output.filePath);
  }

  const refused = result.entries.filter(({ status }) => status === "failed");
  expect(refused.every(({ error }) => error && "code" in error && error.code === "UnsafePath")).toBe(true);
  const withSteps = names.filter((name) => /(^|[/\\])\.{1,2}([/\\]|$)/.test(decoded(name)));
  expect(refused.map(({ output }) => output.filePath).sort()).toEqual(withSteps.map(decoded).sort());

  const places = written.map(({ path }) => relative(folder, path).toLowerCase());
  expect(new Set(places).size).toBe(places.length);
  const again = await task.downloadOutputs(folder, { kind: "TaskOutput", overwrite: "if-changed" });
  expect(again.entries.map(({ path }) => path)).toEqual(result.entries.map(({ path }) => path));
  expect(await filesIn(folder)).toEqual(files);
});

/** As the store lists it: a backslash is another slash there. */
function decoded(name: string): string {
  return decodeURIComponent(name).replaceAll("\\", "/");
}

test("every request for a listed name that no URL can contain is refused", async () => {
  const { client, jobId, stored } = await prepareJob();
  const url = await client.getOutputStorageContainerUrl(jobId, { permissions: "racwdl" });
  await sendRawPut(url, "t1/$TaskOutput/../$TaskLog/victim", "hostile");
  await put(stored, "t1/$TaskLog/victim");
  const [output] = await collectAll(client.getTaskOutputStorage(jobId, "t1").listOutputs("TaskOutput"));
  expect(output?.filePath).toBe("../$TaskLog/victim");
  expect(JSON.stringify(output)).toContain("%24TaskOutput/../%24TaskLog/victim");
  if (!output) throw new TypeError("nothing was listed");
  const refusals = await captureErrors(
    output.delete(),
    output.exists(),
    output.getProperties(),
    output.downloadToBuffer(),
    output.openRead(),
  );
  for (const error of refusals) expect(error).toMatchObject({ code: "UnsafePath", jobId, taskId: "t1" });
  expect(await stored.getBlobClient("t1/$TaskLog/victim").exists()).toBe(true);
});

test("an existing symbolic link to a folder or a file is not followed", async () => {
  const { client, jobId, stored } = await prepareJob();
  await put(
    stored,
    "t1/$TaskOutput/d/x",
    "t1/$TaskOutput/file",
    "t1/$TaskOutput/ok",
    "t1/$TaskOutput/dangling",
  );
  const outside = createTemporaryFolder();
  await writeFile(join(outside, "kept"), "mine");
  const task = client.getTaskOutputStorage(jobId, "t1");
  const prepare = async (): Promise<string> => {
    const folder = createTemporaryFolder();
    await symlink(outside, join(folder, "d"));
    await symlink(join(outside, "kept"), join(folder, "file"));
    await symlink(join(outside, "nowhere"), join(folder, "dangling"));
    return folder;
  };

  const folder = await prepare();
  const result = await task.downloadOutputs(folder, { kind: "TaskOutput" });
  expect(statuses(result)).toEqual({
    "d/x": "failed",
    file: "downloaded",
    ok: "downloaded",
    dangling: "downloaded",
  });
  expect(result.entries[0]?.error).toMatchObject({
    code: "UnsafePath",
    jobId,
    taskId: "t1",
    kind: "TaskOutput",
  });
  expect(await filesIn(folder)).toEqual({
    d: `-> ${outside}`,
    dangling: "t1/$TaskOutput/dangling",
    file: "t1/$TaskOutput/file",
    ok: "t1/$TaskOutput/ok",
  });

  const left = await task.downloadOutputs(await prepare(), { kind: "TaskOutput", overwrite: "never" });
  expect(statuses(left)).toEqual({ "d/x": "failed", file: "skipped", ok: "downloaded", dangling: "skipped" });
  const changed = await task.downloadOutputs(await prepare(), {
    kind: "TaskOutput",
    overwrite: "if-changed",
  });
  expect(statuses(changed)).toEqual({
    "d/x": "failed",
    file: "downloaded",
    ok: "downloaded",
    dangling: "downloaded",
  });
  expect(await filesIn(outside)).toEqual({ kept: "mine" });
});

test.skipIf(process.platform === "win32")(
  "a pipe with the name of an output is not replaced, and is reported by its own path",
  async () => {
    const { client, jobId } = await prepareJob();
    const task = client.getTaskOutputStorage(jobId, "t1");
    const directory = createTemporaryFolder();
    await task.saveText("TaskOutput", "small", "small.txt");
    await task.saveData("TaskOutput", Buffer.alloc(9 * 1024 * 1024), "large.bin");
    for (const name of ["small.txt", "large.bin"]) execFileSync("mkfifo", [join(directory, name)]);
    const { entries } = await task.downloadOutputs(directory, { kind: "TaskOutput" });
    for (const { error, output } of entries) {
      expect(error).toMatchObject({ code: "UnsafePath", path: output.filePath });
      expect(error?.message).toContain(join(directory, output.filePath));
      expect((await lstat(join(directory, output.filePath))).isFIFO()).toBe(true);
    }
    expect(entries).toHaveLength(2);
  },
);

test("one output that fails does not stop the others, keeps its file, and is reported", async () => {
  const { client, jobId, stored } = await prepareJob();
  await put(stored, "t1/$TaskOutput/a", "t1/$TaskOutput/b", "t1/$TaskOutput/c", "t1/$TaskOutput/d");
  await stored.getBlobClient("t1/$TaskOutput/b").setHTTPHeaders({ blobContentMD5: randomBytes(16) });
  const folder = createTemporaryFolder();
  await writeFile(join(folder, "b"), "what was there before");
  await mkdir(join(folder, "c"));
  const task = client.getTaskOutputStorage(jobId, "t1");
  const result = await task.downloadOutputs(folder, { kind: "TaskOutput", concurrency: 2 });
  expect(statuses(result)).toEqual({ a: "downloaded", b: "failed", c: "failed", d: "downloaded" });
  expect(result).toMatchObject({ downloadedCount: 2, failedCount: 2 });
  expect(result.entries[1]?.error).toMatchObject({ code: "DigestMismatch", jobId, taskId: "t1", path: "b" });
  expect(result.entries[1]?.error?.message).toContain(
    `Fetching TaskOutput "b" of task "t1" of job "${jobId}" failed`,
  );
  expect(result.entries[2]?.error).toMatchObject({ code: "EISDIR" });
  expect(await readFile(join(folder, "b"), "utf8")).toBe("what was there before");
  expect((await readdir(folder)).sort()).toEqual(["a", "b", "c", "d"]);
});

test("an output that is deleted between listing and download has a failed entry", async () => {
  const gate = makeGate();
  const { client, jobId, stored, proxy } = await setUpOutputs(({ url }) =>
    url.includes("/b") ? { kind: "delay", until: gate.opened } : undefined,
  );
  await put(stored, "t1/$TaskOutput/a", "t1/$TaskOutput/b");
  const task = client.getTaskOutputStorage(jobId, "t1");
  const downloading = task.downloadOutputs(createTemporaryFolder(), { kind: "TaskOutput" });
  await proxy.waitForRequest(({ url }) => url.includes("/b"));
  await stored.getBlobClient("t1/$TaskOutput/b").delete();
  gate.open();
  const result = await downloading;
  expect(statuses(result)).toEqual({ a: "downloaded", b: "failed" });
  expect(result.entries[1]?.error).toMatchObject({ code: "OutputNotFound", path: "b" });
});

test("an error that concerns all outputs fails the call: no container, no permission", async () => {
  const { client, jobId, stored, proxy } = await setUpOutputs();
  await put(stored, "t1/$TaskOutput/a", "t1/$TaskOutput/b");
  const missing = client.getTaskOutputStorage(createJobId(), "t1").downloadOutputs(createTemporaryFolder());
  await captureOurError(missing, "ContainerNotPrepared");
  proxy.onRequest = ({ operation }) =>
    operation === "GetBlob" ? { kind: "answer", status: 403, code: "AuthorizationFailure" } : undefined;
  const folder = createTemporaryFolder();
  await captureOurError(client.getTaskOutputStorage(jobId, "t1").downloadOutputs(folder), "NotAuthorized");
  expect(await filesIn(folder)).toEqual({});
});

test("an abort ends all running downloads and leaves no partial file", async () => {
  const never = makeGate();
  const { client, jobId, stored, proxy } = await setUpOutputs(({ url }) =>
    /\/[b-z]\b/.test(url) ? { kind: "delay-answer", until: never.opened } : undefined,
  );
  await put(stored, ...Array.from("abcdefgh", (letter) => `t1/$TaskOutput/${letter}`));
  const folder = createTemporaryFolder();
  const abort = new AbortController();
  const downloading = captureError(
    client
      .getTaskOutputStorage(jobId, "t1")
      .downloadOutputs(folder, { kind: "TaskOutput", concurrency: 3, abortSignal: abort.signal }),
  );
  await proxy.waitForRequest(({ url }) => /\/d\b/.test(url));
  abort.abort();
  expect(await downloading).toMatchObject({ name: "AbortError" });
  expect(await readdir(folder)).toEqual(["a"]);
  never.open();
});

test("many concurrent downloads with one signal cause no warning about listeners", async () => {
  const { client, jobId, stored } = await prepareJob();
  await put(stored, ...Array.from({ length: 30 }, (_, index) => `t1/$TaskOutput/${index}`));
  const CONTAINER_URL = await client.getOutputStorageContainerUrl(jobId);
  const program = `
    import { TaskOutputStorage } from "azure-batch-outputs";
    const task = new TaskOutputStorage(process.env.CONTAINER_URL, "t1");
    const { downloadedCount } = await task.downloadOutputs(process.env.FOLDER, {
      concurrency: 30,
      abortSignal: new AbortController().signal,
    });
    console.log(downloadedCount);
  `;
  const result = await runProgram(program, { CONTAINER_URL, FOLDER: createTemporaryFolder() });
  expect(result).toEqual({ stdout: "30\n", stderr: "", exitCode: 0 });
});

test("progress adds up over all outputs", async () => {
  const { client, jobId, stored } = await prepareJob();
  await put(stored, "t1/$TaskOutput/a", "t1/$TaskOutput/bb", "t1/$TaskOutput/ccc");
  const seen: number[] = [];
  const task = client.getTaskOutputStorage(jobId, "t1");
  const { downloadedBytes } = await task.downloadOutputs(createTemporaryFolder(), {
    onProgress: ({ loadedBytes }) => seen.push(loadedBytes),
  });
  expect(seen.at(-1)).toBe(downloadedBytes);
  expect([...seen].sort((a, b) => a - b)).toEqual(seen);
});

test("a task fetches the outputs of the tasks it depends on through the same classes, in a process of its own", async () => {
  const { client, jobId } = await prepareJob();
  for (const task of ["frame-1", "frame-2"])
    await client
      .getTaskOutputStorage(jobId, task)
      .saveText("TaskIntermediate", `depth of ${task}`, "depth.txt");
  const folder = createTemporaryFolder();
  const program = `
    import { readFileSync } from "node:fs";
    import { JobOutputStorage, TaskOutputStorage } from "azure-batch-outputs";
    const job = JobOutputStorage.fromEnvironment();
    for await (const id of job.listTasks()) {
      const upstream = job.getTaskOutputStorage(id);
      await upstream.downloadOutputs(process.env.FOLDER + "/" + id, { kind: "TaskIntermediate" });
    }
    const texts = ["frame-1", "frame-2"].map((id) => readFileSync(process.env.FOLDER + "/" + id + "/depth.txt", "utf8"));
    await TaskOutputStorage.fromEnvironment().saveText("TaskOutput", texts.join(", "), "merged.txt");
  `;
  const { stderr, exitCode } = await runProgram(program, {
    AZ_BATCH_JOB_ID: jobId,
    AZ_BATCH_TASK_ID: "merge",
    AZURE_BATCH_OUTPUTS_CONTAINER_URL: await client.getOutputStorageContainerUrl(jobId),
    FOLDER: folder,
  });
  expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  const merged = client.getTaskOutputStorage(jobId, "merge").getOutput("TaskOutput", "merged.txt");
  expect((await merged.downloadToBuffer()).toString()).toBe("depth of frame-1, depth of frame-2");
  expect(existsSync(join(folder, "merge"))).toBe(false);
});
