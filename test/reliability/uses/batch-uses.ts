import { text } from "node:stream/consumers";

import {
  outputEnvironmentSettings,
  saveFromNode,
  toTaskRun,
  watchScheduledEvents,
} from "../../../src/batch/index.js";
import { createViewer } from "../../../src/viewer/server/index.js";
import { addresses } from "../../../src/viewer/protocol/index.js";
import { pure, readAll, type Use, type Uses } from "../support/use.js";

const kept = "t1/$TaskOutput/a.txt";

function ofBatch(run: Use["run"]): Use {
  return { needsBatch: true, isReadOnly: true, run };
}

export const batchUses: Uses = {
  "BatchAccountClient.getJob": ofBatch(async ({ batch, jobId }) => (await batch.getJob(jobId)).id),
  "BatchAccountClient.getTask": ofBatch(
    async ({ batch, jobId }) => (await batch.getTask(jobId, "t1")).executionInfo?.exitCode,
  ),
  "BatchAccountClient.getTaskFileProperties": ofBatch(
    async ({ batch, jobId }) => (await batch.getTaskFileProperties(jobId, "t1", "stdout.txt")).size,
  ),
  "BatchAccountClient.listJobs": ofBatch(async ({ batch }) =>
    (await readAll(batch.listJobs())).map(({ id }) => id),
  ),
  "BatchAccountClient.listTaskFiles": ofBatch(async ({ batch, jobId }) =>
    (await readAll(batch.listTaskFiles(jobId, "t1"))).map(({ name }) => name).toSorted(),
  ),
  "BatchAccountClient.listTasks": ofBatch(async ({ batch, jobId }) =>
    (await readAll(batch.listTasks(jobId))).map(({ id }) => id),
  ),
  "BatchAccountClient.openTaskFile": ofBatch(async ({ batch, jobId }) =>
    text(await batch.openTaskFile(jobId, "t1", "stdout.txt")),
  ),
  saveFromNode: {
    needsBatch: true,
    async run({ batch, client, jobId }) {
      const errors: Error[] = [];
      const { savedCount, unchangedCount, failedCount } = await saveFromNode(
        batch,
        client.getTaskOutputStorage(jobId, "t1"),
        {
          include: "std*.txt",
          overwrite: "always",
          onEntry({ error }) {
            if (error) errors.push(error);
          },
        },
      );
      for (const error of errors) throw error;
      return { savedCount, unchangedCount, failedCount };
    },
  },
  outputEnvironmentSettings: pure(async ({ client, jobId }) =>
    (await outputEnvironmentSettings(client, jobId)).map(({ name }) => name),
  ),
  toTaskRun: ofBatch(
    async ({ batch, jobId }) => toTaskRun(await batch.getTask(jobId, "t1"), jobId)?.exitCode,
  ),
  watchScheduledEvents: {
    needsMetadata: true,
    isReadOnly: true,
    asksForEver: true,
    async run({ metadataEndpoint }) {
      for await (const { type, id } of watchScheduledEvents({
        endpoint: metadataEndpoint,
        pollIntervalInMs: 5,
      }))
        return { type, id };
      return undefined;
    },
  },
  createViewer: {
    needsBatch: true,
    isReadOnly: true,
    prepare: ({ client, jobId }) =>
      client.getTaskOutputStorage(jobId, "t1").saveText("TaskOutput", "kept", "a.txt"),
    async run({ batch, client, jobId }) {
      const viewer = createViewer({ client, batch });
      const ask = async (path: string): Promise<string> => {
        const headers = { host: "127.0.0.1:8300", "sec-fetch-site": "same-origin", "x-batch-outputs": "1" };
        const answer = await viewer(new Request(`http://127.0.0.1:8300/${path}`, { headers }));
        const body = await answer.text();
        if (!answer.ok) throw Object.assign(new Error(body), (JSON.parse(body) as { failed: object }).failed);
        return body;
      };
      const container = `job-${jobId}`;
      const { path } = JSON.parse(await ask(addresses.properties(container, kept))) as { path: string };
      return [
        path,
        await ask(addresses.content(container, kept)),
        await ask(addresses.nodeFile(container, "t1", "stdout.txt")),
      ];
    },
  },
};
