import type { Hono } from "hono";
import type { BatchState } from "../../state/batch-state.js";
import type { NodeRecord } from "../../state/records.js";
import { applyChange } from "../../state/stamps.js";
import { localPrefix } from "../../api/local-addresses.js";
import { answerDone, answerEntity, type RestEnv, type RestService } from "../exchange/exchange.js";
import { number, object } from "../../api/shape.js";
import { answerListing } from "../exchange/listing.js";
import { readBody } from "../exchange/request-body.js";
import { requirePool } from "../pools/pools.js";
import { Refusal } from "../../api/refusal.js";
import { countRunning, createNodeView, getNodeKey } from "./node-view.js";
import { urls } from "../exchange/urls.js";

const preemption = object({ noticeInMs: number(0, 86_400_000) });

/** The operations that list and get nodes, and one that Azure does not have: preempt. */
export function addNodeRoutes(app: Hono<RestEnv>, service: RestService): void {
  const { state } = service;
  app.get("/pools/:poolId/nodes", async (context) => {
    const pool = requirePool(state, context.req.param("poolId"));
    const running = countRunning(state);
    return answerListing(service, context, {
      kind: "nodes",
      items: (after) => state.nodes.inOrder(pool.id, after),
      getKey: ({ id }) => id,
      createView: (node) =>
        createNodeView(node, pool, running.get(getNodeKey(node.poolId, node.id)), service),
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
      countRunning(state).get(getNodeKey(node.poolId, node.id)),
      service,
    );
    return answerEntity(service, context, "nodes", view, node);
  });
  app.post(`${localPrefix}pools/:poolId/nodes/:nodeId/preempt`, async (context) => {
    const { poolId, nodeId } = context.req.param();
    const { noticeInMs = 0 } = await readBody(context, preemption, {});
    const { node } = service.preemptions.preempt(poolId, nodeId, noticeInMs);
    return answerDone(context, 202, urls.node(service.endpoint(), node.poolId, node.id), node);
  });
}

export function requireNode(state: BatchState, poolId: string, nodeId: string): NodeRecord {
  const node = state.nodes.get(poolId, nodeId);
  if (!node) throw new Refusal("NodeNotFound");
  return node;
}

/** Marks a node as preempted. The engine ends its tasks and replaces it. */
export function preemptNode(state: BatchState, poolId: string, nodeId: string): NodeRecord {
  const preempted = applyChange(requireNode(state, requirePool(state, poolId).id, nodeId), {
    state: "preempted",
  });
  state.nodes.put(preempted);
  return preempted;
}
