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

test("a pattern may have backslashes, slashes, a drive letter or the prefix \\\\?\\; output paths have slashes", async () => {
  const folder = createFolder("frames\\one\\1.jpg", "frames\\2.jpg", "frames\\3.txt");
  const expected = ["frames/2.jpg", "frames/one/1.jpg"];
  expect(await savePaths(await prepareTask(), "frames\\**\\*.jpg", folder)).toEqual(expected);
  expect(await savePaths(await prepareTask(), "frames/**/*.jpg", folder)).toEqual(expected);
  // The paths of an absolute pattern begin after the part without wildcards.
  const absolute = await savePaths(await prepareTask(), join(folder, "frames", "**", "*.jpg"), folder);
  expect(absolute).toEqual(["2.jpg", "one/1.jpg"]);
  // Its question mark is no wildcard.
  const namespaced = toNamespacedPath(join(folder, "frames")) + "\\**\\*.jpg";
  expect(await savePaths(await prepareTask(), namespaced, folder)).toEqual(["2.jpg", "one/1.jpg"]);
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

test.each(["\\\\server\\c$", "//server/c$", "\\\\?\\UNC\\server\\c$"])(
  "files of the share %s are saved by their path and by a pattern, and outputs are downloaded into it",
  async (share) => {
    const folder = createFolder("one\\1.jpg", "2.jpg", "3.txt");
    const onShare = folder.replace(/^\w:/, () => share);
    const task = await prepareTask();
    expect(await savePaths(task, `${onShare}\\**\\*.jpg`, createTemporaryFolder())).toEqual([
      "2.jpg",
      "one/1.jpg",
    ]);
    await task.save("TaskOutput", join(onShare, "3.txt"), { destinationPath: "3.txt" });
    const { entries } = await task.downloadOutputs(join(onShare, "out"), { kind: "TaskOutput" });
    expect(entries.filter(({ error }) => error)).toEqual([]);
    expect(readFileSync(join(folder, "out\\one\\1.jpg"), "utf8")).toBe("one\\1.jpg");
    expect(readFileSync(join(folder, "out\\3.txt"), "utf8")).toBe("3.txt");
  },
);

test("a share can be the working directory", async () => {
  const folder = createFolder("frames\\1.jpg");
  const onShare = folder.replace(/^\w:/, () => "\\\\server\\c$");
  expect(await savePaths(await prepareTask(), "frames\\*.jpg", onShare)).toEqual(["frames/1.jpg"]);
});
