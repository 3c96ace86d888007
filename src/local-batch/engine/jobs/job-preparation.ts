import type { JobRecord } from "../../state/records.js";
import type { EngineContext } from "../base/engine-context.js";
import { runPhase } from "./job-phase.js";
import type { NodeAddress } from "../base/node-folders.js";

/** The key of the activity that prepares a node for a job. */
export function getPreparationKey(jobId: string, { poolId, nodeId }: NodeAddress): string {
  return `prepare ${jobId} on ${poolId}/${nodeId}`.toLowerCase();
}

/** Returns whether tasks of a job may run on a node; `undefined` while that is not known. */
export function getPreparation(
  { state }: EngineContext,
  job: JobRecord,
  { poolId, nodeId }: NodeAddress,
): "ready" | "unfit" | "unknown" {
  const { jobPreparationTask: given } = job.given;
  if (!given) return "ready";
  const preparation = state.jobNodes.get(job.id, poolId, nodeId)?.preparation;
  if (preparation && given.waitForSuccess === false) return "ready";
  if (preparation?.state !== "completed") return "unknown";
  return preparation.result === "success" ? "ready" : "unfit";
}

/**
 * Prepares the node for the job if necessary, once for all tasks that wait for it. Returns whether the job's tasks may
 * run there.
 */
export async function isPrepared(
  context: EngineContext,
  jobId: string,
  node: NodeAddress,
  signal: AbortSignal,
): Promise<boolean> {
  const job = context.state.jobs.get(jobId);
  if (!job) return false;
  startPreparation(context, job, node);
  if (job.given.jobPreparationTask?.waitForSuccess === false) return !signal.aborted;
  while (!signal.aborted && getPreparation(context, job, node) === "unknown") {
    const activity = context.activities.get(getPreparationKey(jobId, node));
    if (!activity) return false;
    await Promise.race([activity.ended, waitUntilAborted(signal)]);
  }
  return !signal.aborted && getPreparation(context, job, node) === "ready";
}

async function waitUntilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((aborted) => {
    signal.addEventListener(
      "abort",
      () => {
        aborted();
      },
      { once: true },
    );
  });
}

function startPreparation(context: EngineContext, job: JobRecord, node: NodeAddress): void {
  const { jobPreparationTask: given } = job.given;
  const before = context.state.jobNodes.get(job.id, node.poolId, node.nodeId);
  if (!given || before?.preparation?.state === "completed") return;
  context.activities.start(getPreparationKey(job.id, node), { jobId: job.id, node }, (signal) =>
    runPhase(context, {
      phase: "preparation",
      job,
      node,
      given,
      constraints: given.constraints ?? {},
      signal,
    }),
  );
}

/** Continues preparations that an earlier service has begun and for which no task waits. */
export function resumePreparations(context: EngineContext, job: JobRecord): void {
  if (!job.given.jobPreparationTask) return;
  for (const { preparation, poolId, nodeId } of context.state.jobNodes.of(job.id)) {
    if (preparation?.state === "running") startPreparation(context, job, { poolId, nodeId });
  }
}

/** Runs a job's release task on a node that it was prepared on. */
export function startRelease(context: EngineContext, job: JobRecord, node: NodeAddress): void {
  const { jobReleaseTask: given } = job.given;
  if (!given) return;
  const key = `release ${job.id} on ${node.poolId}/${node.nodeId}`.toLowerCase();
  const { maxWallClockTime } = given;
  const constraints = maxWallClockTime === undefined ? {} : { maxWallClockTime };
  context.activities.start(key, { jobId: job.id, node }, (signal) =>
    runPhase(context, { phase: "release", job, node, given, constraints, signal }),
  );
}
