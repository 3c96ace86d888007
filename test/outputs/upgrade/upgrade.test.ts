import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

import { packageVersion } from "../../../src/core/index.js";
import { mergeTaskRuns, type TaskOutputStorage } from "../../../src/outputs/index.js";
import { isHierarchical } from "../../support/account-kind.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";
import { collectAll, prepareJob } from "../../support/output-fixture.js";
import {
  listStoredVersions,
  pathOfVersion,
  putStoredBlob,
  readStoredBlobs,
  takeStoredBlobs,
} from "./stored-blobs.js";

const frame = "a frame\n";
const [first, second] = ["first line\n", "second line\n"];

/** Everything that this package stores, and that later versions have to read. */
async function saveAll(outputs: TaskOutputStorage): Promise<void> {
  await outputs.saveText("TaskOutput", frame, "frames/1.txt", {
    metadata: { camera: "north" },
    ...(isHierarchical ? {} : { tags: { film: "one" } }),
  });
  await outputs.saveText("TaskPreview", "<p>preview</p>", "index.html");
  await outputs.saveText("thumbnails", "small", "ä b+c.txt");
  const path = join(createTemporaryFolder(), "app.log");
  await writeFile(path, first);
  const log = await outputs.saveTracked("TaskLog", path, { destinationPath: "app.log", attemptId: "one" });
  await log.flush();
  await log.close();
  // A second attempt keeps the log of the first one.
  await writeFile(path, second);
  const next = await outputs.saveTracked("TaskLog", path, {
    destinationPath: "app.log",
    attemptId: "two",
    onExisting: "keep",
  });
  await next.close();
  const open = await outputs.saveTracked("TaskLog", path, { destinationPath: "open.log" });
  await open.flush();
  const run = await outputs.recordRun({ nodeId: "node-1", command: ["render", "1"] });
  await run.update({ poolId: "pool" });
  await run.end({ exitCode: 3, failure: { category: "UserError", code: "FailureExitCode" } });
  // It stays open in the store, as after a node that was taken away.
  const stored = await takeStoredBlobs(outputs.containerClient);
  if (process.env["WRITE_STORED_BLOBS"] !== undefined)
    await writeFile(pathOfVersion(packageVersion), `${JSON.stringify(stored, undefined, 2)}\n`);
  await open.close();
}

test("the blobs of the present version are kept for later ones", async () => {
  const { client, jobId } = await prepareJob("upgrade");
  await saveAll(client.getTaskOutputStorage(jobId, "t1"));
  // WRITE_STORED_BLOBS=1 writes them; that is done for a release.
  expect(listStoredVersions()).toContain(packageVersion);
});

test.each(listStoredVersions())("outputs, logs, records and tags of version %s are read", async (version) => {
  const { client, jobId, stored } = await prepareJob("upgrade");
  for (const blob of readStoredBlobs(version)) await putStoredBlob(stored, blob);
  const job = client.getJobOutputStorage(jobId);
  const outputs = client.getTaskOutputStorage(jobId, "t1");

  const listed = await collectAll(outputs.listOutputs());
  const names = listed.map(({ kind, filePath }) => `${kind}/${filePath}`);
  expect(names).toEqual(
    expect.arrayContaining([
      "TaskOutput/frames/1.txt",
      "TaskPreview/index.html",
      "thumbnails/ä b+c.txt",
      "TaskLog/app.log",
      "TaskLog/open.log",
    ]),
  );
  const saved = outputs.getOutput("TaskOutput", "frames/1.txt");
  expect(await saved.getProperties()).toMatchObject({ size: frame.length, metadata: { camera: "north" } });
  expect(String(await saved.downloadToBuffer())).toBe(frame);
  if (!isHierarchical) {
    const found = await collectAll(job.findOutputs({ film: "one" }));
    expect(found.map(({ filePath }) => filePath)).toEqual(["frames/1.txt"]);
  }

  // The present attempt, and the one before it.
  const logs = listed.filter(({ kind, filePath }) => kind === "TaskLog" && filePath !== "open.log");
  const texts = await Promise.all(logs.map(async (log) => String(await log.downloadToBuffer())));
  expect(texts.toSorted()).toEqual([first, second].toSorted());
  expect(logs.find(({ filePath }) => filePath === "app.log")?.log?.finishedAt).toBeInstanceOf(Date);

  const [run] = mergeTaskRuns(await collectAll(job.listRuns()));
  expect(run).toMatchObject({
    ...{ taskId: "t1", state: "ended", exitCode: 3, nodeId: "node-1", poolId: "pool" },
    command: ["render", "1"],
  });

  const folder = createTemporaryFolder();
  const { failedCount } = await outputs.downloadOutputs(folder);
  expect(failedCount).toBe(0);
});

test.each(listStoredVersions())("a log that version %s left open is continued", async (version) => {
  const { client, jobId, stored } = await prepareJob("upgrade");
  for (const blob of readStoredBlobs(version)) await putStoredBlob(stored, blob);
  const outputs = client.getTaskOutputStorage(jobId, "t1");
  const path = join(createTemporaryFolder(), "open.log");
  await writeFile(path, second);
  await appendFile(path, first);
  const log = await outputs.saveTracked("TaskLog", path, { destinationPath: "open.log" });
  await log.close();
  expect(log.opening.outcome).toBe("resumed");
  const content = await outputs.getOutput("TaskLog", "open.log").downloadToBuffer();
  expect(content.equals(await readFile(path))).toBe(true);
});
