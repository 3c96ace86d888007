import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

import { JobOutputStorage, type OutputFileReference, TaskOutputStorage } from "../../../src/outputs/index.js";
import { captureError, captureErrors, captureOurError } from "../../support/capture-error.js";
import { makeGate } from "../../support/faults.js";
import { collectAll, faultAlways, faultNth, setUpOutputs, prepareJob } from "../../support/output-fixture.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";
import { createJobId } from "../../support/create-job-id.js";

const MiB = 1024 * 1024;

async function savedOutput(
  content: string | Buffer = "hello",
  onRequest?: Parameters<typeof setUpOutputs>[0],
) {
  const { client, jobId, stored, proxy } = await setUpOutputs(onRequest);
  const blob = stored.getBlockBlobClient("t1/$TaskOutput/d/a.txt");
  const bytes = Buffer.from(content);
  const blobContentMD5 = createHash("md5").update(bytes).digest();
  await blob.uploadData(bytes, { blobHTTPHeaders: { blobContentMD5, blobContentType: "text/x-test" } });
  const task = client.getTaskOutputStorage(jobId, "t1");
  return { client, jobId, stored, proxy, blob, task, output: task.getOutput("TaskOutput", "d/a.txt") };
}

async function missingOutput(): Promise<OutputFileReference> {
  const { client, jobId } = await prepareJob();
  return client.getTaskOutputStorage(jobId, "t1").getOutput("TaskOutput", "no/such.txt");
}

async function ofUnpreparedJob(): Promise<OutputFileReference> {
  const { client } = await prepareJob();
  return client.getTaskOutputStorage(createJobId(), "t1").getOutput("TaskOutput", "a.txt");
}

test("a reference is made without a request, and says where the output is or would be", async () => {
  const { client, jobId, stored, proxy } = await setUpOutputs();
  const output = client
    .getTaskOutputStorage(jobId, "t1")
    .getOutput("TaskLog", "how/deep/does/this go?#%+.txt");
  expect(output).toMatchObject({
    jobId,
    taskId: "t1",
    kind: "TaskLog",
    filePath: "how/deep/does/this go?#%+.txt",
  });
  const name = "t1/$TaskLog/how/deep/does/this go?#%+.txt";
  expect(output.blobClient.name).toBe(name);
  expect(output.url).toBe(proxy.getUrlThrough(stored.getBlobClient(name).url));
  expect(output.size).toBeUndefined();
  const ofJob = client.getJobOutputStorage(jobId).getOutput("JobOutput", "movie.mp4");
  expect(ofJob.filePath).toBe("movie.mp4");
  expect(ofJob).not.toHaveProperty("taskId");
  expect(proxy.exchanges).toEqual([]);
});

test("the URL of a reference from a container URL has no SAS", async () => {
  const { client, jobId } = await prepareJob();
  const url = await client.getOutputStorageContainerUrl(jobId);
  for (const containerUrl of [url, url.replace("?", "/?")]) {
    const output = new JobOutputStorage(containerUrl).getOutput("JobOutput", "a b.txt");
    expect(output.url).toBe(`${url.split("?")[0] ?? ""}/%24JobOutput/a%20b.txt`);
    await output.exists();
  }
});

test("JSON shows what is known, and no client", async () => {
  const { task, output } = await savedOutput();
  expect(JSON.parse(JSON.stringify(output))).toEqual({
    jobId: output.jobId,
    taskId: "t1",
    kind: "TaskOutput",
    filePath: "d/a.txt",
    url: output.url,
  });
  const [listed] = await collectAll(task.listOutputs());
  expect(JSON.parse(JSON.stringify(listed))).toMatchObject({
    size: 5,
    contentType: "text/x-test",
    url: output.url,
  });
});

test("downloadToFile writes the output, and refuses a wrong digest by name", async () => {
  const { output, blob, jobId } = await savedOutput();
  const path = join(createTemporaryFolder(), "new", "a.txt");
  await output.downloadToFile(path);
  expect(await readFile(path, "utf8")).toBe("hello");
  await blob.setHTTPHeaders({ blobContentMD5: randomBytes(16) });
  const error = await captureOurError(output.downloadToFile(path), "DigestMismatch");
  expect(error).toMatchObject({ jobId, taskId: "t1", kind: "TaskOutput", path: "d/a.txt" });
  expect(error.message).toMatch(
    /^Fetching TaskOutput "d\/a\.txt" of task "t1" of job ".*" failed: the received bytes are not the saved ones/,
  );
  expect(await readFile(path, "utf8")).toBe("hello");
});

