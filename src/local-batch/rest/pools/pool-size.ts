import type { Hono } from "hono";
import { poolRemoveNodes, poolResize } from "../../api/pool-shapes.js";
import { Refusal } from "../../api/refusal.js";
import type { Given } from "../../api/shape.js";
import type { BatchState } from "../../state/batch-state.js";
import { getTimestamp } from "../../state/clock.js";
import type { NodeRecord, PoolRecord } from "../../state/records.js";
import { resizeStoppedCode } from "../../state/create-pool.js";
import { applyChange } from "../../state/stamps.js";
import type { RestEnv, RestService } from "../exchange/exchange.js";
import { readBody } from "../exchange/request-body.js";
import { getAllocation } from "./pool-view.js";
import { answerChangedPool, requireChangeablePool } from "./pools.js";

/** The operations resize, stop resize and remove nodes. They change the pool's targets; the engine adds or removes nodes. */
export function addPoolSizeRoutes(app: Hono<RestEnv>, service: RestService): void {
  const { state } = service;
  const requireSteady = (pool: PoolRecord): void => {
    if (pool.given.enableAutoScale === true)
      throw new Refusal("OperationNotValidOnPool", { Reason: "The pool scales by its autoScaleFormula." });
    if (getAllocation(pool, state).isResizing) throw new Refusal("PoolBeingResized");
  };
  /** Ignores nodes that have already left the pool, and duplicates. */
  const findNodes = (pool: PoolRecord, nodeIds: readonly string[]): NodeRecord[] => {
    const nodes = new Set(nodeIds.map((nodeId) => state.nodes.get(pool.id, nodeId)));
    const found = [...nodes].filter((node) => node !== undefined);
    if (found.length === 0) throw new Refusal("NodeNotFound", { NodeId: nodeIds.join(", ") });
    return found;
  };
  app.post("/pools/:poolId/resize", async (context) => {
    const targets = await readBody(context, poolResize);
    const pool = requireChangeablePool(service, context);
    requireSteady(pool);
    return answerChangedPool(service, context, 202, resize(pool, targets));
  });
  app.post("/pools/:poolId/stopresize", (context) => {
    const pool = requireChangeablePool(service, context);
    const stopped = stopResize(pool, state);
    return answerChangedPool(service, context, 202, stopped ? applyChange(pool, stopped) : pool);
  });
  app.post("/pools/:poolId/removenodes", async (context) => {
    const { nodeList, nodeDeallocationOption = "requeue" } = await readBody(context, poolRemoveNodes);
    const pool = requireChangeablePool(service, context);
    requireSteady(pool);
    const nodes = findNodes(pool, nodeList);
    const { targetDedicatedNodes = 0, targetLowPriorityNodes = 0 } = pool.given;
    const dedicatedCount = nodes.filter(({ isDedicated }) => isDedicated).length;
    for (const node of nodes)
      state.nodes.put(applyChange(node, { state: "leavingpool", taskDisposition: nodeDeallocationOption }));
    return answerChangedPool(
      service,
      context,
      202,
      resize(pool, {
        targetDedicatedNodes: targetDedicatedNodes - dedicatedCount,
        targetLowPriorityNodes: targetLowPriorityNodes - (nodes.length - dedicatedCount),
        nodeDeallocationOption,
      }),
    );
  });
}

/** What stopping changes of a pool that is resizing: neither the targets that clients see, nor the nodes. */
export function stopResize(pool: PoolRecord, state: BatchState): Partial<PoolRecord> | undefined {
  const { dedicatedCount, spotCount, isResizing } = getAllocation(pool, state);
  if (!isResizing) return undefined;
  return {
    targetNodeCount: dedicatedCount + spotCount,
    targetSpotNodeCount: spotCount,
    resizeTime: getTimestamp(),
    resizeErrors: createStopErrors(pool, dedicatedCount, spotCount),
  };
}

/** Creates the resize errors of a pool whose resizing was stopped: one for each kind of nodes of which some are missing. */
function createStopErrors(
  { targetNodeCount, targetSpotNodeCount }: PoolRecord,
  dedicatedCount: number,
  spotCount: number,
): NonNullable<PoolRecord["resizeErrors"]> {
  const missesDedicated = dedicatedCount !== targetNodeCount - targetSpotNodeCount;
  const missesSpot = spotCount !== targetSpotNodeCount;
  return [...(missesDedicated ? ["dedicated"] : []), ...(missesSpot ? ["low priority"] : [])].map((kind) => ({
    code: resizeStoppedCode,
    message: `Desired number of ${kind} nodes could not be allocated due to a stop resize operation`,
  }));
}

/** Changes the targets. An absent target becomes 0, as on Azure. */
function resize(pool: PoolRecord, targets: Given<typeof poolResize>): PoolRecord {
  const { targetDedicatedNodes = 0, targetLowPriorityNodes = 0, nodeDeallocationOption } = targets;
  const { resizeTimeout } = targets;
  const { resizeErrors: _, resizeTimeout: _former, ...rest } = pool;
  return applyChange<PoolRecord>(rest, {
    given: { ...pool.given, targetDedicatedNodes, targetLowPriorityNodes },
    ...(resizeTimeout !== undefined && { resizeTimeout }),
    targetNodeCount: targetDedicatedNodes + targetLowPriorityNodes,
    targetSpotNodeCount: targetLowPriorityNodes,
    nodeDeallocationOption: nodeDeallocationOption ?? "requeue",
    resizeTime: getTimestamp(),
  });
}
