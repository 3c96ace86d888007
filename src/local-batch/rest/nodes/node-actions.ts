import type { Context, Hono } from "hono";
import { taskDisposition } from "../../api/pool-shapes.js";
import { Refusal } from "../../api/refusal.js";
import { object } from "../../api/shape.js";
import { acceptsTasks } from "../../engine/nodes/node-life.js";
import type { ApiVersion } from "../../api/api-versions.js";
import type { NodeRecord, PoolRecord } from "../../state/records.js";
import { getTimestamp } from "../../state/clock.js";
import { applyChange } from "../../state/stamps.js";
import { answerDone, type RestEnv, type RestService } from "../exchange/exchange.js";
import { readBody } from "../exchange/request-body.js";
import { urls } from "../exchange/urls.js";
import { requirePool } from "../pools/pools.js";
import { requireNode } from "./nodes.js";

const reboot = object({ nodeRebootOption: taskDisposition });
const reimage = object({ nodeReimageOption: taskDisposition });
const deallocate = object({ nodeDeallocateOption: taskDisposition });
const disableScheduling = object({ nodeDisableSchedulingOption: taskDisposition });

/** The operations reboot, reimage, deallocate, start, disable and enable scheduling. They change the record; the engine does the work. */
export function addNodeActionRoutes(app: Hono<RestEnv>, service: RestService): void {
  const { state } = service;
  const requireRequestedNode = (context: Context<RestEnv, "/pools/:poolId/nodes/:nodeId">): NodeRecord => {
    const { poolId, nodeId } = context.req.param();
    return requireNode(state, requirePool(state, poolId).id, nodeId);
  };
  const done = (context: Context<RestEnv>, status: 200 | 202, node: NodeRecord): Response => {
    state.nodes.put(node);
    return answerDone(context, status, urls.node(service.endpoint(), node.poolId, node.id), node);
  };
  app.post("/pools/:poolId/nodes/:nodeId/reboot", async (context) => {
    const { nodeRebootOption = "requeue" } = await readBody(context, reboot, {});
    const node = requireRequestedNode(context);
    requireRestartable(node);
    return done(context, 202, applyChange(node, { state: "rebooting", taskDisposition: nodeRebootOption }));
  });
  app.post("/pools/:poolId/nodes/:nodeId/reimage", async (context) => {
    const { nodeReimageOption = "requeue" } = await readBody(context, reimage, {});
    const node = requireRequestedNode(context);
    requireReimageable(requirePool(state, node.poolId), context.var.apiVersion);
    requireRestartable(node);
    return done(context, 202, applyChange(node, { state: "reimaging", taskDisposition: nodeReimageOption }));
  });
  app.post("/pools/:poolId/nodes/:nodeId/deallocate", async (context) => {
    requireDeallocation(context.var.apiVersion);
    const { nodeDeallocateOption = "requeue" } = await readBody(context, deallocate, {});
    const node = requireRequestedNode(context);
    requireRestartable(node);
    return done(
      context,
      202,
      applyChange(node, { state: "deallocating", taskDisposition: nodeDeallocateOption }),
    );
  });
  app.post("/pools/:poolId/nodes/:nodeId/start", (context) => {
    requireDeallocation(context.var.apiVersion);
    const node = requireRequestedNode(context);
    if (node.state !== "deallocated")
      throw new Refusal("OperationInvalidForCurrentState", { NodeState: node.state });
    return done(context, 202, applyChange(node, { state: "starting", lastBootTime: getTimestamp() }));
  });
  app.post("/pools/:poolId/nodes/:nodeId/disablescheduling", async (context) => {
    const { nodeDisableSchedulingOption = "requeue" } = await readBody(context, disableScheduling, {});
    const node = requireRequestedNode(context);
    return done(context, 200, applyChange(node, { schedulingDisabled: nodeDisableSchedulingOption }));
  });
  app.post("/pools/:poolId/nodes/:nodeId/enablescheduling", (context) => {
    const { schedulingDisabled: _, ...enabled } = requireRequestedNode(context);
    return done(context, 200, applyChange<NodeRecord>(enabled, {}));
  });
}

/** @throws Refusal in versions before nodes could be deallocated. */
function requireDeallocation(version: ApiVersion): void {
  if (version < "2024-07-01.20.0") throw new Refusal("InvalidUri");
}

/** @throws Refusal in versions that can only reimage the nodes of a `cloudServiceConfiguration`. */
function requireReimageable({ given }: PoolRecord, version: ApiVersion): void {
  if (given.cloudServiceConfiguration === undefined && version < "2024-07-01.20.0")
    throw new Refusal("OperationNotValidOnNode", {
      Reason: "Operation reimage can be invoked only on pools created with cloudServiceConfiguration",
    });
}

/** @throws Refusal `NodeNotReady` unless the node is idle or running, or its start task has failed. */
function requireRestartable(node: NodeRecord): void {
  if (!acceptsTasks(node) && node.state !== "starttaskfailed" && node.state !== "unusable")
    throw new Refusal("NodeNotReady", { NodeState: node.state });
}
