import { readFileSync } from "node:fs";
import { type FileHandle, mkdir, open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";

import { createTemporaryFolder } from "../../support/create-temporary-folder.js";
import { sendBatchRequest } from "../support/send-batch-request.js";
import { startTestBatch } from "../support/start-test-batch.js";
import { addIdleJob } from "../rest/pool-and-job.js";

/**
 * Keeps what the journal contained when a sync of it that has ended began: all that is certain to be on the disk after a
 * power cut. Files are still synced.
 */
async function keepSyncedContent(journal: string): Promise<() => string> {
  await using file = await open(createTemporaryFolder(), "r");
  const handles = Object.getPrototypeOf(file) as FileHandle;
  const datasync = Object.getOwnPropertyDescriptor(handles, "datasync")?.value as (
    this: FileHandle,
  ) => Promise<void>;
  let synced = "";
  handles.datasync = async function (this: FileHandle) {
    const content = readFileSync(journal, "utf8");
    await datasync.call(this);
    synced = content;
  };
  onTestFinished(() => {
    handles.datasync = datasync;
  });
  return () => synced;
}

it("loses nothing in a power cut that was answered", async () => {
  const folder = join(createTemporaryFolder(), "state");
  const getSynced = await keepSyncedContent(join(folder, "state.jsonl"));
  const service = await startTestBatch({ folder });
  await addIdleJob(service);
  const ids = Array.from({ length: 40 }, (_, index) => `task-${index}`);
  const lost: string[] = [];
  await Promise.all(
    ids.map(async (id) => {
      const body = { id, commandLine: "true" };
      const { status } = await sendBatchRequest(service, "POST", "/jobs/film/tasks", { body });
      if (status !== 201 || !getSynced().includes(`"id":"${id}"`)) lost.push(`${id}: ${status}`);
    }),
  );
  expect(lost).toEqual([]);

  await sendBatchRequest(service, "DELETE", "/jobs/film/tasks/task-0");
  const after = join(createTemporaryFolder(), "state");
  await mkdir(after, { mode: 0o700 });
  await writeFile(join(after, "state.jsonl"), getSynced(), { mode: 0o600 });
  const next = await startTestBatch({ folder: after });
  const { value } = (await sendBatchRequest(next, "GET", "/jobs/film/tasks")).body;
  expect(value?.map(({ id }) => id)).toEqual(ids.filter((id) => id !== "task-0").sort());
});
