import type { NodeFolders } from "../../engine/base/node-folders.js";
import type { JobNodeRecord, RunRecord, Stamped, SubtaskRecord, TaskRecord } from "../../state/records.js";
import { urls } from "../exchange/urls.js";

/** Creates the representation of ETag, times and states in responses. */
export function createStampView(record: Stamped & { readonly state: string }): Record<string, unknown> {
  return {
    eTag: record.eTag,
    lastModified: record.lastModified,
    creationTime: record.creationTime,
    state: record.state,
    stateTransitionTime: record.stateTransitionTime,
    ...(record.previousState !== undefined && {
      previousState: record.previousState,
      previousStateTransitionTime: record.previousStateTransitionTime,
    }),
  };
}

/** Creates the representation of a run in responses, without its process. */
export function createRunView(run: RunRecord): Record<string, unknown> {
  const { process: _, ...seen } = run;
  return seen;
}

/**
 * Creates the representation of a run of a start task, job preparation or release task. They are never requeued, and release
 * tasks are never retried.
 */
export function createOneOffRunView(
  run: RunRecord & { readonly state?: string },
  kind: "start" | "preparation" | "release",
): Record<string, unknown> {
  const { requeueCount: _, lastRequeueTime: _time, retryCount, lastRetryTime, ...seen } = createRunView(run);
  return {
    state: run.endTime === undefined ? "running" : "completed",
    ...seen,
    ...(kind !== "release" && { retryCount, ...(lastRetryTime !== undefined && { lastRetryTime }) }),
  };
}

/** Creates the representation of the node on which a task runs or last ran. */
export function createNodeInfoView(
  task: TaskRecord,
  endpoint: string,
  folders: NodeFolders,
): Record<string, unknown> | undefined {
  if (!task.node) return undefined;
  const { poolId, nodeId } = task.node;
  return {
    affinityId: getAffinityId(nodeId),
    nodeUrl: urls.node(endpoint, poolId, nodeId),
    poolId,
    nodeId,
    // It has no folder there while it waits for the job preparation task.
    ...(task.state !== "preparing" && getRootDirectory(task.node, task.jobId, task.id, endpoint, folders)),
  };
}

/** Creates the representation of a subtask of a multi-instance task. */
export function createSubtaskView(
  { jobId, id: taskId }: TaskRecord,
  { process: _, node, ...subtask }: SubtaskRecord,
  endpoint: string,
  folders: NodeFolders,
): Record<string, unknown> {
  const { poolId, nodeId } = node;
  return {
    ...subtask,
    nodeInfo: {
      affinityId: getAffinityId(nodeId),
      nodeUrl: urls.node(endpoint, poolId, nodeId),
      poolId,
      nodeId,
      ...getRootDirectory(node, jobId, `${taskId}/${subtask.id}`, endpoint, folders),
    },
  };
}

/** Creates the representation of a job's preparation and release tasks on a node. */
export function createJobNodeView(
  record: JobNodeRecord,
  ids: { readonly preparation: string; readonly release: string },
  endpoint: string,
  folders: NodeFolders,
): Record<string, unknown> {
  const { jobId, poolId, nodeId, preparation, release } = record;
  return {
    poolId,
    nodeId,
    nodeUrl: urls.node(endpoint, poolId, nodeId),
    ...(preparation && {
      jobPreparationTaskExecutionInfo: {
        ...createOneOffRunView(preparation, "preparation"),
        ...getRootDirectory(record, jobId, ids.preparation, endpoint, folders),
      },
    }),
    ...(release && {
      jobReleaseTaskExecutionInfo: {
        ...createOneOffRunView(release, "release"),
        ...getRootDirectory(record, jobId, ids.release, endpoint, folders),
      },
    }),
  };
}

export function getAffinityId(nodeId: string): string {
  return `TVM:${nodeId}`;
}

function getRootDirectory(
  node: { readonly poolId: string; readonly nodeId: string },
  jobId: string,
  taskId: string,
  endpoint: string,
  folders: NodeFolders,
): Record<string, string> {
  const directory = folders
    .task(node, jobId, taskId)
    .slice(folders.root(node).length + 1)
    .replaceAll("\\", "/");
  return {
    taskRootDirectory: directory,
    taskRootDirectoryUrl: urls.nodeFile(endpoint, node.poolId, node.nodeId, directory),
  };
}
