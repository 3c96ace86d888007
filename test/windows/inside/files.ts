import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

import { BatchOutputsClient } from "../../../src/index.js";
import type { TaskOutputStorage } from "../../../src/index.js";
import { captureError } from "../../support/capture-error.js";
import { createJobId } from "../../support/create-job-id.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";
import { useSharedAzurite } from "../../support/use-shared-azurite.js";

async function prepareTask(): Promise<TaskOutputStorage> {
  const client = BatchOutputsClient.fromConnectionString(useSharedAzurite().connectionString);
  const jobId = createJobId("windows");
  await client.prepareOutputStorage(jobId);
  return client.getTaskOutputStorage(jobId, "t1");
}

async function listPaths(task: TaskOutputStorage): Promise<string[]> {
  const paths: string[] = [];
  for await (const { filePath } of task.listOutputs()) paths.push(filePath);
  return paths;
}

/** A program that holds a file open so that no other can open it, until its standard input ends. */
async function startHolder(path: string): Promise<ChildProcess> {
  // UV_FS_O_EXLOCK of libuv: the file is opened without sharing.
  const script = `
    const { constants: { O_CREAT, O_RDWR }, openSync, writeSync } = require("node:fs");
    const file = openSync(process.argv[1], O_CREAT | O_RDWR | 0x10000000);
    writeSync(file, "of the holder\\r\\n");
    console.log("open");
    process.stdin.on("end", () => process.exit()).resume();`;
  const holder = spawn(process.execPath, ["-e", script, path], { stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(() => void holder.kill());
  await once(holder.stdout, "data");
  return holder;
}

async function release(holder: ChildProcess): Promise<void> {
  holder.stdin?.end();
  await once(holder, "exit");
}

test.each(["CON", "NUL", "COM1", "LPT1", "nul.txt", "AUX"])(
  "the device %s is not saved as a file, and nothing waits for it",
  async (name) => {
    const task = await prepareTask();
    const folder = createTemporaryFolder();
    for (const path of [name, join(folder, name)]) {
      await captureError(task.save("TaskOutput", path, { destinationPath: "x" }));
      await captureError(task.saveMany("TaskOutput", path, { cwd: folder }));
    }
    expect(await listPaths(task)).toEqual([]);
  },
);

test("outputs with reserved names, trailing dots and spaces, or names that differ in case are all downloaded", async () => {
  const task = await prepareTask();
  const names = ["CON", "com1.log", "nul.txt", "a.txt", "A.TXT", "space ", "x?", "deep/AUX/y"];
  for (const name of names) await task.saveText("TaskOutput", name, name);
  const target = createTemporaryFolder();
  const { entries } = await task.downloadOutputs(target, { kind: "TaskOutput" });
  expect(entries.filter(({ error }) => error)).toEqual([]);
  expect(entries.map(({ path }) => readFileSync(path, "utf8")).sort()).toEqual([...names].sort());
  const written = readdirSync(target, { recursive: true, withFileTypes: true }).filter((file) =>
    file.isFile(),
  );
  expect(written).toHaveLength(names.length);
});

test("a path in another case means the same file, and the output has the name that was given", async () => {
  const task = await prepareTask();
  const folder = createTemporaryFolder();
  mkdirSync(join(folder, "Results"));
  writeFileSync(join(folder, "Results", "A.csv"), "a");
  await task.saveMany("TaskOutput", "results\\a.CSV", { cwd: folder });
  expect(await listPaths(task)).toEqual(["results/a.CSV"]);
});

test("a path with slashes after the drive letter, or with a drive letter in lower case, is saved", async () => {
  const task = await prepareTask();
  const folder = createTemporaryFolder();
  writeFileSync(join(folder, "a.csv"), "a");
  const absolute = join(folder, "a.csv");
  await task.save("TaskOutput", absolute.replaceAll("\\", "/"), { destinationPath: "slashes" });
  await task.save("TaskOutput", absolute.toLowerCase().slice(0, 1) + absolute.slice(1), {
    destinationPath: "drive",
  });
  expect(await listPaths(task)).toEqual(["drive", "slashes"]);
});

test("a file that another program holds open without sharing fails by its name, and is saved when it is closed", async () => {
  const task = await prepareTask();
  const folder = createTemporaryFolder();
  writeFileSync(join(folder, "free.txt"), "free");
  const path = join(folder, "held.txt");
  const holder = await startHolder(path);
  const { entries } = await task.saveMany("TaskOutput", "*.txt", { cwd: folder });
  expect(entries.map(({ status }) => status)).toEqual(["saved", "failed"]);
  expect(entries[1]?.error).toMatchObject({ code: "EBUSY" });
  await release(holder);
  await task.save("TaskOutput", path, { destinationPath: "held.txt" });
  expect(await listPaths(task)).toEqual(["free.txt", "held.txt"]);
});

test("a log that is held without sharing is tracked from when it is closed, and no byte is missing", async () => {
  const task = await prepareTask();
  const path = join(createTemporaryFolder(), "app.log");
  const holder = await startHolder(path);
  const opening = task.saveTracked("TaskLog", path, { destinationPath: "app.log" });
  await release(holder);
  const log = await opening;
  await log.close();
  const output = task.getOutput("TaskLog", "app.log");
  expect((await output.downloadToBuffer()).toString()).toBe("of the holder\r\n");
});

test("a log that is replaced by a file without sharing is stored when that is closed", async () => {
  const task = await prepareTask();
  const path = join(createTemporaryFolder(), "app.log");
  writeFileSync(path, "one\r\n");
  const log = await task.saveTracked("TaskLog", path, { destinationPath: "app.log" });
  renameSync(path, `${path}.1`);
  const holder = await startHolder(path);
  await captureError(log.flush());
  await release(holder);
  await log.close();
  const output = task.getOutput("TaskLog", "app.log");
  expect((await output.downloadToBuffer()).toString()).toBe("one\r\nof the holder\r\n");
});
