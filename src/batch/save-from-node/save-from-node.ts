import {
  argumentTypeError,
  BatchOutputsError,
  forEachConcurrently,
  linkAbort,
  type OperationOptions,
  requestOptions,
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
import { isLogOrWork, slashed } from "./node-file-output.js";
import { SaveCounts, type SaveFromNodeEntry, type SaveFromNodeResult } from "./save-counts.js";
import { type Rescue, saveNodeFile } from "./save-node-file.js";

/** Options of `saveFromNode`. */
export interface SaveFromNodeOptions extends OperationOptions {
  /** The job's id, where the storage does not know it: a container's name does not always tell. */
  jobId?: string | undefined;
  /**
   * Only files that a glob names, by their paths below the task's folder: `wd/*.csv`, `stdout.txt`. By default Batch's own
   * logs and all that is in the working directory, hidden files too.
   */
  include?: Patterns | undefined;
  /** Files to leave out, in the same way. */
  exclude?: Patterns | undefined;
  /** The output kind of what is in the working directory; TaskOutput by default. What is beside it is TaskLog. */
  kind?: string | undefined;
  /**
   * What to do with outputs that are there already: "never" (the default) leaves them as they are, "if-changed" and
   * "always" put what the node has in their place.
   */
  overwrite?: OverwriteMode | undefined;
  /** Saves nothing, and tells each file that would be, as `planned`. */
  dryRun?: boolean | undefined;
  /** Files under way at a time; 4 by default, which is also what bounds memory: 16 MiB each at most. */
  concurrency?: number | undefined;
  /** Called with each file, as it is done with, and waited for; none is kept in memory. What it throws ends the call. */
  onEntry?: ((entry: SaveFromNodeEntry) => void | Promise<void>) | undefined;
  /** Called as bytes reach the store. */
  onProgress?: ((progress: TransferProgress) => void) | undefined;
}

/**
 * Keeps the files of a task that did not save them itself, as outputs by the conventions, while its node and its retention
 * time last. They go through this process in streams. A file that fails does not stop the others; what fails all of
 * them is thrown, and says how many are saved.
 *
 * @param client - The Batch account that the task is in.
 * @param storage - Where the task's outputs are kept.
 *
 * @throws TypeError, RangeError naming the argument; BatchOutputsError `TaskNotStarted`, `NodeUnavailable`, `NodeFilesGone`,
 * `TaskNotFound`, `JobNotFound`, `BatchUnreachable`, and those of saving (`ContainerNotPrepared`, …).
 */
export async function saveFromNode(
  client: BatchAccountClient,
  storage: TaskOutputStorage,
  options: SaveFromNodeOptions = {},
): Promise<SaveFromNodeResult> {
  const { taskId } = storage;
  const jobId = storage.jobId ?? options.jobId;
  if (jobId === undefined)
    throw argumentTypeError("options.jobId", "must be given: the container's name does not tell the job");
  const { concurrency = 4, kind = TaskOutputKind.TaskOutput } = options;
  requireOutputKind(kind, "options.kind");
  requireTransferOptions(options);
  const isWanted = createNodeFileFilter(options);
  const task = await client.getTask(jobId, taskId, options);
  requireStarted(task, jobId);
  using abort = linkAbort(options.abortSignal);
  const work: Rescue = {
    client,
    storage,
    jobId,
    task,
    kind,
    overwrite: options.overwrite ?? "never",
    isDryRun: options.dryRun ?? false,
    progressOf: combineProgress(options.onProgress),
    request: { ...requestOptions(options), abortSignal: abort.signal },
  };
  const counts = new SaveCounts(task, options.onEntry);
  try {
    await forEachConcurrently(filesOf(work, isWanted), concurrency, async (file) => {
      throwIfAborted(abort.signal);
      await counts.add(await saveNodeFile(work, file));
    });
  } catch (error) {
    throw counts.addTo(error);
  }
  return counts.result();
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
    `Task "${task.id}" of job "${jobId}" is ${task.state}, and no node has run it, so that there are no files of it${why === undefined ? "" : `: ${why}`}.`,
    { jobId, taskId: task.id },
  );
}

async function* filesOf(
  { client, jobId, task, request }: Rescue,
  isWanted: (name: string) => boolean,
): AsyncGenerator<NodeFileInfo, void, undefined> {
  const listed = client.listTaskFiles(jobId, task.id, { recursive: true, ...request });
  for await (const file of listed) if (!file.isDirectory && isWanted(slashed(file.name))) yield file;
}
