import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, toNamespacedPath } from "node:path";
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

async function savePaths(task: TaskOutputStorage, pattern: string, from: string): Promise<string[]> {
  const result = await task.saveMany("TaskOutput", pattern, { cwd: from });
  expect(result.entries.map(({ error }) => error).filter(Boolean)).toEqual([]);
  const paths: string[] = [];
  for await (const { filePath } of task.listOutputs("TaskOutput")) paths.push(filePath);
  return paths;
}

function createFolder(...names: readonly string[]): string {
  const folder = createTemporaryFolder();
  for (const name of names) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), name);
  }
  return folder;
}

test("this is Windows", () => {
  expect(process.platform).toBe("win32");
});

test("a pattern may have backslashes, slashes, or a drive letter; output paths have slashes", async () => {
  const folder = createFolder("frames\\one\\1.jpg", "frames\\2.jpg", "frames\\3.txt");
  const expected = ["frames/2.jpg", "frames/one/1.jpg"];
  expect(await savePaths(await prepareTask(), "frames\\**\\*.jpg", folder)).toEqual(expected);
  expect(await savePaths(await prepareTask(), "frames/**/*.jpg", folder)).toEqual(expected);
  // The paths of an absolute pattern begin after the part without wildcards.
  const absolute = await savePaths(await prepareTask(), join(folder, "frames", "**", "*.jpg"), folder);
  expect(absolute).toEqual(["2.jpg", "one/1.jpg"]);
});

test("a path with the prefix \\\\?\\ is saved", async () => {
  const folder = createFolder("result.csv");
  const task = await prepareTask();
  await task.save("TaskOutput", toNamespacedPath(join(folder, "result.csv")), {
    destinationPath: "result.csv",
  });
  const output = task.getOutput("TaskOutput", "result.csv");
  expect((await output.downloadToBuffer()).toString()).toBe("result.csv");
});

test("a path longer than 260 characters is saved and downloaded", async () => {
  const long = Array.from({ length: 6 }, (_, index) => `${index}`.repeat(50)).join("\\");
  const folder = createFolder(join(long, "x.txt"));
  const task = await prepareTask();
  expect(await savePaths(task, "**\\*.txt", folder)).toEqual([`${long.replaceAll("\\", "/")}/x.txt`]);
  const target = createTemporaryFolder();
  await task.downloadOutputs(target, { kind: "TaskOutput" });
  expect(readFileSync(join(target, long, "x.txt"), "utf8")).toBe(join(long, "x.txt"));
});
