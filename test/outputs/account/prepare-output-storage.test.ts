import { expect, test } from "vitest";

import { jobOutputContainerName } from "../../../src/conventions/index.js";
import { BatchOutputsClient } from "../../../src/outputs/index.js";
import { captureError, captureErrors, captureOurError } from "../../support/capture-error.js";
import { makeGate } from "../../support/faults.js";
import {
  collectAll,
  faultAlways,
  faultNth,
  setUpOutputs,
  quickRetries,
} from "../../support/output-fixture.js";
import { useSharedAzurite } from "../../support/use-shared-azurite.js";
import { createJobId } from "../../support/create-job-id.js";

function client(): BatchOutputsClient {
  return BatchOutputsClient.fromConnectionString(useSharedAzurite().connectionString, quickRetries);
}

function containerOf(jobId: string) {
  return useSharedAzurite().serviceClient().getContainerClient(jobOutputContainerName(jobId));
}

/**
 * Two jobs of one container name: the plain name of the second is the hashed one of the first (defect D17).
 * The hash is that of `jobOutputContainerName`, so that each test has a pair of its own.
 */
function collidingJobs(): [hashed: string, plain: string] {
  const hashed = `my_job-${createJobId("x")}`;
  const plain = jobOutputContainerName(hashed).replace(/^job-/, "");
  expect(jobOutputContainerName(plain)).toBe(jobOutputContainerName(hashed));
  return [hashed, plain];
}

test("CloudJobPrepareOutputStorageExtensionCreatesCorrectContainer: absent before, there after, private", async () => {
  const jobId = createJobId();
  expect(await containerOf(jobId).exists()).toBe(false);
  await client().prepareOutputStorage(jobId);
  expect(await containerOf(jobId).exists()).toBe(true);
  expect((await containerOf(jobId).getAccessPolicy()).blobPublicAccess).toBeUndefined();
  const anonymous = await fetch(`${containerOf(jobId).url}?restype=container&comp=list`);
  expect(anonymous.ok).toBe(false);
});

test("the job's own id is stored in the container's metadata by the request that creates it", async () => {
  const { client: through, proxy } = await setUpOutputs();
  const jobId = createJobId("Mixed_Case");
  await through.prepareOutputStorage({ id: jobId });
  expect(proxy.exchanges.map(({ operation }) => operation)).toEqual(["CreateContainer"]);
  expect((await containerOf(jobId).getProperties()).metadata).toEqual({ batchjobid: jobId });
});

test("the call can be repeated, and keeps stored outputs", async () => {
  const jobId = createJobId();
  await client().prepareOutputStorage(jobId);
  await client().getJobOutputStorage(jobId).saveText("JobOutput", "kept", "a.txt");
  await client().prepareOutputStorage(jobId);
  await client().prepareOutputStorage(jobId.toUpperCase());
  expect(await collectAll(client().getJobOutputStorage(jobId).listOutputs())).toHaveLength(1);
  expect((await containerOf(jobId).getProperties()).metadata).toEqual({ batchjobid: jobId });
});

test("twenty concurrent calls succeed", async () => {
  const jobId = createJobId("race_d");
  await Promise.all(Array.from({ length: 20 }, () => client().prepareOutputStorage(jobId)));
  expect((await containerOf(jobId).getProperties()).metadata).toEqual({ batchjobid: jobId });
});

test("an answer that is lost after the container was created is not an error", async () => {
  const { client: through, proxy } = await setUpOutputs(faultNth("CreateContainer", { kind: "cut-after" }));
  const jobId = createJobId();
  await through.prepareOutputStorage(jobId);
  expect(proxy.exchanges.length).toBeGreaterThan(1);
  expect((await containerOf(jobId).getProperties()).metadata).toEqual({ batchjobid: jobId });
});

test("the job's id is recorded in a container of another program, and its other metadata is kept", async () => {
  const jobId = createJobId("by_net");
  await containerOf(jobId).create({ metadata: { Owner: "somebody", department: "films" } });
  await client().prepareOutputStorage(jobId);
  const { metadata } = await containerOf(jobId).getProperties();
  expect(Object.values(metadata ?? {}).sort()).toEqual([jobId, "films", "somebody"].sort());
  expect(metadata).toMatchObject({ batchjobid: jobId });
});

