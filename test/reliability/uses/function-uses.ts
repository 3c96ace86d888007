import {
  isTaskId,
  jobIdFromContainerName,
  jobIdFromTaskUrl,
  jobOutputContainerName,
  outputBlobName,
  outputPathFor,
  outputStoragePath,
  parseOutputBlobName,
  parseOutputBlobUrl,
  requireJobId,
  requireOutputKind,
  requireOutputPath,
  requireTaskId,
} from "../../../src/conventions/index.js";
import {
  BatchAccountClient,
  outputFile,
  taskEnvironment,
  taskOutputFiles,
} from "../../../src/batch/index.js";
import { BatchOutputsError, isArgumentError, isBatchOutputsError } from "../../../src/core/index.js";
import { startLocalBatch, type LocalBatch } from "../../../src/local-batch/index.js";
import { createLifecyclePolicy } from "../../../src/outputs/index.js";
import { flushOnExit } from "../../../src/tracking/index.js";
import { type Place, pure, type Use, type Uses } from "../support/use.js";

/** A local Batch service in the folder of the place, for one call. */
function ofLocalBatch(call: (local: LocalBatch) => unknown): Use {
  return {
    isReadOnly: true,
    async run({ folder, connectionString }: Place) {
      const local = await startLocalBatch({
        folder: `${folder}/local`,
        storageConnectionString: connectionString,
      });
      try {
        await call(local);
        return local.accountName;
      } finally {
        await local.close();
      }
    },
  };
}

export const functionUses: Uses = {
  isTaskId: pure(() => isTaskId("t1")),
  jobIdFromContainerName: pure(() => jobIdFromContainerName("job-films")),
  jobIdFromTaskUrl: pure(() => jobIdFromTaskUrl("https://acc.we.batch.azure.com/jobs/films/tasks/t1")),
  jobOutputContainerName: pure(() => jobOutputContainerName("films")),
  outputBlobName: pure(() => outputBlobName({ taskId: "t1", kind: "TaskLog", path: "a" })),
  outputPathFor: pure(() => outputPathFor("../a.txt")),
  outputStoragePath: pure(() => outputStoragePath({ taskId: "t1", kind: "TaskLog" })),
  parseOutputBlobName: pure(() => parseOutputBlobName("t1/$TaskLog/a")),
  parseOutputBlobUrl: pure(() =>
    parseOutputBlobUrl("https://a.blob.core.windows.net/job-films/t1/$TaskLog/a"),
  ),
  requireJobId: pure(() => {
    requireJobId("films");
  }),
  requireOutputKind: pure(() => {
    requireOutputKind("TaskLog");
  }),
  requireOutputPath: pure(() => {
    requireOutputPath("a");
  }),
  requireTaskId: pure(() => {
    requireTaskId("t1");
  }),
  createLifecyclePolicy: pure(() => createLifecyclePolicy([{ action: "delete", afterDays: 3 }])),
  isArgumentError: pure(() => isArgumentError(new TypeError("no"))),
  isBatchOutputsError: pure(() => isBatchOutputsError(new BatchOutputsError("OutputNotFound", "no"))),
  "new BatchOutputsError": pure(() => new BatchOutputsError("OutputNotFound", "no").code),
  flushOnExit: pure(() => {
    flushOnExit([])[Symbol.dispose]();
  }),
  "new BatchAccountClient": pure(
    () => new BatchAccountClient("https://acc.we.batch.azure.com", { name: "acc", key: "a2V5" }).endpoint,
  ),
  "BatchAccountClient.toJSON": pure(() =>
    new BatchAccountClient("https://acc.we.batch.azure.com", { name: "acc", key: "a2V5" }).toJSON(),
  ),
  outputFile: pure(
    ({ job }) => outputFile({ storage: job, pattern: "*.txt", kind: "JobOutput" }).filePattern,
  ),
  taskOutputFiles: pure(
    ({ outputs }) => taskOutputFiles({ storage: outputs, outputs: { TaskOutput: "*" } }).length,
  ),
  taskEnvironment: pure(
    ({ env }) =>
      taskEnvironment({ ...env, AZ_BATCH_TASK_DIR: "/t", AZ_BATCH_TASK_WORKING_DIR: "/t/wd" }).taskId,
  ),
  startLocalBatch: ofLocalBatch(() => undefined),
  "LocalBatch.close": ofLocalBatch((local) => local.close()),
  "LocalBatch.asyncDispose": ofLocalBatch((local) => local[Symbol.asyncDispose]()),
  "LocalBatch.preemptNode": {
    ...ofLocalBatch(() => undefined),
    async run({ folder }) {
      await using local = await startLocalBatch({ folder: `${folder}/local` });
      return await local.preemptNode("none", "none").then(
        () => "done",
        (error: unknown) => (error as Error).name,
      );
    },
  },
  "LocalBatchClock.advance": ofLocalBatch((local) => local.clock.advance(1_000)),
  "LocalBatchClock.now": ofLocalBatch((local) => local.clock.now()),
  "LocalBatchFaults.clear": ofLocalBatch((local) => {
    local.faults.clear();
  }),
  "LocalBatchFaults.delayNodeStarts": ofLocalBatch((local) => {
    local.faults.delayNodeStarts(1);
  }),
  "LocalBatchFaults.delayResizes": ofLocalBatch((local) => {
    local.faults.delayResizes(1);
  }),
  "LocalBatchFaults.failScheduling": ofLocalBatch((local) => {
    local.faults.failScheduling("j", "t");
  }),
  "LocalBatchFaults.refuseRequests": ofLocalBatch((local) => {
    local.faults.refuseRequests();
  }),
  "LocalBatchFaults.setQuotas": ofLocalBatch((local) => {
    local.faults.setQuotas({ pools: 1 });
  }),
};
