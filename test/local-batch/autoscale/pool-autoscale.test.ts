import { BatchServiceClient, BatchSharedKeyCredentials } from "@azure/batch";
import { expect, it } from "vitest";

import type { LocalBatch } from "../../../src/local-batch/index.js";
import { contractVersions } from "../contract/contract.js";
import { poolBody } from "../rest/pool-and-job.js";
import { sendBatchRequest, type BatchResponse } from "../support/send-batch-request.js";
import { startTestBatch } from "../support/start-test-batch.js";
import { expectEventually } from "../support/wait.js";

const minuteInMs = 60_000;

function scaledPool(formula: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  const { targetDedicatedNodes: _, ...body } = poolBody("pool", 0);
  return { ...body, enableAutoScale: true, autoScaleFormula: formula, ...more };
}

async function read(service: LocalBatch, path: string): Promise<Record<string, unknown>> {
  return (await sendBatchRequest(service, "GET", path)).body;
}

async function run(service: LocalBatch): Promise<Record<string, unknown>> {
  const { autoScaleRun } = await read(service, "/pools/pool");
  return (autoScaleRun ?? {}) as Record<string, unknown>;
}

async function nodeCount(service: LocalBatch): Promise<unknown> {
  return (await read(service, "/pools/pool"))["currentDedicatedNodes"];
}

async function evaluate(service: LocalBatch, autoScaleFormula: string): Promise<BatchResponse> {
  return await sendBatchRequest(service, "POST", "/pools/pool/evaluateautoscale", {
    body: { autoScaleFormula },
  });
}

it.each(contractVersions)("enables, evaluates and disables with %s", async (apiVersion) => {
  const service = await startTestBatch();
  const ask = async (method: string, path: string, body?: unknown): Promise<BatchResponse> =>
    await sendBatchRequest(service, method, path, { apiVersion, ...(body !== undefined && { body }) });
  await ask("POST", "/pools", poolBody("pool", 1));
  await expectEventually(async () => nodeCount(service), 1);
  const enabled = await ask("POST", "/pools/pool/enableautoscale", {
    autoScaleFormula: "$TargetDedicatedNodes=2",
    autoScaleEvaluationInterval: "PT6M",
  });
  expect([enabled.status, enabled.headers.get("dataserviceid")]).toEqual([
    200,
    `${service.endpoint}/pools/pool/enableautoscale`,
  ]);
  await expectEventually(async () => nodeCount(service), 2);
  const evaluated = await ask("POST", "/pools/pool/evaluateautoscale", {
    autoScaleFormula: "$TargetDedicatedNodes=3",
  });
  expect([evaluated.status, evaluated.headers.get("etag")]).toEqual([200, null]);
  expect(evaluated.body).toEqual({
    "odata.metadata": `${service.endpoint}/$metadata#Microsoft.Azure.Batch.Protocol.Entities.AutoScaleRun`,
    timestamp: expect.any(String) as string,
    results: "$TargetDedicatedNodes=3;$TargetLowPriorityNodes=0;$NodeDeallocationOption=requeue",
  });
  expect(
    (await ask("POST", "/pools/pool/evaluateautoscale", { autoScaleFormula: "something_useless" })).body,
  ).toMatchObject({
    results: "$TargetDedicatedNodes=2;$TargetLowPriorityNodes=0;$NodeDeallocationOption=requeue",
    error: {
      code: "AutoScalingFormulaEvaluationError",
      message: "The specified auto-scaling formula has evaluation error",
      values: [{ name: "Message", value: "Line 1, Col 1: Undefined symbol: something_useless" }],
    },
  });
  expect((await ask("GET", "/pools/pool")).body).toMatchObject({
    enableAutoScale: true,
    autoScaleFormula: "$TargetDedicatedNodes=2",
    autoScaleEvaluationInterval: "PT6M",
    targetDedicatedNodes: 2,
  });
  const disabled = await ask("POST", "/pools/pool/disableautoscale");
  expect([disabled.status, disabled.headers.get("etag")]).toEqual([200, enabled.headers.get("etag")]);
  const pool = (await ask("GET", "/pools/pool")).body;
  expect(pool).toMatchObject({ enableAutoScale: false, targetDedicatedNodes: 2 });
  expect(pool).not.toHaveProperty("autoScaleFormula");
});

it("evaluates at once and then at each interval, with a sample every 30 seconds", async () => {
  const service = await startTestBatch();
  const formula = `
    percent = $PendingTasks.GetSamplePercent(5 * TimeInterval_Minute);
    tasks = $PendingTasks.GetSample(1);
    $TargetDedicatedNodes = percent < 70 ? 0 : min(2, max(tasks));
    $NodeDeallocationOption = taskcompletion;`;
  await sendBatchRequest(service, "POST", "/pools", {
    body: scaledPool(formula, { autoScaleEvaluationInterval: "PT5M" }),
  });
  await sendBatchRequest(service, "POST", "/jobs", { body: { id: "film", poolInfo: { poolId: "pool" } } });
  for (const id of ["a", "b", "c"])
    await sendBatchRequest(service, "POST", "/jobs/film/tasks", {
      body: { id, commandLine: "/bin/sleep 1000" },
    });
  await expectEventually(
    async () => (await run(service))["results"],
    expect.stringMatching(/;percent=\d+;tasks=\[0\]$/),
  );
  expect(await nodeCount(service)).toBe(0);
  await service.clock.advance(5 * minuteInMs);
  await expectEventually(async () => nodeCount(service), 2);
  expect((await run(service))["results"]).toBe(
    "$TargetDedicatedNodes=2;$TargetLowPriorityNodes=0;$NodeDeallocationOption=taskcompletion;percent=100;tasks=[3]",
  );
  await sendBatchRequest(service, "POST", "/jobs/film/terminate");
  await expectEventually(async () => (await read(service, "/jobs/film"))["state"], "completed");
  await service.clock.advance(5 * minuteInMs);
  await expectEventually(async () => nodeCount(service), 0);
});

