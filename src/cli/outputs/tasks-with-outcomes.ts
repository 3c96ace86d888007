import type { TaskOutcome } from "../../diagnosis/index.js";
import { KindTallies, type TaskTallies } from "./tallies.js";

/** A task with its outputs and, if known, its outcome. */
export interface TaskWithOutcome {
  readonly taskId: string;
  readonly kinds: KindTallies;
  readonly outcome: TaskOutcome | undefined;
}

/** Joins tasks that saved something with the outcomes; tasks that saved nothing come last. */
export async function* joinOutcomes(
  tallies: AsyncIterable<TaskTallies>,
  outcomes: ReadonlyMap<string, TaskOutcome>,
): AsyncGenerator<TaskWithOutcome> {
  const seen = new Set<string>();
  for await (const { taskId, kinds } of tallies) {
    if (taskId === undefined) continue;
    if (outcomes.size > 0) seen.add(taskId);
    yield { taskId, kinds, outcome: outcomes.get(taskId) };
  }
  for (const [taskId, outcome] of outcomes)
    if (!seen.has(taskId)) yield { taskId, kinds: new KindTallies(), outcome };
}

/** An outcome in the form that `--json` shows; empty if it is not known. */
export function createOutcomeObject(outcome: TaskOutcome | undefined): object {
  if (outcome === undefined) return {};
  const { result, attempts, last, isRecovered } = outcome;
  const { exitCode, signal, failure, startedAt, endedAt, nodeId, retryCount = 0 } = last ?? {};
  return {
    ...{ result, exitCode, signal, failure, startedAt, endedAt, nodeId },
    attempts: Math.max(attempts.length, retryCount + 1),
    ...(isRecovered ? { isRecovered } : {}),
  };
}

/** Returns the duration of the last attempt; `undefined` if it has not started or not ended. */
export function getDurationInMs(outcome: TaskOutcome | undefined): number | undefined {
  const { startedAt, endedAt } = outcome?.last ?? {};
  return startedAt === undefined || endedAt === undefined
    ? undefined
    : endedAt.getTime() - startedAt.getTime();
}
