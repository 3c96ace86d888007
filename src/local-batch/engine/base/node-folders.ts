import { join } from "node:path";

/** One compute node of one pool. */
export interface NodeAddress {
  readonly poolId: string;
  readonly nodeId: string;
}

/**
 * Where the nodes' files are, in the folder of the service. What Batch documents of a node (`root/startup`, `root/workitems`
 * and so on) is below `root`, which tasks know as `AZ_BATCH_NODE_ROOT_DIR`; what the service itself keeps about the node's
 * processes is beside it, where no task and no listing of files comes upon it. Ids of Batch are safe names of folders.
 */
export class NodeFolders {
  readonly #folder: string;

  /** @param folder - The service's folder, as an absolute path. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** All that there is of a node on this disk: it goes when the node goes. */
  node({ poolId, nodeId }: NodeAddress): string {
    return join(this.#folder, "nodes", poolId, nodeId);
  }

  /** `AZ_BATCH_NODE_ROOT_DIR`: what the node's file operations show. */
  root(node: NodeAddress): string {
    return join(this.node(node), "root");
  }

  /** `HOME` of the node's tasks, one for all of them, as for the user that Batch runs a pool's tasks as. */
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

  /** `AZ_BATCH_TASK_DIR`: what a task's file operations show. Job preparation and release tasks are tasks too. */
  task(node: NodeAddress, jobId: string, taskId: string): string {
    const folder = this.job(node, jobId);
    return isOfSchedule(jobId) ? join(folder, taskId) : join(folder, "job-1", taskId);
  }

  /** Where the exit status of a process is written, by itself, for a service that was started anew meanwhile. */
  exitStatus(node: NodeAddress, jobId: string, taskId: string): string {
    return join(this.jobExitStatuses(node, jobId), taskId);
  }

  /** The same of all tasks of a job. */
  jobExitStatuses(node: NodeAddress, jobId: string): string {
    return join(this.node(node), "ended", jobId);
  }

  /** The same for the start task, which has no job. */
  startTaskExitStatus(node: NodeAddress): string {
    return join(this.node(node), "ended", ".startup");
  }
}

/** The id of a job that a schedule has made is `<schedule id>:job-<number>`, and its folder is below the schedule's. */
function splitJobId(jobId: string): readonly string[] {
  return jobId.split(":");
}

function isOfSchedule(jobId: string): boolean {
  return jobId.includes(":");
}

/** Folders below a node's root, as Batch lays them out. */
export const nodeRootFolders = [
  "applications",
  "fsmounts",
  "shared",
  "startup",
  "volatile",
  "workitems",
] as const;
