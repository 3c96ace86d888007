import { mkdir } from "node:fs/promises";
import { join } from "node:path";

export interface TaskPlace {
  /** Holds stdout.txt, stderr.txt and wd. */
  readonly taskDirectory: string;
  readonly workingDirectory: string;
  /** The variables that Batch sets for every task, and those of the operating system. */
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * Makes a task's folders under the node's root, as a Batch node lays them out, and the variables that tell the task about them.
 * The client's own AZURE_ variables are left out: a task must never see the account's key.
 */
export async function prepareTaskPlace(
  nodeRootDirectory: string,
  jobId: string,
  taskId: string,
): Promise<TaskPlace> {
  const inRoot = (...names: string[]): string => join(nodeRootDirectory, ...names);
  const taskDirectory = inRoot("workitems", jobId, "job-1", taskId);
  const variables = {
    AZ_BATCH_ACCOUNT_NAME: "local",
    AZ_BATCH_ACCOUNT_URL: "https://local.invalid",
    AZ_BATCH_POOL_ID: "local",
    AZ_BATCH_NODE_ID: "local-node",
    AZ_BATCH_NODE_IS_DEDICATED: "true",
    AZ_BATCH_NODE_ROOT_DIR: nodeRootDirectory,
    AZ_BATCH_NODE_SHARED_DIR: inRoot("shared"),
    AZ_BATCH_NODE_STARTUP_DIR: inRoot("startup"),
    AZ_BATCH_NODE_STARTUP_WORKING_DIR: inRoot("startup", "wd"),
    AZ_BATCH_NODE_MOUNTS_DIR: inRoot("fsmounts"),
    AZ_BATCH_JOB_ID: jobId,
    AZ_BATCH_TASK_ID: taskId,
    AZ_BATCH_TASK_DIR: taskDirectory,
    AZ_BATCH_TASK_WORKING_DIR: join(taskDirectory, "wd"),
    AZ_BATCH_TASK_RESERVED_EPHEMERAL_DISK_SPACE_BYTES: "1000000",
    AZ_BATCH_RESERVED_DISK_SPACE_BYTES: "1000000",
    AZ_BATCH_CERTIFICATES_DIR: join(taskDirectory, "certs"),
  };
  for (const [name, value] of Object.entries(variables)) {
    if (name.endsWith("_DIR")) await mkdir(value, { recursive: true });
  }
  const inherited = Object.entries(process.env).filter(([name]) => !/^AZ(URE)?_/i.test(name));
  return {
    taskDirectory,
    workingDirectory: variables.AZ_BATCH_TASK_WORKING_DIR,
    environment: { ...Object.fromEntries(inherited), ...variables },
  };
}
