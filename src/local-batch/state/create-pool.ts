import { fillPoolDefaults } from "../api/pool-defaults.js";
import { type GivenPool, poolDefaults } from "../api/pool-shapes.js";
import type { PoolRecord } from "./records.js";
import { createStamps } from "./stamps.js";

/** Creates the record of a new pool, with the service's defaults. A pool with an autoscale formula starts without nodes. */
export function createPool(given: GivenPool): PoolRecord {
  const stamps = createStamps();
  const { targetDedicatedNodes, targetLowPriorityNodes } = { ...poolDefaults, ...given };
  return {
    ...stamps,
    id: given.id,
    given: fillPoolDefaults(given),
    state: "active",
    targetNodeCount: targetDedicatedNodes + targetLowPriorityNodes,
    targetSpotNodeCount: targetLowPriorityNodes,
    resizeTime: stamps.creationTime,
  };
}

/** The code of a resize error that is kept until the pool is resized again. */
export const resizeStoppedCode = "ResizeStopped";
