import { packageVersion } from "../../../core/index.js";
import { rdpEndpoint } from "../../api/former-shapes.js";
import { isWindowsPool } from "../../api/is-windows-pool.js";
import type { BatchState } from "../../state/batch-state.js";
import type { NodeRecord, PoolRecord } from "../../state/records.js";
import type { RestService } from "../exchange/exchange.js";
import { urls } from "../exchange/urls.js";
import { createOneOffRunView, createRunView, getAffinityId } from "../views/views.js";

/** The number of tasks that run on a node, and of the slots that they use. */
export interface Running {
  taskCount: number;
  slotCount: number;
}

/** Counts the running tasks of all nodes, by node key. */
export function countRunning(state: BatchState): Map<string, Running> {
  const counts = new Map<string, Running>();
  for (const { state: taskState, node, given } of state.tasks) {
    if (taskState !== "running" || !node) continue;
    const key = getNodeKey(node.poolId, node.nodeId);
    const count = counts.get(key) ?? { taskCount: 0, slotCount: 0 };
    count.taskCount++;
    count.slotCount += given.requiredSlots ?? 1;
    counts.set(key, count);
  }
  return counts;
}

export function getNodeKey(poolId: string, nodeId: string): string {
  return `${poolId}/${nodeId}`.toLowerCase();
}

/** Creates the representation of a node in responses. */
export function createNodeView(
  node: NodeRecord,
  pool: PoolRecord,
  running: Running = { taskCount: 0, slotCount: 0 },
  service: RestService,
): Record<string, unknown> {
  const { virtualMachineConfiguration: machine, startTask, vmSize, certificateReferences } = pool.given;
  const { lastBootTime = node.creationTime, recentTasks = [] } = node;
  const hasBooted = node.state !== "starting";
  return {
    id: node.id,
    url: urls.node(service.endpoint(), node.poolId, node.id),
    state: node.state,
    schedulingState: node.schedulingDisabled === undefined ? "enabled" : "disabled",
    stateTransitionTime: node.stateTransitionTime,
    ...(hasBooted && { lastBootTime }),
    allocationTime: node.creationTime,
    ipAddress: "127.0.0.1",
    affinityId: getAffinityId(node.id),
    vmSize,
    totalTasksRun: node.tasksRun ?? 0,
    totalTasksSucceeded: node.tasksSucceeded ?? 0,
    runningTasksCount: running.taskCount,
    runningTaskSlotsCount: running.slotCount,
    ...(recentTasks.length > 0 && {
      recentTasks: recentTasks.map(({ jobId, taskId, run }) => ({
        taskUrl: urls.task(service.endpoint(), jobId, taskId),
        jobId,
        taskId,
        // The agents of cloud services report this for tasks with one instance too.
        ...(pool.given.cloudServiceConfiguration && { subtaskId: 0 }),
        taskState: "completed",
        executionInfo: createRunView(run),
      })),
    }),
    ...(startTask !== undefined && { startTask }),
    ...(node.startTask?.startTime !== undefined && {
      startTaskInfo: createOneOffRunView(node.startTask, "start"),
    }),
    ...(hasBooted && certificateReferences && { certificateReferences }),
    ...(node.errors && { errors: node.errors }),
    isDedicated: node.isDedicated,
    endpointConfiguration: { inboundEndpoints: createEndpoints(pool) },
    ...(hasBooted && { nodeAgentInfo: { version: packageVersion, lastUpdateTime: lastBootTime } }),
    ...(machine?.imageReference && {
      virtualMachineInfo: { imageReference: withExactVersion(machine.imageReference) },
    }),
  };
}

/** Creates the public endpoints that nodes have on Azure. Nothing listens on them here. */
function createEndpoints({ given }: PoolRecord): object[] {
  const publicFQDN = "localhost";
  const address = { publicIPAddress: "127.0.0.1" };
  const pools = given.networkConfiguration?.endpointConfiguration?.inboundNATPools ?? [];
  const endpoints = pools.map(({ name = "", protocol = "tcp", backendPort, frontendPortRangeStart }) => ({
    name: `${name}.0`,
    protocol,
    ...address,
    publicFQDN,
    frontendPort: frontendPortRangeStart,
    backendPort,
  }));
  if (given.cloudServiceConfiguration) {
    const rdp = { name: rdpEndpoint, protocol: "tcp", ...address, frontendPort: 3389, backendPort: 20_000 };
    return [...endpoints, rdp];
  }
  const backendPort = isWindowsPool(given) ? 3389 : 22;
  return [
    ...endpoints,
    { name: "SSHRule.0", protocol: "tcp", ...address, publicFQDN, frontendPort: remotePort, backendPort },
  ];
}

/** The port for remote login to the first node of a pool on Azure. */
export const remotePort = 50_000;

function withExactVersion(image: Readonly<Record<string, unknown>>): object {
  const { version } = image;
  if (version === undefined) return image;
  return { ...image, exactVersion: version === "latest" ? "1.0.0" : version };
}
