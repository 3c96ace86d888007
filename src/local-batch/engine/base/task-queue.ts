import type { TaskRecord } from "../../state/records.js";

interface JobTasks {
  /** Tasks in state active, with their places in the order of addition. */
  waiting: Map<string, number>;
  /** Whether the keys of `waiting` are in that order; a task that is requeued comes behind. */
  sorted: boolean;
  /** Not completed: active, preparing, running, or being deleted. */
  readonly open: Set<string>;
  readonly deleting: Set<string>;
  /** On a node: preparing or running. */
  readonly assigned: Set<string>;
}

/**
 * The tasks of each job that there is something to do about, so that it does not have to be looked for among all that
 * have ended long ago. Ids are the same in any casing, and come out in lower case.
 */
export class TaskQueue {
  readonly #jobs = new Map<string, JobTasks>();

  /** Takes in what has become of a task; `undefined` when it is gone. */
  update(jobId: string, taskId: string, task: TaskRecord | undefined): void {
    const job = this.#job(jobId);
    const key = taskId.toLowerCase();
    if (task?.state === "active") {
      if (!job.waiting.has(key)) job.sorted = false;
      job.waiting.set(key, task.sequence);
    } else job.waiting.delete(key);
    setMember(job.deleting, key, task?.state === "deleting");
    setMember(job.assigned, key, task?.state === "preparing" || task?.state === "running");
    setMember(job.open, key, task !== undefined && task.state !== "completed");
    if (job.open.size === 0) this.#jobs.delete(jobId.toLowerCase());
  }

  /** Ids of the job's active tasks in the order of addition. What is taken away meanwhile is left out. */
  waiting(jobId: string): Iterable<string> {
    const job = this.#jobs.get(jobId.toLowerCase());
    if (!job) return [];
    if (!job.sorted) {
      job.waiting = new Map([...job.waiting].sort(([, one], [, other]) => one - other));
      job.sorted = true;
    }
    return job.waiting.keys();
  }

  /** Ids of the job's tasks that are to be deleted. */
  deleting(jobId: string): Iterable<string> {
    return [...(this.#jobs.get(jobId.toLowerCase())?.deleting ?? [])];
  }

  /** Ids of the job's tasks that are on a node. */
  assigned(jobId: string): Iterable<string> {
    return [...(this.#jobs.get(jobId.toLowerCase())?.assigned ?? [])];
  }

  /** How many tasks of the job are not completed. */
  openCount(jobId: string): number {
    return this.#jobs.get(jobId.toLowerCase())?.open.size ?? 0;
  }

  #job(jobId: string): JobTasks {
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
