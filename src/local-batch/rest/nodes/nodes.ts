import type { Hono } from "hono";
import { packageVersion } from "../../../core/index.js";
import { selectProperties } from "../../odata/select-properties.js";
import type { BatchState } from "../../state/batch-state.js";
import type { NodeRecord, PoolRecord } from "../../state/records.js";
import { applyChange } from "../../state/stamps.js";
import {
  answerDone,
  answerEntity,
  localPrefix,
  type RestEnv,
  type RestService,
} from "../exchange/exchange.js";
import { answerListing } from "../exchange/listing.js";
import { requirePool } from "../pools/pools.js";
import { Refusal } from "../../api/refusal.js";
import { getAffinityId, createOneOffRunView } from "../views/views.js";
import { urls } from "../exchange/urls.js";

/** List, get; and the one that Azure does not have: a node is taken away. */
export function addNodeRoutes(app: Hono<RestEnv>, service: RestService): void {
  const { state } = service;
  app.get("/pools/:poolId/nodes", async (context) => {
    const pool = requirePool(state, context.req.param("poolId"));
    const running = runningByNode(state);
    return answerListing(service, context, {
      kind: "nodes",
      items: (after) => state.nodes.inOrder(pool.id, after),
      keyOf: ({ id }) => id,
      viewOf: (node) => createNodeView(node, pool, running.get(getNodeKey(node.poolId, node.id)), service),
      filterable: [
        "id",
        "state",
        "stateTransitionTime",
        "allocationTime",
        "lastBootTime",
        "isDedicated",
        "ipAddress",
      ],
    });
  });
  app.get("/pools/:poolId/nodes/:nodeId", (context) => {
    const pool = requirePool(state, context.req.param("poolId"));
    const node = requireNode(state, pool.id, context.req.param("nodeId"));
    const view = createNodeView(
      node,
      pool,
      runningByNode(state).get(getNodeKey(node.poolId, node.id)),
      service,
    );
    return answerEntity(
      service,
      context,
      "nodes",
      selectProperties(view, context.req.query("$select")),
      node,
    );
  });
  app.post(`${localPrefix}pools/:poolId/nodes/:nodeId/preempt`, (context) => {
    const { poolId, nodeId } = context.req.param();
    const node = preemptNode(state, poolId, nodeId);
    return answerDone(context, 202, urls.node(service.endpoint(), node.poolId, node.id), node);
  });
}

export function requireNode(state: BatchState, poolId: string, nodeId: string): NodeRecord {
  const node = state.nodes.get(poolId, nodeId);
  if (!node) throw new Refusal("NodeNotFound");
  return node;
}

/** Marks the node as taken away; the engine ends what runs there, and puts another one in its place. */
export function preemptNode(state: BatchState, poolId: string, nodeId: string): NodeRecord {
  const preempted = applyChange(requireNode(state, requirePool(state, poolId).id, nodeId), {
    state: "preempted",
  });
  state.nodes.put(preempted);
  return preempted;
}

interface Running {
  taskCount: number;
  slotCount: number;
}

function runningByNode(state: BatchState): Map<string, Running> {
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

function getNodeKey(poolId: string, nodeId: string): string {
  return `${poolId}/${nodeId}`.toLowerCase();
}

function createNodeView(
  node: NodeRecord,
  pool: PoolRecord,
  running: Running = { taskCount: 0, slotCount: 0 },
  service: RestService,
): Record<string, unknown> {
  const { virtualMachineConfiguration, startTask, vmSize } = pool.given;
  const machine = virtualMachineConfiguration as { readonly imageReference?: unknown } | undefined;
  return {
    id: node.id,
    url: urls.node(service.endpoint(), node.poolId, node.id),
    state: node.state,
    schedulingState: "enabled",
    stateTransitionTime: node.stateTransitionTime,
    lastBootTime: node.creationTime,
    allocationTime: node.creationTime,
    ipAddress: "127.0.0.1",
    affinityId: getAffinityId(node.id),
    vmSize,
    runningTasksCount: running.taskCount,
    runningTaskSlotsCount: running.slotCount,
    ...(startTask !== undefined && { startTask }),
    ...(node.startTask?.startTime !== undefined && {
      startTaskInfo: createOneOffRunView(node.startTask, "start"),
    }),
    isDedicated: node.isDedicated,
    endpointConfiguration: { inboundEndpoints: [] },
    nodeAgentInfo: { version: packageVersion, lastUpdateTime: node.creationTime },
    ...(machine?.imageReference !== undefined && {
      virtualMachineInfo: { imageReference: machine.imageReference },
    }),
  };
}
