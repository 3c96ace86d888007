import type { Hono } from "hono";
import { selectProperties } from "../../odata/select-properties.js";
import type { BatchState } from "../../state/batch-state.js";
import type { PoolRecord } from "../../state/records.js";
import { createPool } from "../../state/create-pool.js";
import { applyChange } from "../../state/stamps.js";
import {
  answerDone,
  answerEntity,
  answerIfNotModified,
  type RestEnv,
  type RestService,
} from "../exchange/exchange.js";
import { answerListing } from "../exchange/listing.js";
import { poolAdd, poolResize } from "../../api/pool-shapes.js";
import { Refusal } from "../../api/refusal.js";
import type { Given } from "../../api/shape.js";
import { readBody } from "../exchange/request-body.js";
import { createStampView } from "../views/views.js";
import { urls } from "../exchange/urls.js";
import { currentTimestamp } from "../../state/clock.js";

/** Add, list, get, exists, resize, delete. */
export function addPoolRoutes(app: Hono<RestEnv>, service: RestService): void {
  const { state } = service;
  app.post("/pools", async (context) => {
    const given = await readBody(context, poolAdd);
    const former = state.pools.get(given.id);
    if (former) throw new Refusal(former.state === "deleting" ? "PoolBeingDeleted" : "PoolExists");
    const pool = createPool(given);
    state.pools.put(pool);
    return answerDone(context, 201, urls.pool(service.endpoint(), pool.id), pool);
  });
  app.get("/pools", async (context) =>
    answerListing(service, context, {
      kind: "pools",
      items: (after) => state.pools.inOrder("", after),
      keyOf: ({ id }) => id,
      viewOf: (pool) => createPoolView(pool, service),
      filterable: filterablePool,
    }),
  );
  app.get("/pools/:poolId", (context) => {
    const pool = requirePool(state, context.req.param("poolId"));
    return (
      answerIfNotModified(context, pool) ??
      answerEntity(
        service,
        context,
        "pools",
        selectProperties(createPoolView(pool, service), context.req.query("$select")),
        pool,
      )
    );
  });
  app.post("/pools/:poolId/resize", async (context) => {
    const pool = requirePool(state, context.req.param("poolId"));
    answerIfNotModified(context, pool);
    if (pool.state === "deleting") throw new Refusal("PoolBeingDeleted");
    if (pool.given.enableAutoScale === true)
      throw new Refusal("OperationNotValidOnPool", { Reason: "The pool scales by its autoScaleFormula." });
    if (getAllocation(pool, state).isResizing) throw new Refusal("PoolBeingResized");
    const resized = resize(pool, await readBody(context, poolResize));
    state.pools.put(resized);
    return answerDone(context, 202, urls.pool(service.endpoint(), pool.id), resized);
  });
  app.delete("/pools/:poolId", (context) => {
    const pool = requirePool(state, context.req.param("poolId"));
    answerIfNotModified(context, pool);
    if (pool.state === "deleting") throw new Refusal("PoolBeingDeleted");
    state.pools.put(applyChange(pool, { state: "deleting" }));
    return answerDone(context, 202, urls.pool(service.endpoint(), pool.id));
  });
}

export function requirePool(state: BatchState, poolId: string): PoolRecord {
  const pool = state.pools.get(poolId);
  if (!pool) throw new Refusal("PoolNotFound");
  return pool;
}

/** What is not given becomes 0, as at the service. */
function resize(pool: PoolRecord, targets: Given<typeof poolResize>): PoolRecord {
  const { targetDedicatedNodes = 0, targetLowPriorityNodes = 0 } = targets;
  return applyChange(pool, {
    given: { ...pool.given, targetDedicatedNodes, targetLowPriorityNodes },
    targetNodeCount: targetDedicatedNodes + targetLowPriorityNodes,
    targetSpotNodeCount: targetLowPriorityNodes,
    nodeDeallocationOption: targets.nodeDeallocationOption ?? "requeue",
    resizeTime: currentTimestamp(),
  });
}

function createPoolView(pool: PoolRecord, service: RestService): Record<string, unknown> {
  const { dedicatedCount, spotCount, isResizing, since } = getAllocation(pool, service.state);
  // Of a pool the service does not tell the former state.
  const { previousState: _, ...stamped } = pool;
  return {
    ...pool.given,
    id: pool.id,
    url: urls.pool(service.endpoint(), pool.id),
    ...createStampView(stamped),
    allocationState: isResizing ? "resizing" : "steady",
    allocationStateTransitionTime: since,
    currentDedicatedNodes: dedicatedCount,
    currentLowPriorityNodes: spotCount,
    ...(pool.autoScaleRun && { autoScaleRun: pool.autoScaleRun }),
  };
}

/** A pool is resizing until it has as many nodes as it is to have. */
export function getAllocation(
  pool: PoolRecord,
  state: BatchState,
): { dedicatedCount: number; spotCount: number; isResizing: boolean; since: string } {
  let [dedicatedCount, spotCount, since] = [0, 0, pool.resizeTime];
  for (const node of state.nodes.of(pool.id)) {
    if (node.isDedicated) dedicatedCount++;
    else spotCount++;
    if (node.creationTime > since) since = node.creationTime;
  }
  const target = pool.state === "deleting" ? 0 : pool.targetNodeCount;
  const isResizing = dedicatedCount + spotCount !== target;
  return { dedicatedCount, spotCount, isResizing, since: isResizing ? pool.resizeTime : since };
}

const filterablePool = [
  "id",
  "displayName",
  "state",
  "stateTransitionTime",
  "allocationState",
  "allocationStateTransitionTime",
  "creationTime",
  "lastModified",
  "vmSize",
  "enableAutoScale",
  "currentDedicatedNodes",
  "currentLowPriorityNodes",
  "targetDedicatedNodes",
  "targetLowPriorityNodes",
];
