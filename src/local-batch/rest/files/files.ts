import { stat } from "node:fs/promises";
import type { Hono } from "hono";
import { isWindowsPool } from "../../api/is-windows-pool.js";
import type { BatchState } from "../../state/batch-state.js";
import type { NodeRecord, TaskRecord } from "../../state/records.js";
import { answerDone, type RestEnv, type RestService } from "../exchange/exchange.js";
import { answerFile, answerFiles, deleteFile, type ShownFolder } from "./file-answers.js";
import { requireNode } from "../nodes/nodes.js";
import { requirePool } from "../pools/pools.js";
import { Refusal } from "../../api/refusal.js";
import { requireTask } from "../tasks/tasks.js";
import { urls } from "../exchange/urls.js";
import { isGone } from "./walk-folder.js";

/** The operations on files of tasks and nodes: list, get, get properties (HEAD), delete. */
export function addFileRoutes(app: Hono<RestEnv>, service: RestService): void {
  const { state } = service;
  const getFolderOfTask = async (jobId: string, taskId: string): Promise<ShownFolder> =>
    getTaskFolder(service, requireTask(state, jobId, taskId));
  const getFolderOfNode = async (poolId: string, nodeId: string): Promise<ShownFolder> =>
    getNodeFolder(service, requireNode(state, requirePool(state, poolId).id, nodeId));

  app.get("/jobs/:jobId/tasks/:taskId/files", async (context) => {
    const { jobId, taskId } = context.req.param();
    return answerFiles(service, context, await getFolderOfTask(jobId, taskId));
  });
  app.get("/jobs/:jobId/tasks/:taskId/files/:filePath{.+}", async (context) => {
    const { jobId, taskId, filePath } = context.req.param();
    return answerFile(context, await getFolderOfTask(jobId, taskId), filePath);
  });
  app.delete("/jobs/:jobId/tasks/:taskId/files/:filePath{.+}", async (context) => {
    const { jobId, taskId, filePath } = context.req.param();
    const folder = await getFolderOfTask(jobId, taskId);
    await deleteFile(folder, filePath, context.req.query("recursive")?.toLowerCase() === "true");
    return answerDone(context, 200, folder.getUrl(filePath));
  });
  app.get("/pools/:poolId/nodes/:nodeId/files", async (context) => {
    const { poolId, nodeId } = context.req.param();
    return answerFiles(service, context, await getFolderOfNode(poolId, nodeId));
  });
  app.get("/pools/:poolId/nodes/:nodeId/files/:filePath{.+}", async (context) => {
    const { poolId, nodeId, filePath } = context.req.param();
    return answerFile(context, await getFolderOfNode(poolId, nodeId), filePath);
  });
  app.delete("/pools/:poolId/nodes/:nodeId/files/:filePath{.+}", async (context) => {
    const { poolId, nodeId, filePath } = context.req.param();
    const folder = await getFolderOfNode(poolId, nodeId);
    await deleteFile(folder, filePath, context.req.query("recursive")?.toLowerCase() === "true");
    return answerDone(context, 200, folder.getUrl(filePath));
  });
}

/** @throws Refusal if the task has not run, if its node was removed, or if its retention time is over. */
async function getTaskFolder(
  { folders, state, endpoint }: RestService,
  task: TaskRecord,
): Promise<ShownFolder> {
  const { jobId, id, node } = task;
  if (!node) throw createUnavailableRefusal("The task has not been started on a node yet.");
  const record = state.nodes.get(node.poolId, node.nodeId);
  if (!record || record.state === "preempted")
    throw createUnavailableRefusal(`Node ${node.nodeId}, where the task ran, does not exist any more.`);
  const root = folders.task(node, jobId, id);
  if (await folderExists(root)) {
    const getUrl = (path: string): string => urls.taskFile(endpoint(), jobId, id, path);
    return { root, isOnWindows: isOnWindows(state, node.poolId), getUrl };
  }
  if (task.state === "completed") throw new Refusal("TaskFilesCleanedup");
  throw createUnavailableRefusal("The task has no folder on its node yet.");
}

async function getNodeFolder(
  { folders, endpoint, state }: RestService,
  node: NodeRecord,
): Promise<ShownFolder> {
  const { poolId, id } = node;
  const root = folders.root({ poolId, nodeId: id });
  if (await folderExists(root)) {
    const getUrl = (path: string): string => urls.nodeFile(endpoint(), poolId, id, path);
    return { root, isOnWindows: isOnWindows(state, poolId), getUrl };
  }
  throw new Refusal("NodeBeingStarted");
}

function isOnWindows(state: BatchState, poolId: string): boolean {
  const pool = state.pools.get(poolId);
  return pool !== undefined && isWindowsPool(pool.given);
}

async function folderExists(folder: string): Promise<boolean> {
  try {
    return (await stat(folder)).isDirectory();
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

function createUnavailableRefusal(reason: string): Refusal {
  return new Refusal("TaskFilesUnavailable", { Reason: reason });
}