test("a container that is public already stays public", async () => {
  const jobId = createJobId();
  await containerOf(jobId).create({ access: "container" });
  await client().prepareOutputStorage(jobId);
  expect((await containerOf(jobId).getAccessPolicy()).blobPublicAccess).toBe("container");
});

test("D17: the second of two jobs whose ids lead to one container is refused, whichever comes first", async () => {
  for (const [first, second] of [collidingJobs(), collidingJobs().reverse() as [string, string]]) {
    await client().prepareOutputStorage(first);
    const error = await captureOurError(client().prepareOutputStorage(second), "ContainerOfAnotherJob");
    expect(error).toMatchObject({ jobId: second, containerName: jobOutputContainerName(first) });
    expect(error.message).toContain(`it holds those of job "${first}"`);
    expect((await containerOf(first).getProperties()).metadata).toEqual({ batchjobid: first });
    await client().prepareOutputStorage(first);
  }
});

test("D17: of two such jobs at once, one is refused", async () => {
  const jobs = collidingJobs();
  const results = await Promise.allSettled(jobs.map((jobId) => client().prepareOutputStorage(jobId)));
  expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  const refused = results.find((result) => result.status === "rejected");
  expect(refused?.reason).toMatchObject({ code: "ContainerOfAnotherJob" });
});

test("D17: deleting the outputs of a job never deletes those of the other", async () => {
  const [first, second] = collidingJobs();
  await client().prepareOutputStorage(first);
  await captureOurError(client().deleteOutputStorage(second), "ContainerOfAnotherJob");
  expect(await containerOf(first).exists()).toBe(true);
});

test("the error for a container that is being deleted says so, and how long that may take", async () => {
  const being = { kind: "answer", status: 409, code: "ContainerBeingDeleted" } as const;
  const { client: through } = await setUpOutputs(faultAlways("CreateContainer", being));
  const jobId = createJobId();
  const error = await captureOurError(through.prepareOutputStorage(jobId), "ContainerBeingDeleted");
  expect(error).toMatchObject({ jobId, containerName: `job-${jobId}` });
  expect(error.message).toMatch(/half a minute or more. Try again in 30 s/);
});

test("a container that is disabled is AccountUnavailable", async () => {
  const { client: through } = await setUpOutputs(
    faultAlways("CreateContainer", { kind: "answer", status: 409, code: "ContainerDisabled" }),
  );
  const error = await captureError(through.prepareOutputStorage(createJobId()));
  expect(error).toMatchObject({ code: "AccountUnavailable", cause: { statusCode: 409 } });
});

test("deleteOutputStorage removes the container, and returns whether there was one", async () => {
  const jobId = createJobId();
  await client().prepareOutputStorage(jobId);
  expect(await client().deleteOutputStorage(jobId)).toBe(true);
  expect(await containerOf(jobId).exists()).toBe(false);
  expect(await client().deleteOutputStorage(jobId)).toBe(false);
});

test("deleteOutputStorage treats a container that is being deleted as deleted", async () => {
  const being = { kind: "answer", status: 409, code: "ContainerBeingDeleted" } as const;
  const { client: through, jobId } = await setUpOutputs(faultAlways("DeleteContainer", being));
  expect(await through.deleteOutputStorage(jobId)).toBe(false);
});

test("an abort is honoured before and during the request", async () => {
  const never = makeGate();
  const { client: through, proxy } = await setUpOutputs();
  const jobId = createJobId();
  const aborted = { abortSignal: AbortSignal.abort() };
  const failures = await captureErrors(
    through.prepareOutputStorage(jobId, aborted),
    through.deleteOutputStorage(jobId, aborted),
  );
  for (const { name } of failures) expect(name).toBe("AbortError");
  expect(proxy.exchanges).toEqual([]);

  proxy.onRequest = () => ({ kind: "delay", until: never.opened, then: { kind: "cut-before" } });
  const abort = new AbortController();
  const preparing = captureError(through.prepareOutputStorage(jobId, { abortSignal: abort.signal }));
  await proxy.waitForRequest(({ operation }) => operation === "CreateContainer");
  abort.abort();
  expect((await preparing).name).toBe("AbortError");
  never.open();
});
