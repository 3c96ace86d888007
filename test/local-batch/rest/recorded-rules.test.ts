import { expect, it } from "vitest";

import type { LocalBatch } from "../../../src/local-batch/index.js";
import { sendBatchRequest } from "../support/send-batch-request.js";
import { startTestBatch } from "../support/start-test-batch.js";
import { expectEventually } from "../support/wait.js";
import { addIdleJob, poolBody, runTask } from "./pool-and-job.js";

// Rules of Azure Batch that its recorded answers show, in at least two recordings each.

type Entity = Readonly<Record<string, unknown>>;

async function read(service: LocalBatch, path: string, apiVersion?: string): Promise<Entity> {
  return (await sendBatchRequest(service, "GET", path, { ...(apiVersion !== undefined && { apiVersion }) }))
    .body;
}

it("shows the scope of an automatic user in all versions if a client gave it", async () => {
  const service = await startTestBatch();
  await addIdleJob(service);
  const userIdentity = { autoUser: { scope: "pool", elevationLevel: "nonadmin" } };
  await sendBatchRequest(service, "POST", "/jobs/film/tasks", {
    body: { id: "task", commandLine: "true", userIdentity },
  });
  for (const version of [
    "2017-01-01.4.0",
    "2017-05-01.5.0",
    "2018-12-01.8.0",
    "2019-06-01.9.0",
    "2025-06-01",
  ])
    expect(await read(service, "/jobs/film/tasks/task", version)).toMatchObject({ userIdentity });
});

it("shows no folder of a task that waits for the job preparation task; its start time before 2017-05-01.5.0", async () => {
  const service = await startTestBatch();
  await sendBatchRequest(service, "POST", "/pools", { body: poolBody("pool", 1) });
  const jobPreparationTask = { commandLine: "/bin/sleep 600" };
  await sendBatchRequest(service, "POST", "/jobs", {
    body: { id: "film", poolInfo: { poolId: "pool" }, jobPreparationTask },
  });
  const path = "/jobs/film/tasks/task";
  await sendBatchRequest(service, "POST", "/jobs/film/tasks", { body: { id: "task", commandLine: "true" } });
  await expectEventually(async () => (await read(service, path))["state"], "preparing");
  const task = await read(service, path);
  expect(Object.keys(task["nodeInfo"] as object).sort()).toEqual([
    "affinityId",
    "nodeId",
    "nodeUrl",
    "poolId",
  ]);
  expect(task["executionInfo"]).not.toHaveProperty("startTime");
  const former = await read(service, path, "2017-01-01.4.0");
  expect(former["executionInfo"]).toMatchObject({ startTime: former["stateTransitionTime"] });
});

it("shows the pool of a schedule's specification as the version shows pools", async () => {
  const service = await startTestBatch();
  const { id: _, ...pool } = poolBody("pool", 0);
  const autoPoolSpecification = { poolLifetimeOption: "jobschedule", pool };
  await sendBatchRequest(service, "POST", "/jobschedules", {
    body: { id: "nightly", schedule: {}, jobSpecification: { poolInfo: { autoPoolSpecification } } },
  });
  const specified = async (version: string): Promise<Entity> => {
    const { jobSpecification } = await read(service, "/jobschedules/nightly", version);
    const { poolInfo } = jobSpecification as { poolInfo: { autoPoolSpecification: { pool: Entity } } };
    return poolInfo.autoPoolSpecification.pool;
  };
  expect(await specified("2016-07-01.3.1")).toMatchObject({ targetDedicated: 0, maxTasksPerNode: 1 });
  expect(await specified("2016-07-01.3.1")).not.toHaveProperty("targetLowPriorityNodes");
  expect(await specified("2025-06-01")).toMatchObject({ targetDedicatedNodes: 0, targetLowPriorityNodes: 0 });
});

it("shows the timeout of a resize until it has ended or was stopped", async () => {
  const service = await startTestBatch();
  await sendBatchRequest(service, "POST", "/pools", { body: poolBody("pool", 0) });
  service.faults.delayResizes(60_000);
  const targets = { targetDedicatedNodes: 0, targetLowPriorityNodes: 3 };
  const resize = () =>
    sendBatchRequest(service, "POST", "/pools/pool/resize", { body: { ...targets, resizeTimeout: "PT20M" } });
  await resize();
  const resizing = {
    ...targets,
    allocationState: "resizing",
    resizeTimeout: "PT20M",
    currentLowPriorityNodes: 0,
  };
  expect(await read(service, "/pools/pool")).toMatchObject(resizing);
  await sendBatchRequest(service, "POST", "/pools/pool/stopresize");
  const message =
    "Desired number of low priority nodes could not be allocated due to a stop resize operation";
  expect(await read(service, "/pools/pool")).toMatchObject({
    ...targets,
    allocationState: "steady",
    resizeTimeout: "PT15M",
    currentLowPriorityNodes: 0,
    resizeErrors: [{ code: "ResizeStopped", message }],
  });
  await resize();
  await service.clock.advance(60_000);
  await expectEventually(async () => (await read(service, "/pools/pool"))["allocationState"], "steady");
  expect(await read(service, "/pools/pool")).toMatchObject({
    resizeTimeout: "PT15M",
    currentLowPriorityNodes: 3,
  });
});

