import { expect, test } from "vitest";

import { jobOutputContainerName } from "../../../src/conventions/index.js";
import { BatchOutputsClient, type JobOutputStorageItem } from "../../../src/outputs/index.js";
import { startAzurite } from "../../support/azurite.js";
import { captureOurError } from "../../support/capture-error.js";
import { collectAll, quickRetries } from "../../support/output-fixture.js";
import { useSharedAzurite } from "../../support/use-shared-azurite.js";
import { createJobId } from "../../support/create-job-id.js";

function client(): BatchOutputsClient {
  return BatchOutputsClient.fromConnectionString(useSharedAzurite().connectionString, quickRetries);
}

/** The account is shared with other tests: only these containers are of interest. */
async function jobsIn(...containerNames: string[]): Promise<JobOutputStorageItem[]> {
  return (await collectAll(client().listJobs())).filter(({ containerName }) =>
    containerNames.includes(containerName),
  );
}

test("a prepared job is listed under its own id, whatever the name of its container", async () => {
  const plain = createJobId();
  const large = createJobId("Large");
  const hashed = `${createJobId("my_job")}:job-1`;
  for (const jobId of [plain, large, hashed]) await client().prepareOutputStorage(jobId);
  const names = [plain, large, hashed].map(jobOutputContainerName);
  const found = await jobsIn(...names);
  expect(found.map(({ jobId }) => jobId).sort()).toEqual([plain, large, hashed].sort());
  for (const { jobId, containerName, storage, lastModified } of found) {
    expect(containerName).toBe(jobOutputContainerName(jobId ?? ""));
    expect(storage.jobId).toBe(jobId);
    expect(lastModified).toBeInstanceOf(Date);
  }
});

test("without a record in the container, the id is read from its name, unless the name is hashed", async () => {
  const service = useSharedAzurite().serviceClient();
  const plain = createJobId();
  const hashed = createJobId("by_net");
  for (const jobId of [plain, hashed])
    await service.getContainerClient(jobOutputContainerName(jobId)).create();
  const [ofPlain] = await jobsIn(jobOutputContainerName(plain));
  expect(ofPlain).toMatchObject({ jobId: plain, containerName: `job-${plain}` });
  const [ofHashed] = await jobsIn(jobOutputContainerName(hashed));
  expect(ofHashed).not.toHaveProperty("jobId");
  expect(ofHashed?.storage.jobId).toBeUndefined();
});

test("a recorded id that does not lead to the container's name is ignored", async () => {
  const service = useSharedAzurite().serviceClient();
  const jobId = createJobId();
  const container = service.getContainerClient(jobOutputContainerName(jobId));
  for (const batchjobid of ["another-job", "no job at all!", "x".repeat(300)]) {
    await container.createIfNotExists();
    await container.setMetadata({ batchjobid });
    expect((await jobsIn(container.containerName))[0]?.jobId).toBe(jobId);
  }
});

test("other containers are not jobs", async () => {
  const service = useSharedAzurite().serviceClient();
  const name = createJobId("other");
  await service.getContainerClient(name).create();
  expect(await jobsIn(name)).toEqual([]);
});

test("a listed job's outputs are read through its storage, and jobs come in pages", async () => {
  await using azurite = await startAzurite();
  const own = BatchOutputsClient.fromConnectionString(azurite.connectionString);
  for (const jobId of ["j3", "j1", "j2", "My_Job"]) await own.prepareOutputStorage(jobId);
  await own.getTaskOutputStorage("j2", "t1").saveText("TaskLog", "x", "a.txt");
  const pages = await collectAll(own.listJobs().byPage({ maxPageSize: 3 }));
  expect(pages.map((page) => page.map(({ jobId }) => jobId))).toEqual([["j1", "j2", "j3"], ["My_Job"]]);
  const { continuationToken } = pages[0] ?? [];
  const rest = await collectAll(
    own.listJobs().byPage(continuationToken === undefined ? {} : { continuationToken }),
  );
  expect(rest.flat().map(({ jobId }) => jobId)).toEqual(["My_Job"]);
  const j2 = pages.flat().find(({ jobId }) => jobId === "j2");
  const outputs = j2 ? await collectAll(j2.storage.listAllOutputs()) : [];
  expect(outputs.map((output) => [output.jobId, output.taskId, output.filePath])).toEqual([
    ["j2", "t1", "a.txt"],
  ]);
});

test("an account without any container lists no job", async () => {
  await using azurite = await startAzurite();
  expect(
    await collectAll(BatchOutputsClient.fromConnectionString(azurite.connectionString).listJobs()),
  ).toEqual([]);
});

test("a refusal names the action and the account", async () => {
  const { blobEndpoint } = useSharedAzurite();
  const wrong = new BatchOutputsClient(
    `${blobEndpoint}?sv=2021-12-02&ss=b&srt=sco&sp=l&se=2099-01-01T00:00:00Z&sig=bm8%3D`,
    undefined,
    quickRetries,
  );
  const error = await captureOurError(collectAll(wrong.listJobs()), "NotAuthorized");
  expect(error.message).toContain(`Listing the jobs of the storage account at ${blobEndpoint}`);
});
