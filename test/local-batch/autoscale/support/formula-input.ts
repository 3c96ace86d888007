import type { FormulaInput } from "../../../../src/local-batch/autoscale/language/evaluate-formula.js";
import { metricNames } from "../../../../src/local-batch/autoscale/language/variables.js";

const now = Date.parse("2026-03-04T13:05:06Z");

/** A pool of two nodes with four samples of each metric. It is always the same, so that results can be compared. */
export const formulaInput: FormulaInput = {
  now,
  random: () => 0.5,
  targets: { dedicated: 2, lowPriority: 0 },
  currentDedicatedNodes: 2,
  currentLowPriorityNodes: 0,
  taskSlotsPerNode: 1,
  samples: (name) =>
    metricNames.has(name) ? [0, 1, 2, 3].map((value) => ({ value, time: now - value * 30_000 })) : undefined,
};
