import type { NodeRecord, PoolRecord } from "../../state/records.js";
import { applyChange } from "../../state/stamps.js";
import type { ActivitySubject } from "../base/activities.js";
import { type EngineContext, graceInMs } from "../base/engine-context.js";
import {
  getNodeAddress,
  isStartTaskOpen,
  isStaying,
  newNode,
  removeNode,
  startNode,
  acceptsTasks,
} from "./node-life.js";

/** Brings pools to their target and takes away the nodes that go. */
export function reconcileNodes(context: EngineContext): void {
  const { state } = context;
  for (const pool of [...state.pools]) {
    const nodes = [...state.nodes.of(pool.id)];
    if (pool.state === "active") fitToTarget(context, pool, nodes);
    else if (nodes.length === 0) state.pools.delete(pool.id);
    else for (const node of nodes) markLeaving(context, node);
  }
  for (const node of [...state.nodes]) {
    const pool = state.pools.get(node.poolId);
    if (pool && isStaying(node)) start(context, pool, node);
    else take(context, pool, node);
  }
}

function fitToTarget(context: EngineContext, pool: PoolRecord, nodes: readonly NodeRecord[]): void {
  const staying = nodes.filter(isStaying);
  const { targetNodeCount, targetSpotNodeCount } = pool;
  for (const isDedicated of [true, false]) {
    const target = isDedicated ? targetNodeCount - targetSpotNodeCount : targetSpotNodeCount;
    const ofKind = staying.filter((node) => node.isDedicated === isDedicated);
    for (let missing = target - ofKind.length; missing > 0; missing--)
      context.state.nodes.put(newNode(pool.id, isDedicated));
    for (const node of orderForRemoval(ofKind).slice(0, Math.max(0, ofKind.length - target)))
      markLeaving(context, node);
  }
}

/** Those without work, the newest of them before the others. */
function orderForRemoval(nodes: readonly NodeRecord[]): NodeRecord[] {
  const atWork = ({ state }: NodeRecord): number => (state === "running" ? 1 : 0);
  return [...nodes].reverse().sort((one, other) => atWork(one) - atWork(other));
}

function markLeaving({ state }: EngineContext, node: NodeRecord): void {
  if (isStaying(node)) state.nodes.put(applyChange(node, { state: "leavingpool" }));
}

function start(context: EngineContext, pool: PoolRecord, node: NodeRecord): void {
  if (!isStartTaskOpen(node, pool)) return;
  context.activities.start(getNodeKey("start", node), { node: getNodeAddress(node) }, (signal) =>
    startNode(context, pool, node.id, signal),
  );
}

/**
 * What runs on the node is ended: at once where the node was taken away, as nobody is asked there, else with the time that
 * any process has. Its tasks run again elsewhere, unless the pool's deallocation option says that they end or are waited for. Then the node's folder goes, and the node.
 */
function take(context: EngineContext, pool: PoolRecord | undefined, node: NodeRecord): void {
  const key = getNodeKey("remove", node);
  const option =
    pool?.state === "active" && node.state === "leavingpool" ? pool.nodeDeallocationOption : "requeue";
  const waits = option === "taskcompletion" || option === "retaineddata";
  const kind = option === "terminate" ? "terminate" : "requeue";
  let isInUse = false;
  for (const activity of context.activities) {
    if (activity.key === key || !isOn(activity, node)) continue;
    isInUse = true;
    if (waits && activity.taskId !== undefined) continue;
    activity.interrupt({ kind, graceInMs: node.state === "preempted" ? 0 : graceInMs(context) });
  }
  if (!isInUse)
    context.activities.start(key, { node: getNodeAddress(node) }, () =>
      removeNode(context, getNodeAddress(node)),
    );
}

function isOn({ node }: ActivitySubject, { poolId, id }: NodeRecord): boolean {
  return node?.poolId === poolId && node.nodeId === id;
}

/** A node is running while a task is on it, and idle otherwise. */
export function showNodesAtWork({ state, activities }: EngineContext): void {
  const atWork = new Set<string>();
  for (const { node, taskId } of activities) {
    if (node && taskId !== undefined) atWork.add(`${node.poolId}/${node.nodeId}`);
  }
  for (const node of [...state.nodes]) {
    if (!acceptsTasks(node)) continue;
    const state_ = atWork.has(`${node.poolId}/${node.id}`) ? "running" : "idle";
    if (node.state !== state_) state.nodes.put(applyChange(node, { state: state_ }));
  }
}

function getNodeKey(doing: string, { poolId, id }: NodeRecord): string {
  return `${doing} node ${poolId}/${id}`.toLowerCase();
}
