import { hasCode, omitUndefined, type OperationOptions } from "../../core/index.js";
import { toTaskRun } from "../../batch/index.js";
import type { TaskRun } from "../../outputs/index.js";
import type { TaskLister } from "./task-outcomes.js";

const select = "state,creationTime,executionInfo,nodeInfo";

/**
 * The tasks of a job in the Batch service, and the last run of each that has started. They are held in memory, because the
 * service documents no order in which it lists tasks: a few hundred bytes for each task.
 */
export interface BatchTasks {
  /** `jobDeleted`: the job no longer exists in Batch. */
  readonly batch: "asked" | "jobDeleted";
  /** `undefined`: the task is waiting. */
  readonly runs: Map<string, TaskRun | undefined>;
}

/** Lists the tasks of a job in the Batch service. */
export async function readBatchTasks(
  batch: TaskLister,
  jobId: string,
  options: OperationOptions,
): Promise<BatchTasks> {
  const runs = new Map<string, TaskRun | undefined>();
  const unify = createUnifier();
  try {
    for await (const task of batch.listTasks(jobId, { ...options, select })) {
      const run = toTaskRun(task, jobId);
      runs.set(task.id, run && unify(run));
    }
    return { batch: "asked", runs };
  } catch (error) {
    if (hasCode(error, "JobNotFound")) return { batch: "jobDeleted", runs };
    throw error;
  }
}

/** Replaces texts that are the same for many tasks by one copy. */
function createUnifier(): (run: TaskRun) => TaskRun {
  const texts = new Map<string, string>();
  const unify = <T extends string | undefined>(text: T): T => {
    if (text === undefined) return text;
    const known = texts.get(text);
    if (known !== undefined) return known as T;
    texts.set(text, text);
    return text;
  };
  return (run) => {
    const { failure, nodeId, poolId } = run;
    const words = failure && {
      ...failure,
      ...omitUndefined({
        category: unify(failure.category),
        code: unify(failure.code),
        message: unify(failure.message),
      }),
    };
    return { ...run, ...omitUndefined({ failure: words, nodeId: unify(nodeId), poolId: unify(poolId) }) };
  };
}
