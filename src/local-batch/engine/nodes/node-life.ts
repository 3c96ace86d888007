import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { createFolders } from "../../../core/index.js";
import type { GivenStartTask } from "../../api/task-shapes.js";
import type { NodeRecord, PoolRecord, RunRecord } from "../../state/records.js";
import { applyChange, createStamps } from "../../state/stamps.js";
import { type EngineContext, getGraceInMs } from "../base/engine-context.js";
import { createFailureInfo } from "../base/failures.js";
import { pauseUntil } from "../base/pause-until.js";
import { type NodeAddress, nodeRootFolders } from "../base/node-folders.js";
import { type AttemptsEnd, runAttempts } from "../run/run-attempts.js";
import { createContainerWrap } from "../run/container-command.js";
import { setUpRun } from "../run/set-up-run.js";
import { getTimestamp } from "../../state/clock.js";

/** Whether a node counts towards its pool's target. */
export function isKept({ state }: NodeRecord): boolean {
  return state !== "preempted" && state !== "leavingpool";
}

/** Whether tasks may be started on it: it is ready, and no client has disabled its scheduling. */
export function isOpenForTasks(node: NodeRecord): boolean {
  return acceptsTasks(node) && node.schedulingDisabled === undefined;
}

/** Whether it is ready for tasks. */
export function acceptsTasks({ state }: NodeRecord): boolean {
  return state === "idle" || state === "running" || state === "offline";
}

export function getNodeAddress({ poolId, id }: NodeRecord): NodeAddress {
  return { poolId, nodeId: id };
}

/** Creates nodes with unique ids like those of Batch, in the order of the nodes. */
export function createNodes(poolId: string, isDedicated: boolean, count: number): NodeRecord[] {
  const when = getTimestamp()
    .replace(/[-:]|\.\d+/g, "")
    .toLowerCase();
  const group = randomBytes(6).toString("hex");
  const digits = String(count).length;
  return Array.from({ length: count }, (_, index) => ({
    ...createStamps(),
    poolId,
    id: `tvm-${group}_${String(index + 1).padStart(digits, "0")}-${when}`,
    isDedicated,
    state: "starting",
  }));
}

/** Creates the node's folders and runs its start task; continues what an earlier service has begun. */
export async function startNode(
  context: EngineContext,
  pool: PoolRecord,
  nodeId: string,
  signal: AbortSignal,
): Promise<void> {
  const { folders, state, options } = context;
  const address = { poolId: pool.id, nodeId };
  const delay = options.faults?.nodeStartDelayInMs ?? 0;
  const added = state.nodes.get(pool.id, nodeId)?.creationTime;
  if (delay > 0 && added !== undefined) await pauseUntil(Date.parse(added) + delay, signal);
  if (signal.aborted) return;
  for (const name of nodeRootFolders) await createFolders(join(folders.root(address), name));
  await createFolders(folders.home(address));
  const { startTask, mountConfiguration = [] } = pool.given;
  if (mountConfiguration.length > 0) {
    changeNode(context, address, () => ({ state: "unusable", errors: [mountError] }));
    return;
  }
  if (!startTask) {
    changeNode(context, address, () => ({ state: "idle" }));
    return;
  }
  const waits = startTask.waitForSuccess !== false;
  changeNode(context, address, ({ startTask: before }) => ({
    state: waits ? "waitingforstarttask" : "idle",
    startTask: before ?? { retryCount: 0, requeueCount: 0, startTime: getTimestamp() },
  }));
  const end = await runStartTask(context, address, startTask, signal);
  if (end) endStartTask(context, address, end, waits);
}

const mountError = {
  code: "MountConfigurationError",
  message: "The local Batch service does not mount file systems: use a folder of this machine.",
};

async function runStartTask(
  context: EngineContext,
  node: NodeAddress,
  given: GivenStartTask,
  signal: AbortSignal,
): Promise<AttemptsEnd | undefined> {
  const { folders, state } = context;
  const folder = folders.startup(node);
  const run = state.nodes.get(node.poolId, node.nodeId)?.startTask;
  if (!run) return undefined;
  return await runAttempts({
    commandLine: given.commandLine,
    folder,
    exitStatusPath: folders.startTaskExitStatus(node),
    maxRetryCount: given.maxTaskRetryCount ?? 0,
    maxWallClockInMs: Infinity,
    graceInMs: getGraceInMs(context),
    run,
    ...createContainerWrap(context, { given, node, folder }),
    setUp: () => setUpRun(context, { given, node, folder, signal }),
    record: async (next) => {
      const node_ = changeNode(context, node, () => ({ startTask: next }));
      await state.waitUntilWritten();
      return node_ !== undefined;
    },
    signal,
  });
}

