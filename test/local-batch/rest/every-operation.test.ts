import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

import { contractVersions, readContract } from "../contract/contract.js";
import { operationsSeen } from "../contract/exchange-checks.js";
import { type BatchRequestOptions, sendBatchRequest } from "../support/send-batch-request.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";
import { startTestBatch } from "../support/start-test-batch.js";
import { expectEventually } from "../support/wait.js";
import { poolBody } from "./pool-and-job.js";

/** Operations that tests of their own go through. */
const testedElsewhere = /JobSchedule|FromSchedule|AutoScale|Subtasks|SubTasks/;

function packageFolder(): string {
  const folder = createTemporaryFolder();
  mkdirSync(join(folder, "blender", "4.2"), { recursive: true });
  return folder;
}

it.each(contractVersions)(
  "implements every operation of %s, and each exchange conforms to its definition",
  async (apiVersion) => {
    const service = await startTestBatch({ applicationPackages: packageFolder() });
    const ask = async (method: string, path: string, options: BatchRequestOptions = {}): Promise<string> => {
      const { status, text } = await sendBatchRequest(service, method, path, { apiVersion, ...options });
      expect([method, path, status, status < 300 ? "" : text]).toEqual([
        method,
        path,
        expect.any(Number),
        "",
      ]);
      return text;
    };
    const read = async (path: string): Promise<Record<string, unknown>> =>
      JSON.parse(await ask("GET", path)) as Record<string, unknown>;

    await ask("GET", "/supportedimages");
    await ask("POST", "/pools", {
      body: { ...poolBody("pool", 1), startTask: { commandLine: "/bin/true", waitForSuccess: true } },
    });
    await ask("GET", "/pools");
    await ask("HEAD", "/pools/pool");
    await ask("GET", "/nodecounts");
    await expectEventually(async () => (await read("/pools/pool"))["allocationState"], "steady");
    const steps = { commandLine: "/bin/true" };
    await ask("POST", "/jobs", {
      body: {
        id: "film",
        poolInfo: { poolId: "pool" },
        usesTaskDependencies: true,
        jobPreparationTask: steps,
        jobReleaseTask: steps,
        jobManagerTask: { id: "manager", ...steps, killJobOnCompletion: false },
        commonEnvironmentSettings: [{ name: "A", value: "b" }],
      },
    });
    await ask("GET", "/jobs");
    await ask("PATCH", "/jobs/film", { body: { priority: 1 } });
    await ask("PUT", "/jobs/film", { body: { poolInfo: { poolId: "pool" }, priority: 2 } });
    await ask("POST", "/jobs/film/disable", { body: { disableTasks: "wait" } });
    await ask("POST", "/jobs/film/enable");
    await ask("POST", "/jobs/film/tasks", {
      body: {
        id: "task",
        commandLine: "/bin/sh -c 'echo x > x.txt; exit 3'",
        exitConditions: { exitCodes: [{ code: 3, exitOptions: { dependencyAction: "satisfy" } }] },
      },
    });
    await ask("POST", "/jobs/film/addtaskcollection", {
      body: { value: [{ id: "other", commandLine: "/bin/sleep 1000", dependsOn: { taskIds: ["task"] } }] },
    });
    await expectEventually(async () => (await read("/jobs/film/tasks/task"))["state"], "completed");
    await expectEventually(async () => (await read("/jobs/film/tasks/other"))["state"], "running");
    await ask("PUT", "/jobs/film/tasks/other", { body: { constraints: { maxTaskRetryCount: 1 } } });
    await ask("GET", "/jobs/film");
    await ask("GET", "/jobs/film/tasks");
    await ask("GET", "/jobs/film/taskcounts");
    await ask("GET", "/jobs/film/tasks/task/files", { query: { recursive: "true" } });
    await ask("HEAD", "/jobs/film/tasks/task/files/wd/x.txt");
    await ask("GET", "/jobs/film/tasks/task/files/wd/x.txt");
    await ask("DELETE", "/jobs/film/tasks/task/files/wd/x.txt");
    const { value } = (await read("/pools/pool/nodes")) as { value: readonly { readonly id: string }[] };
    const node = `/pools/pool/nodes/${value[0]?.id ?? ""}`;
    await ask("GET", node);
    await ask("GET", `${node}/files`, { query: { recursive: "true" } });
    await ask("GET", `${node}/remoteloginsettings`);
    const user = { name: "anna", password: "REPLACED-1" };
    if (apiVersion < "2024") await ask("GET", `${node}/rdp`);
    await ask("POST", `${node}/users`, { body: user });
    await ask("PUT", `${node}/users/anna`, { body: { password: "REPLACED-2" } });
    await ask("DELETE", `${node}/users/anna`);
    await ask("POST", `${node}/disablescheduling`, {
      body: { nodeDisableSchedulingOption: "taskcompletion" },
    });
    await ask("POST", `${node}/enablescheduling`);
    await ask("POST", `${node}/uploadbatchservicelogs`, {
      body: { containerUrl: `${service.endpoint}/none`, startTime: new Date().toISOString() },
    });
    await ask("GET", "/applications");
    await ask("GET", "/applications/blender");
    const usage = await sendBatchRequest(service, "GET", "/poolusagemetrics", { apiVersion });
    expect(usage.status).toBe(apiVersion < "2024-02-01.19.0" ? 200 : 400);
    await ask("PATCH", "/pools/pool", { body: { metadata: [{ name: "owner", value: "anna" }] } });
    await ask("POST", "/pools/pool/updateproperties", {
      body: {
        ...(apiVersion < "2025" && { certificateReferences: [] }),
        applicationPackageReferences: [],
        metadata: [],
      },
    });
    await ask("POST", "/pools/pool/stopresize");
    await ask("GET", `${node}/files/startup/stdout.txt`);
    await ask("HEAD", `${node}/files/startup/stdout.txt`);
    await ask("DELETE", `${node}/files/startup/stdout.txt`);
    await ask("POST", "/jobs/film/tasks/other/terminate");
    await ask("POST", "/jobs/film/tasks/task/reactivate");
    await ask("DELETE", "/jobs/film/tasks/other");
    await ask("POST", "/jobs/film/terminate", { body: {} });
    await expectEventually(async () => (await read("/jobs/film"))["state"], "completed");
    await ask("GET", "/jobs/film/jobpreparationandreleasetaskstatus");
    await ask("DELETE", "/jobs/film");
    for (const action of ["reboot", "reimage"]) {
      await expectEventually(async () => (await read(node))["state"], "idle");
      // Before 2024-07 a node is reimaged in a pool of a cloud service alone.
      if (action === "reimage" && apiVersion < "2024-07-01.20.0")
        expect(await sendBatchRequest(service, "POST", `${node}/reimage`, { apiVersion })).toMatchObject({
          status: 409,
          body: { code: "OperationNotValidOnNode" },
        });
      else await ask("POST", `${node}/${action}`);
    }
    if (apiVersion >= "2024-07-01.20.0") {
      await expectEventually(async () => (await read(node))["state"], "idle");
      await ask("POST", `${node}/deallocate`, { body: { nodeDeallocateOption: "terminate" } });
      await expectEventually(async () => (await read(node))["state"], "deallocated");
      await ask("POST", `${node}/start`);
    }
    await ask("POST", "/pools/pool/removenodes", { body: { nodeList: [node.split("/").at(-1)] } });
    await expectEventually(async () => (await read("/pools/pool"))["allocationState"], "steady");
    await ask("POST", "/pools/pool/resize", { body: { targetDedicatedNodes: 0 } });
    await ask("DELETE", "/pools/pool");

    const { operations } = readContract(apiVersion);
    const unseen = operations
      .map(({ operationId }) => operationId)
      .filter((id) => !operationsSeen.has(id) && !testedElsewhere.test(id));
    expect(unseen).toEqual([]);
    operationsSeen.clear();
  },
);
