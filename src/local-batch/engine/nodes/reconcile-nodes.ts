import type { NodeRecord, PoolRecord, TaskDisposition } from "../../state/records.js";
import { getTime } from "../../state/clock.js";
import { resizeStoppedCode } from "../../state/create-pool.js";
import { applyChange } from "../../state/stamps.js";
import type { ActivitySubject } from "../base/activities.js";
import { type EngineContext, getGraceInMs } from "../base/engine-context.js";
import type { Interruption } from "../base/interruption.js";
import {
  createNodes,
  deallocateNode,
  getNodeAddress,
  isStartTaskOpen,
  isKept,
  removeNode,
  restartNode,
  startNode,
  acceptsTasks,
} from "./node-life.js";

/** Adds or removes nodes until pools have their target size, and removes the nodes that are leaving. */
export function reconcileNodes(context: EngineContext): void {
  const { state } = context;
  for (const pool of [...state.pools]) {
    const nodes = [...state.nodes.of(pool.id)];
    if (pool.state === "active") fitToTarget(context, pool, nodes);
    else if (nodes.length === 0) state.pools.delete(pool.id);
    else for (const node of nodes) markLeaving(context, node, "requeue");
  }
  for (const node of [...state.nodes]) {
    const pool = state.pools.get(node.poolId);
    if (!pool || !isKept(node)) removeWhenQuiet(context, node);
    else if (node.state === "rebooting" || node.state === "reimaging") restartWhenQuiet(context, node);
    else if (node.state === "deallocating") deallocateWhenQuiet(context, node);
    else {
      start(context, pool, node);
      endDisabledTasks(context, node);
    }
  }
}

function fitToTarget(context: EngineContext, pool: PoolRecord, nodes: readonly NodeRecord[]): void {
  const staying = nodes.filter(isKept);
  const { targetNodeCount, targetSpotNodeCount } = pool;
  const errors: { readonly code: string; readonly message: string }[] = [];
  for (const isDedicated of [true, false]) {
    const target = isDedicated ? targetNodeCount - targetSpotNodeCount : targetSpotNodeCount;
    const ofKind = staying.filter((node) => node.isDedicated === isDedicated);
    const missing = isDelayed(context, pool) ? 0 : Math.max(0, target - ofKind.length);
    const room = getRoom(context, isDedicated);
    for (const node of createNodes(pool.id, isDedicated, Math.min(missing, room)))
      context.state.nodes.put(node);
    if (missing > room) errors.push(isDedicated ? coreQuotaReached : lowPriorityCoreQuotaReached);
    for (const node of orderForRemoval(ofKind).slice(0, Math.max(0, ofKind.length - target)))
      markLeaving(context, node, pool.nodeDeallocationOption);
  }
  showResizeErrors(context, pool, errors);
}

/** Whether the pool has to wait for its nodes: a simulated fault. */
function isDelayed(context: EngineContext, { resizeTime }: PoolRecord): boolean {
  const due = Date.parse(resizeTime) + (context.options.faults?.resizeDelayInMs ?? 0);
  if (due <= getTime()) return false;
  context.wakeAt(due);
  return true;
}

const coreQuotaReached = {
  code: "AccountCoreQuotaReached",
  message: "The specified account has reached core quota",
};

const lowPriorityCoreQuotaReached = {
  code: "AccountLowPriorityCoreQuotaReached",
  message: "The specified account has reached low priority core quota",
};

/** The number of nodes of a kind that the account may still add. */
function getRoom({ state, options }: EngineContext, isDedicated: boolean): number {
  const quotas = options.faults?.quotas ?? {};
  const quota = isDedicated ? quotas.dedicatedNodes : quotas.lowPriorityNodes;
  if (quota === undefined) return Infinity;
  let count = 0;
  for (const node of state.nodes) if (node.isDedicated === isDedicated && isKept(node)) count++;
  return Math.max(0, quota - count);
}

function showResizeErrors(
  { state }: EngineContext,
  pool: PoolRecord,
  errors: NonNullable<PoolRecord["resizeErrors"]>,
): void {
  const former = pool.resizeErrors ?? [];
  if (former.some(({ code }) => code === resizeStoppedCode) || former.length === errors.length) return;
  const { resizeErrors: _, ...rest } = pool;
  state.pools.put({ ...rest, ...(errors.length > 0 && { resizeErrors: errors }) });
}