function endStartTask(context: EngineContext, node: NodeAddress, end: AttemptsEnd, waits: boolean): void {
  // Interrupted because the node is removed, or because the service stops. Then it runs again later.
  if (end.how === "interrupted") {
    changeNode(context, node, ({ state }) => (waits ? { state: "starting" } : { state }));
    forgetStartTask(context, node);
    return;
  }
  const failure =
    end.how === "lost" ? createFailureInfo("Unknown", { Message: "Its process is gone" }) : end.failureInfo;
  const exitCode = end.exitCode;
  changeNode(context, node, ({ startTask, state }) => {
    const { process: _, ...rest }: RunRecord = startTask ?? { retryCount: 0, requeueCount: 0 };
    return {
      state: waits ? (failure ? "starttaskfailed" : "idle") : state,
      startTask: {
        ...rest,
        endTime: getTimestamp(),
        result: failure ? "failure" : "success",
        ...(exitCode !== undefined && { exitCode }),
        ...(failure && { failureInfo: failure }),
      },
    };
  });
}

/** Whether the start task must still be run, or waited for. */
export function isStartTaskOpen(node: NodeRecord): boolean {
  const { startTask, state } = node;
  if (state === "starting" || state === "waitingforstarttask") return true;
  return acceptsTasks(node) && startTask !== undefined && startTask.endTime === undefined;
}

/** Starts the node again after it was rebooted or reimaged; nothing may run on it any more. */
export async function restartNode(
  { state, folders }: EngineContext,
  { poolId, nodeId }: NodeAddress,
): Promise<void> {
  const node = state.nodes.get(poolId, nodeId);
  if (node?.state === "reimaging")
    await rm(folders.node({ poolId, nodeId }), { recursive: true, force: true });
  forgetPreparations(state, { poolId, nodeId }, node?.state === "reimaging");
  const current = state.nodes.get(poolId, nodeId);
  if (current?.state !== "rebooting" && current?.state !== "reimaging") return;
  const { startTask: _, taskDisposition: _disposition, errors: _errors, ...rest } = current;
  state.nodes.put(applyChange<NodeRecord>({ ...rest, lastBootTime: getTimestamp() }, { state: "starting" }));
}

/** Takes the node out of use, and keeps its files. Nothing may run on it any more. */
export function deallocateNode({ state }: EngineContext, { poolId, nodeId }: NodeAddress): void {
  forgetPreparations(state, { poolId, nodeId }, false);
  const node = state.nodes.get(poolId, nodeId);
  if (node?.state !== "deallocating") return;
  const { startTask: _, taskDisposition: _disposition, ...rest } = node;
  state.nodes.put(applyChange<NodeRecord>(rest, { state: "deallocated" }));
}

/** Removes the records of job preparation tasks that have to run again on the node. */
function forgetPreparations(
  state: EngineContext["state"],
  { poolId, nodeId }: NodeAddress,
  isEmptied: boolean,
): void {
  for (const jobNode of [...state.jobNodes]) {
    if (jobNode.poolId !== poolId || jobNode.nodeId !== nodeId) continue;
    const { rerunOnNodeRebootAfterSuccess } = state.jobs.get(jobNode.jobId)?.given.jobPreparationTask ?? {};
    if (isEmptied || rerunOnNodeRebootAfterSuccess !== false)
      state.jobNodes.delete(jobNode.jobId, poolId, nodeId);
  }
}

/** Changes the record of a node that is kept. The state of other nodes is already decided. */
function changeNode(
  { state }: EngineContext,
  { poolId, nodeId }: NodeAddress,
  change: (node: NodeRecord) => Partial<NodeRecord>,
): NodeRecord | undefined {
  const node = state.nodes.get(poolId, nodeId);
  if (!node || !isKept(node)) return undefined;
  const next = applyChange(node, change(node));
  state.nodes.put(next);
  return next;
}

function forgetStartTask({ state }: EngineContext, { poolId, nodeId }: NodeAddress): void {
  const node = state.nodes.get(poolId, nodeId);
  if (!node) return;
  const { startTask: _, ...rest } = node;
  state.nodes.put(rest);
}

/** Deletes a node and its files; nothing may run on it any more. */
export async function removeNode({ state, folders }: EngineContext, node: NodeAddress): Promise<void> {
  const { poolId, nodeId } = node;
  await rm(folders.node(node), { recursive: true, force: true, maxRetries: 3 });
  for (const jobNode of state.jobNodes) {
    if (jobNode.poolId === poolId && jobNode.nodeId === nodeId)
      state.jobNodes.delete(jobNode.jobId, poolId, nodeId);
  }
  state.nodes.delete(poolId, nodeId);
}