test("D10: downloadToBuffer gives all of a large output", async () => {
  const content = randomBytes(8 * MiB + 3);
  const { output } = await savedOutput(content);
  const seen: number[] = [];
  const downloaded = await output.downloadToBuffer({
    onProgress: ({ loadedBytes }) => seen.push(loadedBytes),
  });
  expect(downloaded.equals(content)).toBe(true);
  expect(seen.at(-1)).toBe(content.length);
});

test("a listed output takes one request, and comes whole although it was replaced by a longer one", async () => {
  const { task, blob, proxy } = await savedOutput("short");
  const [listed] = await collectAll(task.listOutputs());
  await blob.uploadData(Buffer.from("much longer than before"));
  expect((await listed?.downloadToBuffer())?.toString()).toBe("much longer than before");
  await blob.uploadData(Buffer.from("s"));
  proxy.onRequest = undefined;
  const before = proxy.exchanges.length;
  expect((await listed?.downloadToBuffer())?.toString()).toBe("s");
  expect(proxy.exchanges.length - before).toBe(1);
});

test("an output without a digest that grows during the download is returned as it was", async () => {
  const { client, jobId, stored } = await prepareJob();
  const log = stored.getAppendBlobClient("t1/$TaskLog/log.txt");
  await log.create();
  await log.appendBlock("line 1\n", 7);
  const [listed] = await collectAll(client.getTaskOutputStorage(jobId, "t1").listOutputs());
  await log.appendBlock("line 2\n", 7);
  expect((await listed?.downloadToBuffer())?.toString()).toBe("line 1\nline 2\n");
  const path = join(createTemporaryFolder(), "log.txt");
  await listed?.downloadToFile(path);
  expect(await readFile(path, "utf8")).toBe("line 1\nline 2\n");
});

test("bytes that are stored as gzip are fetched as they are", async () => {
  const { client, jobId } = await prepareJob();
  const task = client.getTaskOutputStorage(jobId, "t1");
  const zipped = gzipSync("hello ".repeat(1000));
  await task.saveData("TaskOutput", zipped, "a.txt.gz", { contentEncoding: "gzip" });
  const output = task.getOutput("TaskOutput", "a.txt.gz");
  expect((await output.downloadToBuffer()).equals(zipped)).toBe(true);
  expect((await buffer(await output.openRead())).equals(zipped)).toBe(true);
  expect((await buffer(await output.openRead({ offset: 5, count: 7 }))).equals(zipped.subarray(5, 12))).toBe(
    true,
  );
  const path = join(createTemporaryFolder(), "a.gz");
  await output.downloadToFile(path);
  expect((await readFile(path)).equals(zipped)).toBe(true);
  expect(await output.getProperties()).toMatchObject({ contentEncoding: "gzip", size: zipped.length });
});

test("openRead reads a range, and nothing from an offset after the end", async () => {
  const { output } = await savedOutput("0123456789");
  const read = async (options: { offset?: number; count?: number }): Promise<string> =>
    (await buffer(await output.openRead(options))).toString();
  expect(await read({})).toBe("0123456789");
  expect(await read({ offset: 3, count: 4 })).toBe("3456");
  expect(await read({ offset: 10 })).toBe("");
  expect(await read({ offset: 11 })).toBe("");
  expect(await read({ count: 0 })).toBe("");
});

test("a failure inside the stream is explained, with job, task and path, and without the SAS", async () => {
  const { client, jobId, stored, proxy } = await setUpOutputs(
    faultNth("GetBlob", { kind: "truncate-download", afterBytes: 10 }),
  );
  await stored.getBlockBlobClient("t1/$TaskOutput/a").uploadData(randomBytes(1000));
  const url = await client.getOutputStorageContainerUrl(jobId);
  const stream = await new TaskOutputStorage(url, "t1").getOutput("TaskOutput", "a").openRead();
  proxy.onRequest = faultAlways("GetBlob", { kind: "answer", status: 403, code: "AuthenticationFailed" });
  const error = await captureOurError(buffer(stream), "NotAuthorized");
  expect(error).toMatchObject({ jobId, taskId: "t1", kind: "TaskOutput", path: "a" });
  expect(error.message).toContain(`Reading TaskOutput "a" of task "t1" of job "${jobId}" failed`);
  expect(error.message).not.toContain("sig=");
});

