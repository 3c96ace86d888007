/** A task and its client: many small files, a large one and a tracked log, so that each part of the library is used. */
import { StorageSharedKeyCredential } from "@azure/storage-blob";
import { BatchOutputsClient, isBatchOutputsError, TaskOutputKind } from "azure-batch-outputs";
import { appendFile, mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

async function main() {
  const { ENDPOINT = "", ACCOUNT = "", KEY = "", JOB = "" } = process.env;
  const folder = await mkdtemp(join(tmpdir(), "matrix-task-"));
  const client = new BatchOutputsClient(ENDPOINT, new StorageSharedKeyCredential(ACCOUNT, KEY));
  await client.prepareOutputStorage(JOB);
  const task = client.getTaskOutputStorage(JOB, "t1");
  const small = join(folder, "small");
  await mkdir(small);
  for (let index = 0; index < 20; index++) await writeFile(join(small, `${index}.txt`), `file ${index}`);
  const { savedCount } = await task.saveMany(TaskOutputKind.TaskIntermediate, ["**"], { cwd: small });
  await task.saveData(TaskOutputKind.TaskOutput, new Uint8Array(9_000_000).fill(7), "large.bin");
  const path = join(folder, "log.txt");
  await writeFile(path, "one\n");
  const log = await task.saveTracked(TaskOutputKind.TaskLog, path, { destinationPath: "log.txt" });
  await appendFile(path, "two\n");
  await log.close();
  const { downloadedCount } = await task.downloadOutputs(join(folder, "fetched"));
  const missing = await task
    .getOutput("TaskOutput", "missing")
    .downloadToBuffer()
    .catch((/** @type {unknown} */ error) => (isBatchOutputsError(error) ? error.code : "another error"));
  const text = (await task.getOutput("TaskLog", "log.txt").downloadToBuffer()).toString();
  console.log(savedCount, downloadedCount, missing, JSON.stringify(text));
}

// Rollup puts what is imported later after this line: with "await", it would wait for itself.
main().catch((/** @type {unknown} */ error) => {
  console.error(error);
  process.exitCode = 1;
});
