import { parseDurationInMs } from "../../api/parse-duration.js";
import { defaultAutoScaleInterval } from "../../api/pool-shapes.js";
import { evaluateFormula, type FormulaRun } from "../../autoscale/language/evaluate-formula.js";
import { metricNames } from "../../autoscale/language/variables.js";
import { MetricHistory } from "../../autoscale/metric-history.js";
import { getTime, getTimestamp } from "../../state/clock.js";
import type { AutoScaleRunRecord, PoolRecord } from "../../state/records.js";
import type { EngineContext } from "../base/engine-context.js";
import { MachineUsage, measurePool } from "./measure-pool.js";

/** Samples the pools that scale by a formula, and evaluates the formulas when they are due. */
export class Autoscaler {
  readonly #context: EngineContext;
  readonly #histories = new Map<string, MetricHistory>();
  readonly #usage = new MachineUsage();

  constructor(context: EngineContext) {
    this.#context = context;
  }

  reconcile(): void {
    const { state } = this.#context;
    for (const id of this.#histories.keys()) if (!state.pools.get(id)) this.#histories.delete(id);
    for (const pool of [...state.pools]) if (isScaled(pool)) this.#scale(pool);
  }

  /**
   * Evaluates a formula for a pool without changing anything.
   * @throws FormulaError if it cannot be parsed.
   */
  evaluate(pool: PoolRecord, formula: string): FormulaRun {
    const { state } = this.#context;
    const nodes = [...state.nodes.of(pool.id)];
    const dedicated = nodes.filter(({ isDedicated }) => isDedicated).length;
    const history = this.#getHistory(pool.id);
    return evaluateFormula(formula, {
      now: getTime(),
      random: Math.random,
      targets: {
        dedicated: pool.targetNodeCount - pool.targetSpotNodeCount,
        lowPriority: pool.targetSpotNodeCount,
      },
      currentDedicatedNodes: dedicated,
      currentLowPriorityNodes: nodes.length - dedicated,
      taskSlotsPerNode: pool.given.taskSlotsPerNode ?? 1,
      samples: (metric) => (metricNames.has(metric) ? history.samples(metric) : undefined),
    });
  }

  #scale(pool: PoolRecord): void {
    const now = getTime();
    const history = this.#getHistory(pool.id);
    history.record(now, () => measurePool(this.#context, pool, this.#usage));
    this.#context.wakeAt(history.nextTime(now));
    const due = Date.parse(pool.nextAutoScaleTime ?? getTimestamp());
    if (due > now) this.#context.wakeAt(due);
    else this.#run(pool, now);
  }

  #run(pool: PoolRecord, now: number): void {
    const { autoScaleFormula = "", autoScaleEvaluationInterval = defaultAutoScaleInterval } = pool.given;
    const next = now + parseDurationInMs(autoScaleEvaluationInterval);
    const run = this.evaluate(pool, autoScaleFormula);
    const { dedicated, lowPriority } = run.targets;
    const isChanged =
      dedicated + lowPriority !== pool.targetNodeCount || lowPriority !== pool.targetSpotNodeCount;
    this.#context.state.pools.put({
      ...pool,
      given: { ...pool.given, targetDedicatedNodes: dedicated, targetLowPriorityNodes: lowPriority },
      targetNodeCount: dedicated + lowPriority,
      targetSpotNodeCount: lowPriority,
      nodeDeallocationOption: run.deallocation,
      ...(isChanged && { resizeTime: getTimestamp() }),
      autoScaleRun: describeRun(run),
      nextAutoScaleTime: new Date(next).toISOString(),
    });
    this.#context.wakeAt(next);
  }

  #getHistory(poolId: string): MetricHistory {
    const key = poolId.toLowerCase();
    let history = this.#histories.get(key);
    if (!history) this.#histories.set(key, (history = new MetricHistory()));
    return history;
  }
}

function isScaled({ state, given }: PoolRecord): boolean {
  return state === "active" && given.enableAutoScale === true;
}

/** Converts an evaluation to its form in the API. */
export function describeRun({ results, error }: FormulaRun): AutoScaleRunRecord {
  return {
    timestamp: getTimestamp(),
    results,
    ...(error && {
      error: {
        code: error.code,
        message: error.message,
        values: [{ name: "Message", value: error.detail }],
      },
    }),
  };
}
