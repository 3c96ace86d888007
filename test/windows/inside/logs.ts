import { appendFileSync, closeSync, openSync, renameSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { BatchOutputsClient } from "../../../src/index.js";
import type { TaskOutputStorage } from "../../../src/index.js";
import { createJobId } from "../../support/create-job-id.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";
import { useSharedAzurite } from "../../support/use-shared-azurite.js";

async function prepareTask(): Promise<TaskOutputStorage> {
  const client = BatchOutputsClient.fromConnectionString(useSharedAzurite().connectionString);
  const jobId = createJobId("windows");
  await client.prepareOutputStorage(jobId);
  return client.getTaskOutputStorage(jobId, "t1");
}

async function readLog(task: TaskOutputStorage): Promise<Buffer> {
  return await task.getOutput("TaskLog", "app.log").downloadToBuffer();
}

test("a log that a program holds open and writes to is stored, and the program is not disturbed", async () => {
  const [task, path] = [await prepareTask(), join(createTemporaryFolder(), "app.log")];
  const file = openSync(path, "a");
  writeSync(file, "one\r\n");
  const log = await task.saveTracked("TaskLog", path, { destinationPath: "app.log" });
  writeSync(file, "two\r\n");
  await log.flush();
  expect((await readLog(task)).toString()).toBe("one\r\ntwo\r\n");
  writeSync(file, "three\r\n");
  closeSync(file);
  await log.close();
  expect((await readLog(task)).toString()).toBe("one\r\ntwo\r\nthree\r\n");
});

test("a log that is rotated by rename while it is tracked is stored whole", async () => {
  const [task, path] = [await prepareTask(), join(createTemporaryFolder(), "app.log")];
  writeFileSync(path, "one\r\n");
  const log = await task.saveTracked("TaskLog", path, { destinationPath: "app.log" });
  appendFileSync(path, "two\r\n");
  renameSync(path, `${path}.1`);
  writeFileSync(path, "three\r\n");
  await log.flush();
  appendFileSync(path, "four\r\n");
  await log.close();
  expect((await readLog(task)).toString()).toBe("one\r\ntwo\r\nthree\r\nfour\r\n");
});

test("a log in UTF-16, as PowerShell 5.1 writes it, is stored byte for byte", async () => {
  const [task, path] = [await prepareTask(), join(createTemporaryFolder(), "app.log")];
  const [first, second] = [Buffer.from("\ufeffGrüße\r\n", "utf16le"), Buffer.from("zwei\r\n", "utf16le")];
  writeFileSync(path, first);
  const log = await task.saveTracked("TaskLog", path, { destinationPath: "app.log" });
  appendFileSync(path, second);
  await log.close();
  expect((await readLog(task)).equals(Buffer.concat([first, second]))).toBe(true);
});
