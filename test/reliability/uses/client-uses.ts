import { BatchOutputsClient, JobOutputStorage, TaskOutputStorage } from "../../../src/outputs/index.js";
import { pure, readAll, type Uses } from "../support/use.js";
import { text } from "./outputs-uses.js";

/** A URL without its SAS, which is another each time. */
function withoutSas(url: string): string {
  return new URL(url).pathname;
}

export const clientUses: Uses = {
  "BatchOutputsClient.prepareOutputStorage": {
    run: ({ client, jobId }) => client.prepareOutputStorage(`${jobId}-2`),
  },
  "BatchOutputsClient.deleteOutputStorage": {
    prepare: ({ client, jobId }) => client.prepareOutputStorage(`${jobId}-2`),
    isOnce: true,
    run: ({ client, jobId }) => client.deleteOutputStorage(`${jobId}-2`),
  },
  "BatchOutputsClient.listJobs": {
    isReadOnly: true,
    async run({ client, jobId }) {
      return (await readAll(client.listJobs())).filter((job) => job.jobId === jobId).length;
    },
  },
  "BatchOutputsClient.findOutputs": {
    needsTags: true,
    prepare: ({ client, jobId }) =>
      client
        .getTaskOutputStorage(jobId, "t1")
        .saveText("TaskOutput", text, "a.txt", { tags: { job: jobId } }),
    isReadOnly: true,
    run: async ({ client, jobId }) =>
      (await readAll(client.findOutputs({ job: jobId }))).map(({ filePath }) => filePath),
  },
  "BatchOutputsClient.getOutputStorageContainerUrl": pure(async ({ client, jobId }) =>
    withoutSas(await client.getOutputStorageContainerUrl(jobId)),
  ),
  "BatchOutputsClient.getOutputUrl": pure(async ({ client, jobId }) =>
    withoutSas(
      await client.getOutputUrl(client.getTaskOutputStorage(jobId, "t1").getOutput("TaskOutput", "a.txt")),
    ),
  ),
  "BatchOutputsClient.getJobOutputStorage": pure(
    ({ client, jobId }) => client.getJobOutputStorage(jobId).jobId,
  ),
  "BatchOutputsClient.getTaskOutputStorage": pure(
    ({ client, jobId }) => client.getTaskOutputStorage(jobId, "t1").taskId,
  ),
  "BatchOutputsClient.toJSON": pure(({ client }) => Object.keys(client.toJSON())),
  "BatchOutputsClient.fromConnectionString": pure(({ connectionString }) =>
    Object.keys(BatchOutputsClient.fromConnectionString(connectionString).toJSON()),
  ),
  "new BatchOutputsClient": pure(({ client }) => new BatchOutputsClient(client.blobServiceClient).toJSON()),
  "new JobOutputStorage": pure(({ job }) => new JobOutputStorage(job.containerClient).jobId),
  "new TaskOutputStorage": pure(({ job }) => new TaskOutputStorage(job.containerClient, "t1").taskId),
  "JobOutputStorage.fromEnvironment": pure(({ env }) => JobOutputStorage.fromEnvironment(env).jobId),
  "TaskOutputStorage.fromEnvironment": pure(({ env }) => TaskOutputStorage.fromEnvironment(env).taskId),
};