it("waits for running tasks with taskcompletion, and ends them with terminate", async () => {
  const service = await startTestBatch();
  await sendBatchRequest(service, "POST", "/pools", { body: scaledPool("$TargetDedicatedNodes = 1") });
  await sendBatchRequest(service, "POST", "/jobs", { body: { id: "film", poolInfo: { poolId: "pool" } } });
  const addTask = async (id: string): Promise<void> => {
    await sendBatchRequest(service, "POST", "/jobs/film/tasks", {
      body: { id, commandLine: "/bin/sleep 1000" },
    });
    await expectEventually(async () => (await read(service, `/jobs/film/tasks/${id}`))["state"], "running");
  };
  const scale = async (autoScaleFormula: string): Promise<void> => {
    await sendBatchRequest(service, "POST", "/pools/pool/enableautoscale", { body: { autoScaleFormula } });
  };
  await addTask("waited-for");
  await scale("$TargetDedicatedNodes = 0; $NodeDeallocationOption = taskcompletion");
  const nodeStates = async (): Promise<unknown> =>
    (await sendBatchRequest(service, "GET", "/pools/pool/nodes")).body.value?.map(({ state }) => state);
  await expectEventually(nodeStates, ["leavingpool"]);
  expect((await read(service, "/jobs/film/tasks/waited-for"))["state"]).toBe("running");
  await sendBatchRequest(service, "POST", "/jobs/film/tasks/waited-for/terminate");
  await expectEventually(nodeStates, []);
  await scale("$TargetDedicatedNodes = 1");
  await addTask("ended");
  await scale("$TargetDedicatedNodes = 0; $NodeDeallocationOption = terminate");
  await expectEventually(async () => (await read(service, "/jobs/film/tasks/ended"))["state"], "completed");
});

it("shows the error of an evaluation and does not change the pool", async () => {
  const service = await startTestBatch();
  await sendBatchRequest(service, "POST", "/pools", {
    body: scaledPool("$TargetDedicatedNodes = avg($PendingTasks.GetSample(TimeInterval_Minute * 10, 90))"),
  });
  await expectEventually(async () => (await run(service))["error"], {
    code: "InsufficientSampleData",
    message: "Autoscale evaluation failed due to insufficient sample data",
    values: [
      {
        name: "Message",
        value: expect.stringMatching(
          /^Line 1, Col 52: Insufficient data from data set: \$PendingTasks wanted 90%, received \d+%$/,
        ) as string,
      },
    ],
  });
  await service.clock.advance(15 * minuteInMs);
  await expectEventually(async () => (await run(service))["error"], undefined);
});

it("rejects invalid formulas and settings", async () => {
  const service = await startTestBatch();
  const code = async (path: string, body: unknown): Promise<unknown> =>
    (await sendBatchRequest(service, "POST", path, { body })).body.code;
  expect(await code("/pools", scaledPool("$TargetDedicatedNodes ="))).toBe("AutoScalingFormulaSyntaxError");
  expect(await code("/pools", scaledPool("x".repeat(8_193)))).toBe("AutoScalingFormulaTooLong");
  expect(await code("/pools", scaledPool("", { targetDedicatedNodes: 1 }))).toBe("InvalidPropertyValue");
  expect(await code("/pools", scaledPool("", { enableAutoScale: false }))).toBe("InvalidPropertyValue");
  const tooShort = { autoScaleEvaluationInterval: "PT4M59S" };
  expect(await code("/pools", scaledPool("", tooShort))).toBe("InvalidPropertyValue");
  await sendBatchRequest(service, "POST", "/pools", { body: poolBody("pool", 0) });
  expect(await code("/pools/pool/enableautoscale", {})).toBe("MissingRequiredProperty");
  expect((await evaluate(service, "1")).body.code).toBe("OperationNotValidOnPool");
  await sendBatchRequest(service, "POST", "/pools/pool/enableautoscale", { body: { autoScaleFormula: "1" } });
  expect(await code("/pools/pool/resize", { targetDedicatedNodes: 1 })).toBe("OperationNotValidOnPool");
});

it("@azure/batch 10.2.0 enables, evaluates and disables", async () => {
  const service = await startTestBatch();
  await sendBatchRequest(service, "POST", "/pools", { body: poolBody("pool", 0) });
  const credentials = new BatchSharedKeyCredentials(service.accountName, service.accountKey);
  const { pool } = new BatchServiceClient(credentials, service.endpoint);
  await pool.enableAutoScale("pool", {
    autoScaleFormula: "$TargetDedicatedNodes=1",
    autoScaleEvaluationInterval: "PT5M",
  });
  const { results } = await pool.evaluateAutoScale(
    "pool",
    "$TargetDedicatedNodes=$TargetDedicatedNodes+1;n=7",
  );
  expect(results).toBe(
    "$TargetDedicatedNodes=2;$TargetLowPriorityNodes=0;$NodeDeallocationOption=requeue;n=7",
  );
  await pool.disableAutoScale("pool");
  expect((await pool.get("pool")).enableAutoScale).toBe(false);
});
