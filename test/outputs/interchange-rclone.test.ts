import { createHash, randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { BlobServiceClient } from "@azure/storage-blob";
import { beforeEach, expect, test } from "vitest";

import { parseOutputBlobName, TaskOutputKind } from "../../src/conventions/index.js";
import { BatchOutputsClient, type OutputFileReference } from "../../src/outputs/index.js";
import { runRclone, requireRclone, type Rclone } from "../support/rclone.js";
import { useSharedAzurite } from "../support/use-shared-azurite.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import { createJobId } from "../support/create-job-id.js";

/** Output paths in which some program somewhere mixes up a name, its URL and its encoding. */
const paths = [
  "plain.txt",
  "a+b.txt",
  "a b.txt",
  "  two spaces  x.txt",
  "a#b.txt",
  "100%.txt",
  "a%20b.txt",
  "a%2Fb.txt",
  "%E0%A4%A.txt",
  "what?.txt",
  "a?b=c&d=e.txt",
  "it's.txt",
  '"quoted".txt',
  "`tick`.txt",
  "🎬 frame 👩🏽‍🚀.txt",
  "caf\u00e9.txt",
  "cafe\u0301.txt",
  "日本語/ログ.txt",
  "עברית.txt",
  "$dollar.txt",
  "$TaskLog/nested.txt",
  "deep/er and/deep+er/x.txt",
  "[brackets]{braces}(parens).txt",
  "semi;colon=equals,comma.txt",
  "12:30:00.log",
  "a*b|c<d>e^f~g!h@i.txt",
  "no extension",
  ".hidden",
];

const md5 = (bytes: Buffer): Buffer => createHash("md5").update(bytes).digest();

beforeEach((context) => {
  requireRclone(context);
});

async function preparedJob(): Promise<{ client: BatchOutputsClient; jobId: string; rclone: Rclone }> {
  const client = BatchOutputsClient.fromConnectionString(useSharedAzurite().connectionString);
  const jobId = createJobId();
  await client.prepareOutputStorage(jobId);
  return { client, jobId, rclone: runRclone(await client.getOutputStorageContainerUrl(jobId)) };
}

/** Different bytes under every path, as files in a new folder. */
async function folderOf(contents: ReadonlyMap<string, Buffer>): Promise<string> {
  const folder = createTemporaryFolder();
  for (const [path, content] of contents) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}

function randomContents(): Map<string, Buffer> {
  return new Map(paths.map((path, index) => [path, randomBytes(1 + index * 100)]));
}

async function collected(
  outputs: AsyncIterable<OutputFileReference>,
): Promise<Map<string, OutputFileReference>> {
  const found = new Map<string, OutputFileReference>();
  for await (const output of outputs) found.set(output.filePath, output);
  return found;
}

test("rclone lists and reads what we saved, byte for byte, under every name", async () => {
  const { client, jobId, rclone } = await preparedJob();
  const contents = randomContents();
  const storage = client.getTaskOutputStorage(jobId, "t1");
  for (const [path, content] of contents) await storage.saveData(TaskOutputKind.TaskOutput, content, path);

  const listed = await rclone.list();
  const expected = Array.from(contents, ([path, content]) => ({
    path: `t1/$TaskOutput/${path}`,
    size: content.length,
    md5: md5(content).toString("hex"),
  }));
  expect(sortedByPath(listed)).toMatchObject(sortedByPath(expected));
  expect(listed).toHaveLength(paths.length);

  const folder = createTemporaryFolder();
  await rclone.download("t1/$TaskOutput", folder);
  for (const [path, content] of contents) expect(await readFile(join(folder, path))).toEqual(content);
  expect(await rclone.cat("t1/$TaskOutput/a+b.txt")).toEqual(contents.get("a+b.txt"));
});

test("we list, parse and verify what rclone wrote, under every name", async () => {
  const { client, jobId, rclone } = await preparedJob();
  const contents = randomContents();
  await rclone.upload(await folderOf(contents), "t1/$TaskOutput");

  const listed = await collected(
    client.getTaskOutputStorage(jobId, "t1").listOutputs(TaskOutputKind.TaskOutput),
  );
  expect([...listed.keys()].sort()).toEqual([...paths].sort());
  for (const [path, content] of contents) {
    const output = listed.get(path);
    expect(output).toMatchObject({ jobId, taskId: "t1", kind: "TaskOutput", size: content.length });
    expect(Buffer.from(output?.contentMD5 ?? [])).toEqual(md5(content));
    expect(await output?.downloadToBuffer()).toEqual(content);
    expect(parseOutputBlobName(output?.blobClient.name ?? "")).toEqual({
      taskId: "t1",
      kind: "TaskOutput",
      path,
    });
  }
});

test("a job's own outputs and other kinds that rclone wrote are listed apart", async () => {
  const { client, jobId, rclone } = await preparedJob();
  const folder = await folderOf(new Map([["film.webp", randomBytes(100)]]));
  await rclone.upload(folder, "$JobOutput");
  await rclone.upload(folder, "t1/$TaskLog");
  await rclone.upload(folder, "not of the convention");

  const ofJob = await collected(client.getJobOutputStorage(jobId).listOutputs());
  expect(Array.from(ofJob.values(), ({ kind, filePath }) => [kind, filePath])).toEqual([
    ["JobOutput", "film.webp"],
  ]);
  const ofTask = await collected(client.getTaskOutputStorage(jobId, "t1").listOutputs());
  expect(Array.from(ofTask.values(), ({ kind, filePath }) => [kind, filePath])).toEqual([
    ["TaskLog", "film.webp"],
  ]);
});

test("damage to an output that rclone wrote is detected", async () => {
  const { client, jobId, rclone } = await preparedJob();
  await rclone.upload(
    await folderOf(new Map([["a.bin", Buffer.from("as rclone wrote it")]])),
    "t1/$TaskOutput",
  );
  const output = client.getTaskOutputStorage(jobId, "t1").getOutput(TaskOutputKind.TaskOutput, "a.bin");
  const service = BlobServiceClient.fromConnectionString(useSharedAzurite().connectionString);
  const blob = service
    .getContainerClient(output.blobClient.containerName)
    .getBlockBlobClient(output.blobClient.name);
  const { contentMD5 } = await blob.getProperties();
  if (!contentMD5) throw new Error("rclone stored no digest");
  await blob.upload("as nobody wrote it", 18);
  await blob.setHTTPHeaders({ blobContentMD5: contentMD5 });
  await expect(output.downloadToBuffer()).rejects.toMatchObject({ code: "DigestMismatch" });
});

test("files of many blocks keep their digest in both directions", async () => {
  const { client, jobId, rclone } = await preparedJob();
  const big = randomBytes(21 * 1024 * 1024 + 1);
  const folder = await folderOf(new Map([["big.bin", big]]));
  const storage = client.getTaskOutputStorage(jobId, "t1");

  await storage.save(TaskOutputKind.TaskOutput, join(folder, "big.bin"), { destinationPath: "ours.bin" });
  const [ours] = await rclone.list("t1/$TaskOutput");
  expect(ours).toMatchObject({
    path: "t1/$TaskOutput/ours.bin",
    size: big.length,
    md5: md5(big).toString("hex"),
  });
  expect(md5(await rclone.cat("t1/$TaskOutput/ours.bin"))).toEqual(md5(big));

  await rclone.upload(folder, "t1/$TaskPreview");
  const target = join(createTemporaryFolder(), "theirs.bin");
  await storage.getOutput(TaskOutputKind.TaskPreview, "big.bin").downloadToFile(target);
  expect(md5(await readFile(target))).toEqual(md5(big));
});

function sortedByPath<T extends { path: string }>(entries: readonly T[]): T[] {
  return [...entries].sort((a, b) => (a.path < b.path ? -1 : 1));
}