it("stops a resize when automatic scaling is disabled", async () => {
  const service = await startTestBatch();
  await sendBatchRequest(service, "POST", "/pools", { body: poolBody("pool", 0) });
  service.faults.delayResizes(60_000);
  const autoScaleFormula = "$TargetDedicatedNodes = 2";
  await sendBatchRequest(service, "POST", "/pools/pool/enableautoscale", { body: { autoScaleFormula } });
  await expectEventually(async () => (await read(service, "/pools/pool"))["allocationState"], "resizing");
  await sendBatchRequest(service, "POST", "/pools/pool/disableautoscale");
  expect(await read(service, "/pools/pool")).toMatchObject({
    allocationState: "steady",
    targetDedicatedNodes: 2,
    currentDedicatedNodes: 0,
    resizeErrors: [{ code: "ResizeStopped" }],
  });
});

it("names a package that does not exist in lower case, and says so", async () => {
  const service = await startTestBatch();
  const body = { ...poolBody("pool", 0), applicationPackageReferences: [{ applicationId: "Blender" }] };
  const answer = await sendBatchRequest(service, "POST", "/pools", { body });
  expect([answer.status, answer.body.code]).toEqual([409, "InvalidApplicationPackageReferences"]);
  expect(answer.body.values).toEqual([
    { key: "blender", value: "The specified application package does not exist." },
  ]);
});

it.each(["wd%09out.txt", "a%00", "a%7F", "a%C2%85"])(
  "answers the path %s as an HTTP server does",
  async (name) => {
    const service = await startTestBatch();
    const answer = await sendBatchRequest(service, "DELETE", `/jobs/film/tasks/task/files/${name}`);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([400, "text/html; charset=us-ascii"]);
    expect(answer.text).toContain("Bad Request - Invalid URL");
  },
);

it("creates empty output files for a task whose program does not exist, and names its command line", async () => {
  const service = await startTestBatch();
  const commandLine = "no-such-program https://a.blob.core.windows.net/c?sig=abc%3D";
  await runTask(service, { commandLine });
  const { executionInfo } = await read(service, "/jobs/film/tasks/task");
  expect(executionInfo).toMatchObject({
    failureInfo: {
      code: "CommandProgramNotFound",
      details: [{ name: "CommandLine" }, { name: "Message", value: "There is no program no-such-program" }],
    },
  });
  expect(JSON.stringify(executionInfo)).toContain("a.blob.core.windows.net/c");
  expect(JSON.stringify(executionInfo)).not.toContain("abc%3D");
  for (const name of ["stdout.txt", "stderr.txt"]) {
    const file = await sendBatchRequest(service, "GET", `/jobs/film/tasks/task/files/${name}`);
    expect([name, file.status, file.text]).toEqual([name, 200, ""]);
  }
});

it("accepts registries and settings of extensions, and shows them without their secrets", async () => {
  const service = await startTestBatch();
  await addIdleJob(service);
  const registry = { registryServer: "images.example", username: "someone" };
  const secret = "Passw0rd!";
  const containerSettings = { imageName: "images.example/render", registry };
  const added = await sendBatchRequest(service, "POST", "/jobs/film/tasks", {
    body: {
      id: "task",
      commandLine: "true",
      containerSettings: { ...containerSettings, registry: { ...registry, password: secret } },
    },
  });
  expect(added.status).toBe(201);
  const extension = { name: "e", publisher: "p", type: "t", settings: { a: 1 } };
  const { virtualMachineConfiguration, ...pool } = poolBody("pool", 0);
  const containerConfiguration = { type: "dockerCompatible", containerRegistries: [registry] };
  await sendBatchRequest(service, "POST", "/pools", {
    body: {
      ...pool,
      virtualMachineConfiguration: {
        ...(virtualMachineConfiguration as object),
        containerConfiguration: {
          ...containerConfiguration,
          containerRegistries: [{ ...registry, password: secret }],
        },
        extensions: [{ ...extension, protectedSettings: { key: secret } }],
      },
    },
  });
  const answers = await Promise.all(
    ["/jobs/film/tasks/task", "/jobs/film/tasks", "/pools/pool"].map((path) =>
      sendBatchRequest(service, "GET", path),
    ),
  );
  expect(answers[0]?.body).toMatchObject({ containerSettings });
  expect(answers[2]?.body).toMatchObject({
    virtualMachineConfiguration: { containerConfiguration, extensions: [extension] },
  });
  for (const { text } of answers) expect(text).not.toContain(secret);
});
