import { mkdirSync } from "node:fs";
import { join } from "node:path";

import type { LocalBatch } from "../../../src/local-batch/index.js";
import { poolBody } from "../rest/pool-and-job.js";
import { sendBatchRequest } from "../support/send-batch-request.js";
import { expectEventually } from "../support/wait.js";

/** A request that the service's definitions have as an example, and the statuses that it is answered with. */
export interface Example {
  readonly operationId: string;
  readonly title: string;
  readonly method: string;
  /** With the names of its parameters in braces. */
  readonly path: string;
  /** The values of these parameters. */
  readonly ids: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: ExampleBody;
  readonly statuses: readonly number[];
}

interface ExampleBody {
  readonly [name: string]: unknown;
  readonly poolInfo?: { readonly poolId?: string };
  readonly jobSpecification?: { readonly poolInfo?: { readonly poolId?: string } };
  readonly nodeList?: readonly string[];
}

/** Creates the packages of the applications that the example names. */
export function createExamplePackages({ ids, body }: Example, folder: string): void {
  const named = JSON.stringify(body ?? {}).matchAll(/"applicationId":"([^"]+)"(?:,"version":"([^"]+)")?/g);
  for (const [, id = "", version = "1.0"] of named) mkdirSync(join(folder, id, version), { recursive: true });
  if (ids["applicationId"] !== undefined)
    mkdirSync(join(folder, ids["applicationId"], "1.0"), { recursive: true });
}

/**
 * Creates what the example takes for granted: the pool with a node, the job, the task, the schedule that it names, in the state
 * in which the operation is permitted. Returns the request's path and body with the names of the nodes and files that are there.
 */
export async function arrangeExample(
  service: LocalBatch,
  example: Example,
  apiVersion: string,
): Promise<{ path: string; body?: object }> {
  const { ids, body, method } = example;
  const ending = example.path.slice(example.path.lastIndexOf("/") + 1).toLowerCase();
  const names = (id: string): boolean => example.path.includes(`{${id}}`);
  const act = async (path: string, sent?: object): Promise<void> => {
    const { status, text } = await sendBatchRequest(service, "POST", path, {
      apiVersion,
      ...(sent && { body: sent }),
    });
    if (status >= 300) throw new Error(`POST ${path}: ${status} ${text}`);
  };
  const read = async (path: string): Promise<Readonly<Record<string, unknown>>> =>
    (await sendBatchRequest(service, "GET", path, { apiVersion })).body;
  const waitForState = async (path: string, state: string): Promise<void> => {
    await expectEventually(async () => (await read(path))["state"], state);
  };
  const { poolId = findPoolId(body) ?? "pool", jobId = "", taskId = "", jobScheduleId = "" } = ids;

  const isNewPool = example.path === "/pools" && method === "POST";
  const needsNode = names("nodeId") || names("taskId") || body?.nodeList !== undefined;
  const node = isNewPool ? undefined : await addPool(needsNode ? 1 : 0);
  const nodePath = `/pools/${poolId}/nodes/${node}`;
  if (names("userName"))
    await act(`${nodePath}/users`, { name: ids["userName"], password: "A password of 1 user" });
  if (ending === "enablescheduling") await act(`${nodePath}/disablescheduling`);
  if (ending === "start") {
    await act(`${nodePath}/deallocate`);
    await waitForState(nodePath, "deallocated");
  }
  if (names("jobId")) await addJob();
  if (names("taskId")) await addTask();
  if (names("jobScheduleId")) {
    const schedule = { doNotRunUntil: "2100-01-01T00:00:00Z" };
    await act("/jobschedules", {
      id: jobScheduleId,
      schedule,
      jobSpecification: { poolInfo: { poolId } },
    });
    if (ending === "enable") await act(`/jobschedules/${jobScheduleId}/disable`);
  }

  const file = names("nodeId") ? "startup/stdout.txt" : "stdout.txt";
  const present: Readonly<Record<string, string>> = { ...ids, nodeId: node ?? "", filePath: file };
  return {
    path: example.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(present[name] ?? "")),
    ...(body && { body: body.nodeList ? { ...body, nodeList: [node] } : body }),
  };

  async function addPool(nodeCount: number): Promise<string | undefined> {
    const { targetDedicatedNodes: _, virtualMachineConfiguration: machine, ...rest } = poolBody(poolId, 0);
    const isScaled = ending === "disableautoscale" || ending === "evaluateautoscale";
    await act("/pools", {
      ...rest,
      startTask: { commandLine: "echo started", waitForSuccess: true },
      ...(isScaled
        ? { enableAutoScale: true, autoScaleFormula: "$TargetDedicatedNodes=0" }
        : { targetDedicatedNodes: nodeCount }),
      // Only nodes of cloud services could be reimaged then.
      ...(ending === "reimage" && apiVersion < "2024-07"
        ? { cloudServiceConfiguration: { osFamily: "4" } }
        : { virtualMachineConfiguration: machine }),
    });
    if (nodeCount === 0) return undefined;
    const list = async (): Promise<readonly Readonly<Record<string, unknown>>[]> =>
      (await sendBatchRequest(service, "GET", `/pools/${poolId}/nodes`, { apiVersion })).body.value ?? [];
    await expectEventually(async () => (await list()).map(({ state }) => state), ["idle"]);
    return String((await list())[0]?.["id"]);
  }

  async function addJob(): Promise<void> {
    const command = { commandLine: "true" };
    await act("/jobs", {
      id: jobId,
      poolInfo: { poolId },
      usesTaskDependencies: true,
      ...(ending.startsWith("jobpreparation") && { jobPreparationTask: command, jobReleaseTask: command }),
    });
    // Only a disabled job can be moved to another pool.
    if (ending !== "enable" && body?.poolInfo === undefined) return;
    await act(`/jobs/${jobId}/disable`, { disableTasks: "requeue" });
    await waitForState(`/jobs/${jobId}`, "disabled");
  }

  async function addTask(): Promise<void> {
    const ends = names("filePath") || ending === "files" || ending === "reactivate";
    const commandLine = ending === "reactivate" ? "false" : ends ? "echo done" : "sleep 600";
    await act(`/jobs/${jobId}/tasks`, { id: taskId, commandLine });
    if (ends) await waitForState(`/jobs/${jobId}/tasks/${taskId}`, "completed");
  }
}

function findPoolId({ poolInfo, jobSpecification }: ExampleBody = {}): string | undefined {
  return poolInfo?.poolId ?? jobSpecification?.poolInfo?.poolId;
}
