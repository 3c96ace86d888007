import { join } from "node:path";

/** One compute node of one pool. */
export interface NodeAddress {
  readonly poolId: string;
  readonly nodeId: string;
}

/**
 * The folders of nodes, below the folder of the service. The folders that Batch documents for a node (`root/startup`,
 * `root/workitems` and so on) are below `root`, which is `AZ_BATCH_NODE_ROOT_DIR` for tasks. The service's own files
 * about the node's processes are beside it, and not visible to tasks or in listings. Ids of Batch are safe folder
 * names.
 */
export class NodeFolders {
  readonly #folder: string;

  /** @param folder - The service's folder, an absolute path. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The folder of a node, deleted with the node. */
  node({ poolId, nodeId }: NodeAddress): string {
    return join(this.#folder, "nodes", poolId, nodeId);
  }

  /** `AZ_BATCH_NODE_ROOT_DIR`: the files that the node's file operations show. */
  root(node: NodeAddress): string {
    return join(this.node(node), "root");
  }

  /** `HOME` of the node's tasks, shared like the user that Batch runs a pool's tasks as. */
  home(node: NodeAddress): string {
    return join(this.node(node), "home");
  }

  /** `AZ_BATCH_NODE_STARTUP_DIR`: the start task's folder. */
  startup(node: NodeAddress): string {
    return join(this.root(node), "startup");
  }

  /** The folder of all tasks of a job on the node. */
  job(node: NodeAddress, jobId: string): string {
    return join(this.root(node), "workitems", ...splitJobId(jobId));
  }

  /**
   * `AZ_BATCH_TASK_DIR`: the files that a task's file operations show. Job preparation and release tasks are tasks too.
   */
  task(node: NodeAddress, jobId: string, taskId: string): string {
    const folder = this.job(node, jobId);
    return isOfSchedule(jobId) ? join(folder, taskId) : join(folder, "job-1", taskId);
  }

  /** The file to which the exit status of a process is written, for a service that has been restarted meanwhile. */
  exitStatus(node: NodeAddress, jobId: string, taskId: string): string {
    return join(this.jobExitStatuses(node, jobId), taskId);
  }

  /** The folder of those files of all tasks of a job. */
  jobExitStatuses(node: NodeAddress, jobId: string): string {
    return join(this.node(node), "ended", jobId);
  }

  /** The file for the start task, which has no job. */
  startTaskExitStatus(node: NodeAddress): string {
    return join(this.node(node), "ended", ".startup");
  }
}

/**
 * The id of a job that a schedule has created is `<schedule id>:job-<number>`, and its folder is below the schedule's.
 */
function splitJobId(jobId: string): readonly string[] {
  return jobId.split(":");
}

function isOfSchedule(jobId: string): boolean {
  return jobId.includes(":");
}

/** The folders below a node's root. */
export const nodeRootFolders = [
  "applications",
  "fsmounts",
  "shared",
  "startup",
  "volatile",
  "workitems",
] as const;
