import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { JobNodeRecord, JobRecord, RunRecord } from "../state/records.js";
import { durationMs } from "./duration.js";
import { type EngineContext, graceMs } from "./engine-context.js";
import { failureInfo } from "./failures.js";
import {
  defaultPreparationId,
  defaultReleaseId,
  type GivenCommand,
  givenJob,
  type GivenJobPreparation,
  type GivenJobRelease,
} from "./given.js";
import { interruptionOf } from "./interruption.js";
import type { NodeAddress } from "./node-folders.js";
import { type AttemptsEnd, runAttempts } from "./run-attempts.js";
import { setUpRun } from "./set-up-run.js";

type Phase = "preparation" | "release";
type PhaseRecord = NonNullable<JobNodeRecord[Phase]>;

/** The key of the activity that prepares a node for a job. */
export function preparationKey(jobId: string, { poolId, nodeId }: NodeAddress): string {
  return `prepare ${jobId} on ${poolId}/${nodeId}`.toLowerCase();
}

/** The folder of the job's preparation task on the node; `undefined` for a job without one. */
export function preparationFolder(
  { folders }: EngineContext,
  job: JobRecord,
  node: NodeAddress,
): string | undefined {
  const { jobPreparationTask: given } = givenJob(job);
  return given && folders.task(node, job.id, given.id ?? defaultPreparationId);
}

/** What the records say of a job on a node: tasks may run there, may not, or nobody knows yet. */
export function preparedness(
  { state }: EngineContext,
  job: JobRecord,
  { poolId, nodeId }: NodeAddress,
): "ready" | "unfit" | "unknown" {
  const { jobPreparationTask: given } = givenJob(job);
  if (!given) return "ready";
  const preparation = state.jobNodes.get(job.id, poolId, nodeId)?.preparation;
  if (preparation && given.waitForSuccess === false) return "ready";
  if (preparation?.state !== "completed") return "unknown";
  return preparation.result === "success" ? "ready" : "unfit";
}

/**
 * Has the node prepared for the job where it is not, once for all tasks that wait for it; whether the job's tasks may run
 * there.
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
  while (!signal.aborted && preparedness(context, job, node) === "unknown") {
    const activity = context.activities.get(preparationKey(jobId, node));
    if (!activity) return false;
    await Promise.race([activity.ended, onceAborted(signal)]);
  }
  return !signal.aborted && preparedness(context, job, node) === "ready";
}

async function onceAborted(signal: AbortSignal): Promise<void> {
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

/** Begins it, or takes up again what was going on when the service before this one ended. */
function startPreparation(context: EngineContext, job: JobRecord, node: NodeAddress): void {
  const { jobPreparationTask: given } = givenJob(job);
  if (!given || preparationOf(context, job.id, node)?.state === "completed") return;
  context.activities.start(preparationKey(job.id, node), { jobId: job.id, node }, (signal) =>
    runPhase(context, { phase: "preparation", job, node, given, signal }),
  );
}

function preparationOf(
  { state }: EngineContext,
  jobId: string,
  { poolId, nodeId }: NodeAddress,
): PhaseRecord | undefined {
  return state.jobNodes.get(jobId, poolId, nodeId)?.preparation;
}

/** Runs a job's release task on a node that it was prepared on. */
export function startRelease(context: EngineContext, job: JobRecord, node: NodeAddress): void {
  const { jobReleaseTask: given } = givenJob(job);
  if (!given) return;
  const key = `release ${job.id} on ${node.poolId}/${node.nodeId}`.toLowerCase();
  context.activities.start(key, { jobId: job.id, node }, (signal) =>
    runPhase(context, { phase: "release", job, node, given, signal }),
  );
}

interface PhaseRun {
  readonly phase: Phase;
  readonly job: JobRecord;
  readonly node: NodeAddress;
  readonly given: GivenJobPreparation | GivenJobRelease;
  readonly signal: AbortSignal;
}

const neverRun: RunRecord = { retryCount: 0, requeueCount: 0 };

async function runPhase(context: EngineContext, run: PhaseRun): Promise<void> {
  const { phase, job, node, given, signal } = run;
  const before = context.state.jobNodes.get(job.id, node.poolId, node.nodeId)?.[phase];
  const current: PhaseRecord = before ?? {
    ...neverRun,
    startTime: new Date().toISOString(),
    state: "running",
  };
  const id = given.id ?? (phase === "preparation" ? defaultPreparationId : defaultReleaseId);
  const folder = context.folders.task(node, job.id, id);
  putPhase(context, run, current);
  const end = await runAttempts({
    commandLine: given.commandLine,
    folder,
    exitStatusPath: context.folders.exitStatus(node, job.id, id),
    maxRetryCount: given.constraints?.maxTaskRetryCount ?? 0,
    maxWallClockMs: durationMs(wallClockOf(given)),
    graceMs: graceMs(context),
    run: current,
    setUp: async () => {
      await mkdir(join(folder, "wd"), { recursive: true });
      const job_ = { id: job.id, taskId: id, preparationFolder: releaseSees(context, run) };
      return await setUpRun(context, {
        given,
        node,
        folder,
        job: job_,
        commonSettings: commonOf(job),
        signal,
      });
    },
    record: async (next) => {
      putPhase(context, run, { ...next, state: "running" });
      await context.state.settled();
      return !signal.aborted;
    },
    signal,
  });
  endPhase(context, run, end);
}

function endPhase(context: EngineContext, run: PhaseRun, end: AttemptsEnd): void {
  const { phase, job, node, signal } = run;
  const last = context.state.jobNodes.get(job.id, node.poolId, node.nodeId)?.[phase];
  if (!last) return;
  const terminated = interruptionOf(signal)?.kind === "terminate";
  if (end.how !== "ended" && !terminated) {
    // It is not known to have run to its end, and is run again where it is needed again.
    forgetPhase(context, run);
    return;
  }
  const { process: _, ...rest } = last;
  const failure = end.how === "ended" ? end.failureInfo : failureInfo("TaskEnded");
  putPhase(context, run, {
    ...rest,
    state: "completed",
    endTime: new Date().toISOString(),
    result: failure ? "failure" : "success",
    ...(end.exitCode !== undefined && { exitCode: end.exitCode }),
    ...(failure && { failureInfo: failure }),
  });
}

function putPhase({ state }: EngineContext, { phase, job, node }: PhaseRun, record: PhaseRecord): void {
  const ids = { jobId: job.id, poolId: node.poolId, nodeId: node.nodeId };
  state.jobNodes.put({ ...state.jobNodes.get(job.id, node.poolId, node.nodeId), ...ids, [phase]: record });
}

function forgetPhase({ state }: EngineContext, { phase, job, node }: PhaseRun): void {
  const record = state.jobNodes.get(job.id, node.poolId, node.nodeId);
  if (!record) return;
  const { [phase]: _, ...rest } = record;
  state.jobNodes.put(rest);
}

function wallClockOf(given: GivenCommand & { readonly maxWallClockTime?: string }): string | undefined {
  return given.maxWallClockTime ?? given.constraints?.maxWallClockTime;
}

function releaseSees(context: EngineContext, { phase, job, node }: PhaseRun): string | undefined {
  return phase === "release" ? preparationFolder(context, job, node) : undefined;
}

function commonOf(job: JobRecord): GivenCommand["environmentSettings"] {
  return givenJob(job).commonEnvironmentSettings;
}
