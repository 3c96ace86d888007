import type { TaskRecord } from "../../state/records.js";
import { isAssigned } from "./is-assigned.js";

interface JobTasks {
  /** Tasks in state active, with their position in the order of addition. */
  waiting: Map<string, number>;
  /** Whether the keys of `waiting` are in that order; a requeued task is added at the end. */
  sorted: boolean;
  /** Not completed: active, preparing, running, or being deleted. */
  readonly open: Set<string>;
  readonly deleting: Set<string>;
  /** On a node: preparing or running. */
  readonly assigned: Set<string>;
}

/**
 * The unfinished tasks of each job, so that they are found without reading the completed ones. Ids are
 * case-insensitive, and returned in lower case.
 */
export class TaskQueue {
  readonly #jobs = new Map<string, JobTasks>();

  /** Records the state of a task; `undefined` if it is deleted. */
  update(jobId: string, taskId: string, task: TaskRecord | undefined): void {
    const job = this.#getJob(jobId);
    const key = taskId.toLowerCase();
    if (task?.state === "active") {
      if (!job.waiting.has(key)) job.sorted = false;
      job.waiting.set(key, task.sequence);
    } else job.waiting.delete(key);
    setMember(job.deleting, key, task?.state === "deleting");
    setMember(job.assigned, key, task !== undefined && isAssigned(task));
    setMember(job.open, key, task !== undefined && task.state !== "completed");
    if (job.open.size === 0) this.#jobs.delete(jobId.toLowerCase());
  }

  /** Ids of the job's active tasks in the order of addition. Tasks that are removed meanwhile are omitted. */
  listWaiting(jobId: string): Iterable<string> {
    const job = this.#jobs.get(jobId.toLowerCase());
    if (!job) return [];
    if (!job.sorted) {
      job.waiting = new Map([...job.waiting].sort(([, one], [, other]) => one - other));
      job.sorted = true;
    }
    return job.waiting.keys();
  }

  /** Ids of the job's tasks that are to be deleted. */
  listDeleting(jobId: string): Iterable<string> {
    return [...(this.#jobs.get(jobId.toLowerCase())?.deleting ?? [])];
  }

  /** Ids of the job's tasks that are on a node. */
  listAssigned(jobId: string): Iterable<string> {
    return [...(this.#jobs.get(jobId.toLowerCase())?.assigned ?? [])];
  }

  /** The number of the job's tasks that are not completed. */
  openCount(jobId: string): number {
    return this.#jobs.get(jobId.toLowerCase())?.open.size ?? 0;
  }

  #getJob(jobId: string): JobTasks {
    let job = this.#jobs.get(jobId.toLowerCase());
    if (!job) {
      job = { waiting: new Map(), sorted: true, open: new Set(), deleting: new Set(), assigned: new Set() };
      this.#jobs.set(jobId.toLowerCase(), job);
    }
    return job;
  }
}

function setMember(set: Set<string>, member: string, isIn: boolean): void {
  if (isIn) set.add(member);
  else set.delete(member);
}
