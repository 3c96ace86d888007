import { fillPoolDefaults } from "../api/pool-defaults.js";
import { type GivenPool, poolDefaults } from "../api/pool-shapes.js";
import type { PoolRecord } from "./records.js";
import { createStamps } from "./stamps.js";

/** A pool that comes into being now, with what the service fills in. One that scales by a formula begins without nodes. */
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

/** The code of a resize error that stays until the pool is resized again. */
export const resizeStoppedCode = "ResizeStopped";
