import type { JobRecord, NodeRecord, PoolRecord, TaskRecord } from "../../state/records.js";
import { getPoolId } from "../jobs/pool-of-job.js";
import { applyProgress } from "../../state/stamps.js";
import type { TaskAddress } from "./change-task.js";
import { findFirstBlocker, isSatisfied } from "./dependencies.js";
import type { EngineContext } from "../base/engine-context.js";
import { getPreparation } from "../jobs/job-preparation.js";
import { getNodeAddress, isOpenForTasks } from "../nodes/node-life.js";
import { failWindowsCommands } from "./fail-windows-commands.js";
import { runTask } from "./run-task.js";
import { startInstances } from "./run-instances.js";
import { chooseNode, chooseNodes, type NodeSlots, type SlotDemand } from "./choose-node.js";
import { getTimestamp } from "../../state/clock.js";

/** The key of the activity that runs a task. */
export function getTaskKey({ jobId, taskId }: TaskAddress): string {
  return `task ${jobId}/${taskId}`.toLowerCase();
}

/**
 * Assigns active tasks to nodes with free slots: jobs of higher priority first, then those added earlier; within a job
 * in the order of addition, without waiting for a task that needs more slots than are free or that depends on others.
 */
export class Scheduler {
  readonly #context: EngineContext;
  /** For each waiting task, the task that blocked it last. While that one blocks, no other needs to be checked. */
  readonly #blockers = new WeakMap<TaskRecord, string>();

  constructor(context: EngineContext) {
    this.#context = context;
  }

