import { cpus, freemem, totalmem } from "node:os";
import type { Metrics } from "../../autoscale/metric-history.js";
import type { JobRecord, PoolRecord, TaskRecord } from "../../state/records.js";
import type { EngineContext } from "../base/engine-context.js";
import { getPoolId } from "../jobs/pool-of-job.js";
import { acceptsTasks } from "../nodes/node-life.js";
import { findFirstBlocker } from "../tasks/dependencies.js";

/**
 * Measures a pool. Tasks and nodes are counted; processor and memory are those of this machine, which all nodes share;
 * values that are not known for one pool (disks, network) are 0.
 */
export function measurePool(context: EngineContext, pool: PoolRecord, usage: MachineUsage): Metrics {
  return { ...countTasks(context, pool), ...countNodes(context, pool), ...usage.measure() };
}

function countTasks({ state }: EngineContext, pool: PoolRecord): Metrics {
  let [active, running, succeeded, failed] = [0, 0, 0, 0];
  for (const job of state.jobs) {
    if (getPoolId(job)?.toLowerCase() !== pool.id.toLowerCase()) continue;
    const getTask = (id: string): TaskRecord | undefined => state.tasks.get(job.id, id);
    for (const task of state.tasks.of(job.id)) {
      if (task.state === "active") active += isReady(job, task, getTask) ? countInstances(task) : 0;
      else if (task.state === "running" || task.state === "preparing") running++;
      else if (task.state === "completed" && task.run.result === "success") succeeded++;
      else if (task.state === "completed") failed++;
    }
  }
  return {
    $ActiveTasks: active,
    $RunningTasks: running,
    $PendingTasks: active + running,
    $SucceededTasks: succeeded,
    $FailedTasks: failed,
  };
}

function countInstances({ given }: TaskRecord): number {
  return given.multiInstanceSettings?.numberOfInstances ?? 1;
}

/** Tasks of a completed job, and tasks that wait for others, need no node. */
function isReady(job: JobRecord, task: TaskRecord, getTask: (id: string) => TaskRecord | undefined): boolean {
  const hasEnded = job.state === "terminating" || job.state === "completed" || job.state === "deleting";
  return !hasEnded && findFirstBlocker(task, getTask) === undefined;
}

function countNodes({ state }: EngineContext, pool: PoolRecord): Metrics {
  const nodes = [...state.nodes.of(pool.id)];
  const dedicated = nodes.filter(({ isDedicated }) => isDedicated).length;
  const lowPriority = nodes.length - dedicated;
  return {
    $CurrentDedicatedNodes: dedicated,
    $CurrentDedicated: dedicated,
    $CurrentLowPriorityNodes: lowPriority,
    $CurrentLowPriority: lowPriority,
    $PreemptedNodeCount: nodes.filter((node) => node.state === "preempted").length,
    $SampleNodeCount: nodes.length,
    $UsableNodeCount: nodes.filter(acceptsTasks).length,
  };
}

/** The use of the machine since the previous measurement. */
export class MachineUsage {
  #busy = 0;
  #all = 0;

  measure(): Metrics {
    let [busy, all] = [0, 0];
    for (const { times } of cpus()) {
      const sum = times.user + times.nice + times.sys + times.irq + times.idle;
      all += sum;
      busy += sum - times.idle;
    }
    const share = all > this.#all ? (busy - this.#busy) / (all - this.#all) : 0;
    [this.#busy, this.#all] = [busy, all];
    return {
      $CPUPercent: Math.round(share * 1_000) / 1_000,
      $MemoryBytes: Math.round((totalmem() - freemem()) / (1 << 20)),
    };
  }
}