test("getProperties returns the stored properties", async () => {
  const { client, jobId } = await prepareJob();
  const task = client.getTaskOutputStorage(jobId, "t1");
  const metadata = { frame: "12" };
  const { output } = await task.saveText("TaskOutput", "hello", "a.txt", { metadata, tier: "Cool" });
  const properties = await output.getProperties();
  expect(properties).toMatchObject({
    size: 5,
    contentType: "text/plain; charset=utf-8",
    metadata,
    blobType: "BlockBlob",
    accessTier: "Cool",
    etag: output.etag,
  });
  expect(Buffer.from(properties.contentMD5 ?? []).toString("hex")).toBe(
    createHash("md5").update("hello").digest("hex"),
  );
  expect(properties.createdOn).toBeInstanceOf(Date);
  expect(properties.lastModified).toBeInstanceOf(Date);
  expect(properties).not.toHaveProperty("contentEncoding");
});

test("exists is true, or false for a missing output; everything else is thrown", async () => {
  const { output, proxy } = await savedOutput();
  expect(await output.exists()).toBe(true);
  expect(await (await missingOutput()).exists()).toBe(false);
  await captureOurError((await ofUnpreparedJob()).exists(), "ContainerNotPrepared");
  proxy.onRequest = () => ({ kind: "answer", status: 403, code: "AuthorizationFailure" });
  await captureOurError(output.exists(), "NotAuthorized");
});

test("delete removes the output; a second time there is none", async () => {
  const { output, blob } = await savedOutput();
  await output.delete();
  expect(await blob.exists()).toBe(false);
  const error = await captureOurError(output.delete(), "OutputNotFound");
  expect(error).toMatchObject({ taskId: "t1", kind: "TaskOutput", path: "d/a.txt" });
});

test("an output with snapshots is deleted only with an option for its snapshots", async () => {
  const { output, blob } = await savedOutput();
  await blob.createSnapshot();
  expect(await captureError(output.delete())).toMatchObject({
    code: "RequestRefused",
    cause: { code: "SnapshotsPresent" },
  });
  await output.delete({ deleteSnapshots: "include" });
  expect(await blob.exists()).toBe(false);
});

test("every method fails with OutputNotFound for a missing output", async () => {
  const output = await missingOutput();
  const folder = createTemporaryFolder();
  const failures = await captureErrors(
    output.downloadToFile(join(folder, "a")),
    output.downloadToBuffer(),
    output.openRead(),
    output.openRead({ offset: 5 }),
    output.getProperties(),
    output.delete(),
  );
  const { jobId } = output;
  for (const error of failures) {
    expect(error).toMatchObject({ code: "OutputNotFound", jobId, taskId: "t1", path: "no/such.txt" });
    expect(error.cause).toMatchObject({ name: "RestError", statusCode: 404 });
  }
  expect(await readdir(folder)).toEqual([]);
});

test("every method fails with ContainerNotPrepared and a hint if the job was not prepared", async () => {
  const output = await ofUnpreparedJob();
  const failures = await captureErrors(
    output.downloadToFile(join(createTemporaryFolder(), "a")),
    output.downloadToBuffer(),
    output.openRead(),
    output.getProperties(),
    output.exists(),
    output.delete(),
  );
  for (const error of failures) {
    expect(error).toMatchObject({ code: "ContainerNotPrepared" });
    expect(error.message).toContain(`Call prepareOutputStorage("${output.jobId ?? ""}")`);
  }
});

test("D11: an abort is honoured by every method, also by delete, before and during the request", async () => {
  const never = makeGate();
  const { output, blob, proxy } = await savedOutput();
  const folder = createTemporaryFolder();
  const calls = (abortSignal: AbortSignal): Promise<unknown>[] => [
    output.downloadToFile(join(folder, "a"), { abortSignal }),
    output.downloadToBuffer({ abortSignal }),
    output.openRead({ abortSignal }),
    output.getProperties({ abortSignal }),
    output.exists({ abortSignal }),
    output.delete({ abortSignal }),
  ];
  for (const failure of await captureErrors(...calls(AbortSignal.abort())))
    expect(failure.name).toBe("AbortError");
  expect(proxy.exchanges).toEqual([]);

  proxy.onRequest = () => ({ kind: "delay", until: never.opened, then: { kind: "cut-before" } });
  const abort = new AbortController();
  const working = calls(abort.signal);
  const failing = captureErrors(...working);
  await proxy.waitForRequest(({ sequence }) => sequence === working.length);
  abort.abort();
  for (const failure of await failing) expect(failure.name).toBe("AbortError");
  expect(await blob.exists()).toBe(true);
  expect(await readdir(folder)).toEqual([]);
  never.open();
});

test("destroying the stream ends the request", async () => {
  const { output, proxy } = await savedOutput(randomBytes(8 * MiB));
  const stream = await output.openRead();
  await once(stream, "data");
  stream.destroy();
  await proxy.waitUntilIdle();
  expect(proxy.exchanges[0]?.clientGot).toBe("gone");
});