  /** Assigns the tasks that can be assigned now. */
  schedule(): void {
    const { state } = this.#context;
    const pools = new Map<string, PoolSlots>();
    for (const job of sortByPriority(state.jobs)) {
      const pool = state.pools.get(getPoolId(job) ?? "");
      if (pool?.state !== "active") continue;
      let slots = pools.get(pool.id);
      if (!slots) pools.set(pool.id, (slots = countSlots(this.#context, pool)));
      this.#scheduleJob(job, slots);
    }
  }

  #scheduleJob(job: JobRecord, pool: PoolSlots): void {
    const { state, queue, activities } = this.#context;
    if (pool.hasFailed) failWindowsCommands(this.#context, job, (task) => this.#isBlocked(job, task));
    const { maxParallelTasks = -1 } = job.given;
    let room = maxParallelTasks < 0 ? Infinity : maxParallelTasks - countRunningTasks(this.#context, job.id);
    const fit = pool.nodes.filter(
      ({ nodeId }) => getPreparation(this.#context, job, { poolId: pool.id, nodeId }) !== "unfit",
    );
    for (const taskId of queue.listWaiting(job.id)) {
      if (room <= 0 || fit.every(({ used, total }) => used >= total)) return;
      const task = state.tasks.get(job.id, taskId);
      if (!task || activities.has(getTaskKey({ jobId: job.id, taskId })) || this.#isBlocked(job, task))
        continue;
      const demand = getSlotDemand(job, task, pool);
      const { numberOfInstances: count = 1 } = task.given.multiInstanceSettings ?? {};
      const nodes =
        count === 1 ? [chooseNode(fit, demand, pool.fill)] : chooseNodes(fit, demand, pool.fill, count);
      const [node] = nodes ?? [];
      if (!nodes || !node) continue;
      for (const one of nodes) if (one) one.used += demand.exclusive ? one.total : demand.slots;
      room -= 1;
      if (task.given.multiInstanceSettings) this.#assignInstances(task, pool.id, nodes, demand);
      else this.#assign(job, task, pool.id, node, demand);
    }
  }

  /** Assigns all instances of a task. The task runs when every instance is prepared; its primary waits for that. */
  #assignInstances(
    task: TaskRecord,
    poolId: string,
    chosen: readonly (NodeSlots | undefined)[],
    { slots }: SlotDemand,
  ): void {
    const nodes = chosen.flatMap((one) => (one ? [{ poolId, nodeId: one.nodeId }] : []));
    const [node, ...others] = nodes;
    if (!node) return;
    const stateTransitionTime = getTimestamp();
    const subtasks = others.map(
      (other, index) => ({ id: index + 1, node: other, state: "preparing", stateTransitionTime }) as const,
    );
    this.#context.state.tasks.put(applyProgress(task, { node, subtasks, state: "preparing" }));
    const address = { jobId: task.jobId, taskId: task.id };
    startInstances(this.#context, getTaskKey(address), address, nodes, slots);
  }

  #isBlocked(job: JobRecord, task: TaskRecord): boolean {
    const getTask = (id: string): TaskRecord | undefined => this.#context.state.tasks.get(job.id, id);
    const known = this.#blockers.get(task);
    if (known !== undefined && !isSatisfied(getTask(known))) return true;
    const blocker = findFirstBlocker(task, getTask);
    if (blocker !== undefined) this.#blockers.set(task, blocker);
    return blocker !== undefined;
  }

  #assign(
    job: JobRecord,
    task: TaskRecord,
    poolId: string,
    { nodeId, total }: NodeSlots,
    { slots, exclusive }: SlotDemand,
  ): void {
    const node = { poolId, nodeId };
    const isReady = getPreparation(this.#context, job, node) === "ready";
    const startTime = getTimestamp();
    this.#context.state.tasks.put(
      applyProgress(task, {
        node,
        state: isReady ? "running" : "preparing",
        ...(isReady && { run: { ...task.run, startTime } }),
      }),
    );
    resumeTask(this.#context, { jobId: job.id, taskId: task.id }, node, exclusive ? total : slots);
  }
}

/** Runs a task that is assigned to a node, or continues it. */
export function resumeTask(
  context: EngineContext,
  address: TaskAddress,
  node: { readonly poolId: string; readonly nodeId: string },
  slots: number,
): void {
  context.activities.start(getTaskKey(address), { ...address, node, slots }, (signal) =>
    runTask(context, address, signal),
  );
}

interface PoolSlots {
  readonly id: string;
  readonly nodes: readonly NodeSlots[];
  readonly slotsPerNode: number;
  readonly fill: "spread" | "pack";
  /** Whether there are nodes, and the start task of all of them has failed. */
  readonly hasFailed: boolean;
}

/** Counts the slots of its nodes, and those in use. */
function countSlots(context: EngineContext, pool: PoolRecord): PoolSlots {
  const { taskSlotsPerNode = 1, taskSchedulingPolicy } = pool.given;
  const fill = taskSchedulingPolicy?.nodeFillType === "Pack" ? "pack" : "spread";
  const used = new Map<string, number>();
  for (const { node, slots = 0 } of context.activities) {
    if (node?.poolId === pool.id) used.set(node.nodeId, (used.get(node.nodeId) ?? 0) + slots);
  }
  const records = [...context.state.nodes.of(pool.id)];
  const hasFailed = records.length > 0 && records.every(({ state }) => state === "starttaskfailed");
  const nodes = records.filter(isOpenForTasks).map((node: NodeRecord) => {
    const { nodeId } = getNodeAddress(node);
    return { nodeId, isDedicated: node.isDedicated, total: taskSlotsPerNode, used: used.get(nodeId) ?? 0 };
  });
  return { id: pool.id, nodes, slotsPerNode: taskSlotsPerNode, fill, hasFailed };
}

/** The slots that a task needs; a job manager uses its node exclusively unless its job says otherwise. */
export function getSlotDemand(
  job: JobRecord,
  task: TaskRecord,
  { slotsPerNode }: { slotsPerNode: number },
): SlotDemand {
  const { jobManagerTask } = job.given;
  const isManager = jobManagerTask?.id.toLowerCase() === task.id.toLowerCase();
  const exclusive = isManager && jobManagerTask.runExclusive !== false;
  const slots = exclusive ? slotsPerNode : (task.given.requiredSlots ?? 1);
  return { slots, exclusive, dedicatedOnly: isManager && jobManagerTask.allowLowPriorityNode === false };
}

function sortByPriority(jobs: Iterable<JobRecord>): JobRecord[] {
  const active = [...jobs].filter(({ state }) => state === "active");
  return active.sort(
    (one, other) =>
      (other.given.priority ?? 0) - (one.given.priority ?? 0) ||
      Date.parse(one.creationTime) - Date.parse(other.creationTime),
  );
}

function countRunningTasks({ activities }: EngineContext, jobId: string): number {
  let count = 0;
  for (const activity of activities)
    if (activity.jobId === jobId && activity.taskId !== undefined && activity.isSubtask !== true) count++;
  return count;
}
