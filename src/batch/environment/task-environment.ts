import { omitUndefined, parseVariable, readVariable, requireVariable } from "../../core/index.js";
import { requireJobId, requireTaskId } from "../../conventions/index.js";

/** The environment that Batch sets for a task's process. Folders are absolute paths on the node. */
export interface TaskEnvironment {
  /** The job of the task: `AZ_BATCH_JOB_ID`. */
  readonly jobId: string;
  /** The task: `AZ_BATCH_TASK_ID`. */
  readonly taskId: string;
  /** The command's current directory, to which relative paths refer: `AZ_BATCH_TASK_WORKING_DIR`. */
  readonly workingDirectory: string;
  /** Its parent folder, with `stdout.txt` and `stderr.txt`: `AZ_BATCH_TASK_DIR`. */
  readonly taskDirectory: string;
  /** The pool of the node: `AZ_BATCH_POOL_ID`. */
  readonly poolId?: string;
  /** The node that runs the task: `AZ_BATCH_NODE_ID`. */
  readonly nodeId?: string;
  /** The name of the Batch account: `AZ_BATCH_ACCOUNT_NAME`. */
  readonly accountName?: string;
  /** The Batch account's address. */
  readonly accountUrl?: string;
  /** Shared by all tasks on the node: `AZ_BATCH_NODE_SHARED_DIR`. */
  readonly nodeSharedDirectory?: string;
  /** The folder of the pool's start task: `AZ_BATCH_NODE_STARTUP_DIR`. */
  readonly nodeStartupDirectory?: string;
  /** Only if the job has a job preparation task: `AZ_BATCH_JOB_PREP_WORKING_DIR`. */
  readonly jobPreparationWorkingDirectory?: string;
  /** False on a node that Batch may remove at any time (a spot node). */
  readonly isNodeDedicated?: boolean;
}

/**
 * Reads the environment of the task that this process runs in.
 *
 * Source: "Azure Batch runtime environment variables". A start task belongs to no job, and has no such environment.
 *
 * @throws BatchOutputsError `EnvironmentIncomplete` outside of a Batch task, naming the variable.
 *
 * @example
 * ```ts
 * const { jobId, taskId, workingDirectory } = taskEnvironment();
 * ```
 */
export function taskEnvironment(
  env: Readonly<Record<string, string | undefined>> = process.env,
): TaskEnvironment {
  const jobId = requireVariable(env, "AZ_BATCH_JOB_ID");
  const taskId = requireVariable(env, "AZ_BATCH_TASK_ID");
  parseVariable("AZ_BATCH_JOB_ID", () => {
    requireJobId(jobId, "its value");
  });
  parseVariable("AZ_BATCH_TASK_ID", () => {
    requireTaskId(taskId, "its value");
  });
  const isDedicated = readVariable(env, "AZ_BATCH_NODE_IS_DEDICATED");
  return omitUndefined({
    jobId,
    taskId,
    workingDirectory: requireVariable(env, "AZ_BATCH_TASK_WORKING_DIR"),
    taskDirectory: requireVariable(env, "AZ_BATCH_TASK_DIR"),
    poolId: readVariable(env, "AZ_BATCH_POOL_ID"),
    nodeId: readVariable(env, "AZ_BATCH_NODE_ID"),
    accountName: readVariable(env, "AZ_BATCH_ACCOUNT_NAME"),
    accountUrl: readVariable(env, "AZ_BATCH_ACCOUNT_URL"),
    nodeSharedDirectory: readVariable(env, "AZ_BATCH_NODE_SHARED_DIR"),
    nodeStartupDirectory: readVariable(env, "AZ_BATCH_NODE_STARTUP_DIR"),
    jobPreparationWorkingDirectory: readVariable(env, "AZ_BATCH_JOB_PREP_WORKING_DIR"),
    isNodeDedicated: isDedicated === undefined ? undefined : isDedicated.toLowerCase() === "true",
  });
}
