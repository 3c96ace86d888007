import {
  argumentTypeError,
  BatchOutputsError,
  forEachConcurrently,
  linkAbort,
  type OperationOptions,
  pickRequestOptions,
  requireFunction,
  throwIfAborted,
} from "../../core/index.js";
import { requireOutputKind, TaskOutputKind } from "../../conventions/index.js";
import {
  requireTransferOptions,
  type OverwriteMode,
  createPathFilter,
  parsePatterns,
  type Patterns,
  combineProgress,
  type TaskOutputStorage,
  type TransferProgress,
} from "../../outputs/index.js";
import type { BatchAccountClient } from "../account/batch-account-client.js";
import type { BatchTaskInfo, NodeFileInfo } from "../account/batch-records.js";
import { isLogOrWork, toSlashes } from "./node-file-output.js";
import { SaveCounts, type SaveFromNodeEntry, type SaveFromNodeResult } from "./save-counts.js";
import { type NodeSaving, saveNodeFile } from "./save-node-file.js";

/** Options of `saveFromNode`. */
export interface SaveFromNodeOptions extends OperationOptions {
  /** The job's id. Required if the storage does not have it: not every container name contains it. */
  jobId?: string | undefined;
  /**
   * Only files that match a glob, by their paths relative to the task's folder: `wd/*.csv`, `stdout.txt`. By default
   * Batch's own logs and everything in the working directory, including hidden files.
   */
  include?: Patterns | undefined;
  /** Globs of files to exclude. */
  exclude?: Patterns | undefined;
  /** The output kind of files in the working directory; TaskOutput by default. Files beside it are TaskLog. */
  kind?: string | undefined;
  /**
   * What to do with existing outputs: "never" (the default) keeps them, "if-changed" and "always" replace them by the
   * file on the node. A tracked log is never replaced; its file is reported as `skipped`.
   */
  overwrite?: OverwriteMode | undefined;
  /**
   * Saves nothing, and reports each file that would be saved as `planned`, and the others as `skipped`. Content is not read:
   * if `overwrite` is not "never", each file without a tracked log is `planned`, also one whose content is stored already.
   */
  dryRun?: boolean | undefined;
  /** The maximum number of concurrent files; 4 by default, which also limits memory: 16 MiB for each. */
  concurrency?: number | undefined;
  /** Called with each file when it is done, and awaited; no file is kept in memory. If it throws, the call ends. */
  onEntry?: ((entry: SaveFromNodeEntry) => void | Promise<void>) | undefined;
  /** Called as bytes reach the store. */
  onProgress?: ((progress: TransferProgress) => void) | undefined;
}

/**
 * Saves the files of a task that did not save them itself, as outputs according to the conventions. The files exist
 * until the task's retention time is over or its node is removed. They are streamed through this process. An error of
 * one file does not stop the others; an error that concerns all is thrown, with the number of saved files.
 *
 * @param client - The Batch account of the task.
 * @param storage - The storage for the task's outputs.
 *
 * @throws TypeError, RangeError naming the argument; BatchOutputsError `TaskNotStarted`, `NodeUnavailable`,
 * `NodeFilesGone`, `TaskNotFound`, `JobNotFound`, `BatchUnreachable`, and those of saving (`ContainerNotPrepared`, …).
 *
 * @example
 * ```ts
 * const storage = client.getTaskOutputStorage("film-7", "frame-12");
 * const { savedCount, failedCount } = await saveFromNode(batch, storage);
 * console.log(`${savedCount} saved, ${failedCount} failed`);
 * ```
 */
export async function saveFromNode(
  client: BatchAccountClient,
  storage: TaskOutputStorage,
  options: SaveFromNodeOptions = {},
): Promise<SaveFromNodeResult> {
  const { taskId } = storage;
  const jobId = storage.jobId ?? options.jobId;
  if (jobId === undefined)
    throw argumentTypeError(
      "options.jobId",
      "must be given: the container's name does not contain the job's id",
    );
  const { concurrency = 4, kind = TaskOutputKind.TaskOutput } = options;
  requireOutputKind(kind, "options.kind");
  requireTransferOptions(options);
  if (options.onEntry !== undefined) requireFunction(options.onEntry, "options.onEntry");
  const isWanted = createNodeFileFilter(options);
  const task = await client.getTask(jobId, taskId, options);
  requireStarted(task, jobId);
  using abort = linkAbort(options.abortSignal);
  const work: NodeSaving = {
    client,
    storage,
    jobId,
    task,
    kind,
    overwrite: options.overwrite ?? "never",
    isDryRun: options.dryRun ?? false,
    createProgress: combineProgress(options.onProgress),
    request: { ...pickRequestOptions(options), abortSignal: abort.signal },
  };
  const counts = new SaveCounts(task, options.onEntry);
  try {
    await forEachConcurrently(listFiles(work, isWanted), concurrency, async (file) => {
      throwIfAborted(abort.signal);
      await counts.add(await saveNodeFile(work, file));
    });
  } catch (error) {
    throw counts.addTo(error);
  }
  return counts.toResult();
}

function createNodeFileFilter({ include, exclude }: SaveFromNodeOptions): (name: string) => boolean {
  const excluded = parsePatterns(exclude, "options.exclude");
  if (include !== undefined) return createPathFilter(parsePatterns(include, "options.include"), excluded);
  const isLeft = createPathFilter([], excluded);
  return (name) => isLogOrWork(name) && isLeft(name);
}

function requireStarted(task: BatchTaskInfo, jobId: string): void {
  if (task.nodeInfo) return;
  const why = task.executionInfo?.failureInfo?.message;
  throw new BatchOutputsError(
    "TaskNotStarted",
    `Task "${task.id}" of job "${jobId}" is ${task.state}, and no node has run it, so it has no files${why === undefined ? "" : `: ${why}`}.`,
    { jobId, taskId: task.id },
  );
}

async function* listFiles(
  { client, jobId, task, request }: NodeSaving,
  isWanted: (name: string) => boolean,
): AsyncGenerator<NodeFileInfo, void, undefined> {
  const listed = client.listTaskFiles(jobId, task.id, { recursive: true, ...request });
  for await (const file of listed) if (!file.isDirectory && isWanted(toSlashes(file.name))) yield file;
}
