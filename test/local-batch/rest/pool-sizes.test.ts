import { expect, it } from "vitest";

import { type BatchBody, sendBatchRequest } from "../support/send-batch-request.js";
import { startTestBatch } from "../support/start-test-batch.js";
import { poolBody } from "./pool-and-job.js";

type Service = Awaited<ReturnType<typeof startTestBatch>>;

async function getPool(service: Service): Promise<BatchBody> {
  return (await sendBatchRequest(service, "GET", "/pools/pool")).body;
}

async function listNodeIds(service: Service): Promise<unknown[]> {
  const { body } = await sendBatchRequest(service, "GET", "/pools/pool/nodes");
  return (body.value ?? []).map(({ id }) => id);
}

it.each([
  { kind: "dedicated", target: "targetDedicatedNodes", current: "currentDedicatedNodes" },
  { kind: "low priority", target: "targetLowPriorityNodes", current: "currentLowPriorityNodes" },
])(
  "keeps the targets of a pool of $kind nodes after its resize is stopped, and reports the stop",
  async ({ kind, target, current }) => {
    const service = await startTestBatch();
    const targets = { targetDedicatedNodes: 0, [target]: 1 };
    await sendBatchRequest(service, "POST", "/pools", { body: { ...poolBody("pool", 0), ...targets } });
    await sendBatchRequest(service, "POST", "/jobs", { body: { id: "film", poolInfo: { poolId: "pool" } } });
    await sendBatchRequest(service, "POST", "/jobs/film/tasks", {
      body: { id: "t", commandLine: "/bin/sleep 1000" },
    });
    const readState = async (): Promise<unknown> =>
      (await sendBatchRequest(service, "GET", "/jobs/film/tasks/t")).body["state"];
    await expect.poll(readState).toBe("running");
    const shrink = { [target]: 0, nodeDeallocationOption: "taskcompletion" };
    await sendBatchRequest(service, "POST", "/pools/pool/resize", { body: shrink });
    expect(await getPool(service)).toMatchObject({ allocationState: "resizing" });
    const stopped = await sendBatchRequest(service, "POST", "/pools/pool/stopresize");
    expect(stopped.status).toBe(202);
    const { resizeErrors, ...pool } = await getPool(service);
    expect(pool).toMatchObject({ allocationState: "steady", [target]: 0 });
    expect(resizeErrors).toEqual([
      {
        code: "ResizeStopped",
        message: `Desired number of ${kind} nodes could not be allocated due to a stop resize operation`,
      },
    ]);
    await sendBatchRequest(service, "POST", "/jobs/film/tasks/t/terminate");
    const grown = await sendBatchRequest(service, "POST", "/pools/pool/resize", {
      body: { [target]: 2 },
    });
    expect(grown.status).toBe(202);
    await expect.poll(() => getPool(service)).toMatchObject({ [current]: 2, allocationState: "steady" });
    expect(await getPool(service)).not.toHaveProperty("resizeErrors");
  },
);

it("removes the existing nodes of a list, each once", async () => {
  const service = await startTestBatch();
  await sendBatchRequest(service, "POST", "/pools", { body: poolBody("pool", 3) });
  await expect.poll(() => listNodeIds(service)).toHaveLength(3);
  const [first, second, third] = await listNodeIds(service);
  const remove = (nodeList: unknown[]) =>
    sendBatchRequest(service, "POST", "/pools/pool/removenodes", { body: { nodeList } });
  expect((await remove([first, "tvm-gone", second, second])).status).toBe(202);
  await expect.poll(() => listNodeIds(service)).toEqual([third]);
  expect(await getPool(service)).toMatchObject({ targetDedicatedNodes: 1 });
  await expect.poll(() => getPool(service)).toMatchObject({ allocationState: "steady" });
  expect((await remove([first])).body.code).toBe("NodeNotFound");
});

it("shows the first evaluation of a formula as soon as the pool is added", async () => {
  const service = await startTestBatch();
  const { targetDedicatedNodes: _, ...body } = poolBody("pool", 0);
  const autoScaleFormula = "$TargetDedicatedNodes = 0;";
  await sendBatchRequest(service, "POST", "/pools", {
    body: { ...body, enableAutoScale: true, autoScaleFormula },
  });
  const { autoScaleRun } = await getPool(service);
  expect(autoScaleRun).toMatchObject({
    results: expect.stringContaining("$TargetDedicatedNodes=0") as string,
  });
});

it("updates properties to an empty list of certificates, and shows no empty list of metadata", async () => {
  const service = await startTestBatch();
  const { virtualMachineConfiguration: _, ...body } = poolBody("pool", 0);
  await sendBatchRequest(service, "POST", "/pools", {
    body: { ...body, cloudServiceConfiguration: { osFamily: "6" } },
    apiVersion: "2022-10-01.16.0",
  });
  const changes = { certificateReferences: [], applicationPackageReferences: [], metadata: [] };
  const update = async (apiVersion: string): Promise<Readonly<Record<string, unknown>>> => {
    const options = { body: changes, apiVersion };
    const { status } = await sendBatchRequest(service, "POST", "/pools/pool/updateproperties", options);
    expect(status).toBe(204);
    return (await sendBatchRequest(service, "GET", "/pools/pool", { apiVersion })).body;
  };
  const former = await update("2022-10-01.16.0");
  expect(former["certificateReferences"]).toEqual([]);
  expect(former).not.toHaveProperty("metadata");
  expect(former).not.toHaveProperty("targetNodeCommunicationMode");
  expect(await update("2023-05-01.17.0")).toMatchObject({ targetNodeCommunicationMode: "default" });
});

it("finds files of a Windows node by names in any case", async () => {
  const service = await startTestBatch();
  const windows = {
    imageReference: { publisher: "microsoftwindowsserver", offer: "windowsserver", sku: "2022-datacenter" },
    nodeAgentSKUId: "batch.node.windows amd64",
  };
  const windowsPool = { ...poolBody("windows", 1), virtualMachineConfiguration: windows };
  await sendBatchRequest(service, "POST", "/pools", { body: windowsPool });
  await sendBatchRequest(service, "POST", "/pools", { body: poolBody("linux", 1) });
  const headWorkItems = async (poolId: string): Promise<number | undefined> => {
    const [node] = (await sendBatchRequest(service, "GET", `/pools/${poolId}/nodes`)).body.value ?? [];
    if (node?.["state"] !== "idle") return undefined;
    const path = `/pools/${poolId}/nodes/${String(node["id"])}/files/WorkItems`;
    return (await sendBatchRequest(service, "HEAD", path)).status;
  };
  await expect.poll(() => headWorkItems("windows")).toBe(200);
  await expect.poll(() => headWorkItems("linux")).toBe(404);
});
