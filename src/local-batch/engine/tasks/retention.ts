import { rm } from "node:fs/promises";
import type { TaskRecord } from "../../state/records.js";
import { parseDurationInMs } from "../../api/parse-duration.js";
import type { EngineContext } from "../base/engine-context.js";
import { getTaskKey } from "./scheduler.js";
import { getTime } from "../../state/clock.js";

/** Deletes the folders of completed tasks after their retention time, 7 days by default. The tasks are kept. */
export class Retention {
  readonly #context: EngineContext;
  /** Folders of tasks that ended before the service started are checked immediately. */
  #next = 0;
  /** The time up to which folders have been deleted. */
  #done = 0;

  constructor(context: EngineContext) {
    this.#context = context;
  }

  /** Records that a task has ended: its folder may be the next one to delete. */
  noteCompleted(task: TaskRecord): void {
    this.#next = Math.min(this.#next, getDueTime(task));
  }

  /** Deletes the folders that are due, and schedules the next time. */
  reconcile(): void {
    const now = getTime();
    if (this.#next <= now) this.#sweep(now);
    if (this.#next < Infinity) this.#context.wakeAt(this.#next);
  }

  #sweep(now: number): void {
    let next = Infinity;
    for (const task of this.#context.state.tasks) {
      if (task.state !== "completed" || !task.node) continue;
      const due = getDueTime(task);
      if (due > now) next = Math.min(next, due);
      else if (due > this.#done) this.#deleteFolder(task, task.node);
    }
    this.#next = next;
    this.#done = now;
  }

  #deleteFolder({ jobId, id }: TaskRecord, node: NonNullable<TaskRecord["node"]>): void {
    const { activities, folders, state } = this.#context;
    activities.start(getTaskKey({ jobId, taskId: id }), { jobId, node }, async () => {
      if (state.tasks.get(jobId, id)?.state === "completed")
        await rm(folders.task(node, jobId, id), { recursive: true, force: true });
    });
  }
}

function getDueTime(task: TaskRecord): number {
  const { endTime } = task.run;
  const { retentionTime = "P7D" } = task.given.constraints ?? {};
  return endTime === undefined ? Infinity : Date.parse(endTime) + parseDurationInMs(retentionTime);
}
