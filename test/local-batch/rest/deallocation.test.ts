import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

import { createTemporaryFolder } from "../../support/create-temporary-folder.js";
import { sendBatchRequest } from "../support/send-batch-request.js";
import { startTestBatch } from "../support/start-test-batch.js";
import { expectEventually } from "../support/wait.js";
import { poolBody } from "./pool-and-job.js";

it("deallocates a node; its task waits until a client starts the node again", async () => {
  const service = await startTestBatch();
  const read = async (path: string): Promise<Record<string, unknown>> =>
    (await sendBatchRequest(service, "GET", path)).body;
  const folder = createTemporaryFolder();
  const hasBegun = join(folder, "begun");
  await sendBatchRequest(service, "POST", "/pools", { body: poolBody("pool", 1) });
  await sendBatchRequest(service, "POST", "/jobs", { body: { id: "film", poolInfo: { poolId: "pool" } } });
  await sendBatchRequest(service, "POST", "/jobs/film/tasks", {
    body: {
      id: "task",
      commandLine: `/bin/sh -c 'test -e ${hasBegun} && exit 0; touch ${hasBegun}; exec sleep 600'`,
    },
  });
  await expect.poll(() => existsSync(hasBegun)).toBe(true);
  const [node] = (await sendBatchRequest(service, "GET", "/pools/pool/nodes")).body.value ?? [];
  const path = `/pools/pool/nodes/${String(node?.["id"])}`;
  const act = async (action: string, apiVersion = "2024-07-01.20.0"): Promise<unknown> => {
    const response = await sendBatchRequest(service, "POST", `${path}/${action}`, {
      apiVersion,
      ...(action === "deallocate" && { body: {} }),
    });
    return response.status < 300 ? response.status : response.body.code;
  };
  expect(await act("deallocate", "2024-02-01.19.0")).toBe("InvalidUri");
  expect(await act("start")).toBe("OperationInvalidForCurrentState");
  expect(await act("deallocate")).toBe(202);
  await expectEventually(async () => (await read(path))["state"], "deallocated");
  expect((await read("/jobs/film/tasks/task"))["state"]).toBe("active");
  expect((await sendBatchRequest(service, "GET", "/nodecounts")).body.value).toMatchObject([
    { dedicated: { deallocated: 1, total: 1 } },
  ]);
  expect(await act("deallocate")).toBe("NodeNotReady");
  expect(await act("start")).toBe(202);
  await expectEventually(async () => (await read("/jobs/film/tasks/task"))["state"], "completed");
  expect((await read("/jobs/film/tasks/task"))["executionInfo"]).toMatchObject({
    exitCode: 0,
    requeueCount: 1,
  });
});
