import { quote } from "../../core/index.js";
import { formatExitCode, type TaskOutcome } from "../../diagnosis/index.js";
import { formatInteger } from "../terminal/formats.js";

/** An outcome in the form that `--json` shows; empty if it is not known. */
export function createOutcomeObject(outcome: TaskOutcome | undefined): object {
  if (outcome === undefined) return {};
  const { result, attempts, last, isRecovered } = outcome;
  const { exitCode, signal, failure, saveFailures, startedAt, endedAt, nodeId, retryCount = 0 } = last ?? {};
  return {
    ...{ result, exitCode, signal, failure, saveFailures, startedAt, endedAt, nodeId },
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

/** `Task "t1" ended with exit code 0, but 2 outputs were not saved: `, and why; `undefined` if everything was saved. */
export function describeUnsaved({ taskId, last }: TaskOutcome): string | undefined {
  const { exitCode, saveFailures: { count = 0, messages = [] } = {} } = last ?? {};
  if (count === 0) return undefined;
  const end = exitCode === undefined ? "ended" : `ended with exit code ${formatExitCode(exitCode)}`;
  const outputs = count === 1 ? "1 output was" : `${formatInteger(count)} outputs were`;
  const more = count > messages.length && messages.length > 0 ? ["and others"] : [];
  const reasons = [...messages, ...more].join("; ");
  return `Task ${quote(taskId)} ${end}, ${exitCode === 0 ? "but" : "and"} ${outputs} not saved${reasons === "" ? "." : `: ${reasons}`}`;
}
