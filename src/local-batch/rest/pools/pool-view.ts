import type { BatchState } from "../../state/batch-state.js";
import type { PoolRecord } from "../../state/records.js";
import type { RestService } from "../exchange/exchange.js";
import { urls } from "../exchange/urls.js";
import { createStampView } from "../views/views.js";

/** Creates the representation of a pool in responses. */
export function createPoolView(pool: PoolRecord, service: RestService): Record<string, unknown> {
  const { dedicatedCount, spotCount, isResizing, since } = getAllocation(pool, service.state);
  // The service does not return the previous state of a pool.
  const { previousState: _, ...stamped } = pool;
  const { applicationPackageReferences = [], ...given } = pool.given;
  const { targetNodeCommunicationMode: mode } = given;
  return {
    ...given,
    ...(applicationPackageReferences.length > 0 && { applicationPackageReferences }),
    id: pool.id,
    url: urls.pool(service.endpoint(), pool.id),
    ...createStampView(stamped),
    // The timeout of a resize is shown until it has ended.
    ...(isResizing && pool.resizeTimeout !== undefined && { resizeTimeout: pool.resizeTimeout }),
    allocationState: isResizing ? "resizing" : "steady",
    allocationStateTransitionTime: since,
    currentDedicatedNodes: dedicatedCount,
    currentLowPriorityNodes: spotCount,
    ...(mode !== undefined &&
      dedicatedCount + spotCount > 0 && {
        currentNodeCommunicationMode: mode === "default" ? "classic" : mode,
      }),
    ...(pool.resizeErrors && { resizeErrors: pool.resizeErrors }),
    ...(pool.autoScaleRun && { autoScaleRun: pool.autoScaleRun }),
  };
}

/** Counts the nodes of a pool. It is resizing until it has its target number of nodes. */
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
  // Nodes that the quota does not permit are not waited for.
  const isResizing = dedicatedCount + spotCount !== target && pool.resizeErrors === undefined;
  return { dedicatedCount, spotCount, isResizing, since: isResizing ? pool.resizeTime : since };
}
