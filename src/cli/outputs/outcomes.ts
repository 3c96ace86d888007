import type { TaskOutcome } from "../../diagnosis/index.js";

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