/** Orders nodes for removal: idle ones first, and newer ones before older ones. */
function orderForRemoval(nodes: readonly NodeRecord[]): NodeRecord[] {
  const atWork = ({ state }: NodeRecord): number => (state === "running" ? 1 : 0);
  return [...nodes].reverse().sort((one, other) => atWork(one) - atWork(other));
}

function markLeaving(
  { state }: EngineContext,
  node: NodeRecord,
  taskDisposition: TaskDisposition = "requeue",
): void {
  if (isKept(node)) state.nodes.put(applyChange(node, { state: "leavingpool", taskDisposition }));
}

function start(context: EngineContext, pool: PoolRecord, node: NodeRecord): void {
  if (!isStartTaskOpen(node)) return;
  context.activities.start(getNodeKey("start", node), { node: getNodeAddress(node) }, (signal) =>
    startNode(context, pool, node.id, signal),
  );
}

/** Ends the tasks on the node, and then deletes the node with its folder. */
function removeWhenQuiet(context: EngineContext, node: NodeRecord): void {
  runWhenQuiet(context, node, "remove", () => removeNode(context, getNodeAddress(node)));
}

/** Ends the tasks on the node, and then starts it again. */
function restartWhenQuiet(context: EngineContext, node: NodeRecord): void {
  runWhenQuiet(context, node, "restart", () => restartNode(context, getNodeAddress(node)));
}

/** Ends the tasks on the node, and then takes it out of use until a client starts it. */
function deallocateWhenQuiet(context: EngineContext, node: NodeRecord): void {
  runWhenQuiet(context, node, "deallocate", () => {
    deallocateNode(context, getNodeAddress(node));
    return Promise.resolve();
  });
}

/**
 * Performs an action on the node when nothing runs on it any more. On a preempted node all processes are killed, and its tasks
 * run again elsewhere; otherwise processes have time to end, and tasks end as the client requested.
 */
function runWhenQuiet(
  context: EngineContext,
  node: NodeRecord,
  doing: string,
  work: () => Promise<void>,
): void {
  const key = getNodeKey(doing, node);
  const interruption = getInterruptionFor(context, node);
  let isInUse = false;
  for (const activity of context.activities) {
    if (activity.key === key || !isOn(activity, node)) continue;
    isInUse = true;
    if (interruption || activity.taskId === undefined)
      activity.interrupt(interruption ?? { kind: "requeue", graceInMs: getGraceInMs(context) });
  }
  if (!isInUse) context.activities.start(key, { node: getNodeAddress(node) }, work);
}

/** `undefined` to wait for the node's tasks. */
function getInterruptionFor(context: EngineContext, node: NodeRecord): Interruption | undefined {
  if (node.state === "preempted") return { kind: "requeue", graceInMs: 0 };
  return toInterruption(context, node.taskDisposition);
}

function toInterruption(
  context: EngineContext,
  disposition: TaskDisposition = "requeue",
): Interruption | undefined {
  if (disposition === "taskcompletion" || disposition === "retaineddata") return undefined;
  return { kind: disposition, graceInMs: getGraceInMs(context) };
}

/** Ends the tasks of a node whose scheduling was disabled, unless the client requested to wait for them. */
function endDisabledTasks(context: EngineContext, node: NodeRecord): void {
  if (node.schedulingDisabled === undefined) return;
  const interruption = toInterruption(context, node.schedulingDisabled);
  if (!interruption) return;
  for (const activity of context.activities)
    if (activity.taskId !== undefined && isOn(activity, node)) activity.interrupt(interruption);
}

function isOn({ node }: ActivitySubject, { poolId, id }: NodeRecord): boolean {
  return node?.poolId === poolId && node.nodeId === id;
}

/** A node is running while a task is on it, otherwise idle, or offline if its scheduling is disabled. */
export function updateNodeStates({ state, activities }: EngineContext): void {
  const atWork = new Set<string>();
  for (const { node, taskId } of activities) {
    if (node && taskId !== undefined) atWork.add(`${node.poolId}/${node.nodeId}`);
  }
  for (const node of [...state.nodes]) {
    if (!acceptsTasks(node)) continue;
    const idle = node.schedulingDisabled === undefined ? "idle" : "offline";
    const state_ = atWork.has(`${node.poolId}/${node.id}`) ? "running" : idle;
    if (node.state !== state_) state.nodes.put(applyChange(node, { state: state_ }));
  }
}

function getNodeKey(doing: string, { poolId, id }: NodeRecord): string {
  return `${doing} node ${poolId}/${id}`.toLowerCase();
}
