import { AzureNamedKeyCredential } from "@azure/core-auth";
import { getClient } from "@azure-rest/core-client";
import { expect, it } from "vitest";

import { startTestBatch } from "../support/start-test-batch.js";
import { createOutputContainer } from "../support/create-output-container.js";
import { expectEventually } from "../support/wait.js";
import { sharedKeyPolicy } from "./shared-key-policy.js";

it("the generation of @azure/batch 13 (api-version 2025-06-01) runs a job through @azure-rest/core-client", async () => {
  const service = await startTestBatch();
  const outputs = await createOutputContainer();
  const client = getClient(service.endpoint, { apiVersion: "2025-06-01", allowInsecureConnection: true });
  client.pipeline.addPolicy(
    sharedKeyPolicy(new AzureNamedKeyCredential(service.accountName, service.accountKey)),
    { phase: "Sign" },
  );
  const contentType = "application/json; odata=minimalmetadata";
  const read = async (path: string, queryParameters: Record<string, unknown> = {}): Promise<Wire> =>
    (await client.pathUnchecked(path).get({ queryParameters })).body as Wire;

  const pool = await client.pathUnchecked("/pools").post({
    contentType,
    body: {
      id: "pool",
      vmSize: "standard_d2s_v3",
      virtualMachineConfiguration: {
        imageReference: {
          publisher: "canonical",
          offer: "ubuntu-24_04-lts",
          sku: "server",
          version: "latest",
        },
        nodeAgentSKUId: "batch.node.ubuntu 24.04",
      },
      targetDedicatedNodes: 1,
    },
  });
  expect(pool.status).toBe("201");
  await client.pathUnchecked("/jobs").post({
    contentType,
    body: { id: "film", poolInfo: { poolId: "pool" }, usesTaskDependencies: true },
  });
  const added = await client.pathUnchecked("/jobs/film/addtaskcollection").post({
    contentType,
    body: {
      value: [
        { id: "1", commandLine: "/bin/sh -c 'echo one > one.txt'" },
        {
          id: "2",
          commandLine: "/bin/sh -c 'echo two'",
          dependsOn: { taskIdRanges: [{ start: 1, end: 1 }] },
          outputFiles: [
            {
              filePattern: "../stdout.txt",
              destination: { container: { containerUrl: outputs.url, path: "2/$TaskLog/stdout.txt" } },
              uploadOptions: { uploadCondition: "tasksuccess" },
            },
          ],
        },
      ],
    },
  });
  expect(added.body).toMatchObject({ value: [{ status: "Success" }, { status: "Success" }] });
  await expectEventually(async () => (await read("/jobs/film/tasks/2"))["state"], "completed");

  expect(await outputs.read("2/$TaskLog/stdout.txt")).toBe("two\n");
  const list = await read("/jobs/film/tasks", {
    $filter: "executionInfo/exitCode eq 0",
    $select: "id,state",
  });
  expect(list["value"]).toEqual([
    { id: "1", state: "completed" },
    { id: "2", state: "completed" },
  ]);
  const files = await read("/jobs/film/tasks/1/files", {
    recursive: true,
    $filter: "startswith(name, 'wd/')",
  });
  expect(files["value"]).toMatchObject([{ name: "wd/one.txt", properties: { contentLength: "4" } }]);
  const file = await client.pathUnchecked("/jobs/film/tasks/1/files/wd%2Fone.txt").get({
    headers: { "ocp-range": "bytes=1-2" },
  });
  expect(file.body).toBe("ne");
  const properties = await client.pathUnchecked("/jobs/film/tasks/1/files/wd%2Fone.txt").head();
  expect(properties.headers).toMatchObject({ "content-length": "4", "ocp-batch-file-isdirectory": "False" });

  expect((await client.pathUnchecked("/jobs/film/tasks/1").delete()).status).toBe("200");
  const gone = await client.pathUnchecked("/jobs/film/tasks/1").get();
  expect(gone.body).toMatchObject({ code: "TaskNotFound" });
  expect((await client.pathUnchecked("/jobs/film").delete()).status).toBe("202");
  expect((await client.pathUnchecked("/pools/pool").delete()).status).toBe("202");
  await expectEventually(async () => (await client.pathUnchecked("/pools/pool").head()).status, "404");
});

type Wire = Readonly<Record<string, unknown>>;
