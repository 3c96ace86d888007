import { join } from "node:path";
import { createFolders } from "../../../core/index.js";
import { defaultPreparationId, defaultReleaseId } from "../../api/job-shapes.js";
import type { GivenConstraints, GivenJobPreparation, GivenJobRelease } from "../../api/task-shapes.js";
import type { JobNodeRecord, JobRecord, RunRecord } from "../../state/records.js";
import { parseDurationInMs } from "../../api/parse-duration.js";
import { type EngineContext, getGraceInMs } from "../base/engine-context.js";
import { createFailureInfo } from "../base/failures.js";
import { getInterruption } from "../base/interruption.js";
import type { NodeAddress } from "../base/node-folders.js";
import { type AttemptsEnd, runAttempts } from "../run/run-attempts.js";
import { createContainerWrap } from "../run/container-command.js";
import { setUpRun } from "../run/set-up-run.js";
import { getTimestamp } from "../../state/clock.js";

type Phase = "preparation" | "release";
type PhaseRecord = NonNullable<JobNodeRecord[Phase]>;

/** The folder of the job's preparation task on the node; `undefined` for a job without one. */
export function getPreparationFolder(
  { folders }: EngineContext,
  job: JobRecord,
  node: NodeAddress,
): string | undefined {
  const { jobPreparationTask: given } = job.given;
  return given && folders.task(node, job.id, given.id ?? defaultPreparationId);
}

/** A job preparation or release task on a node. */
export interface PhaseRun {
  readonly phase: Phase;
  readonly job: JobRecord;
  readonly node: NodeAddress;
  readonly given: GivenJobPreparation | GivenJobRelease;
  readonly constraints: GivenConstraints;
  readonly signal: AbortSignal;
}

const neverRun: RunRecord = { retryCount: 0, requeueCount: 0 };

/**
 * Runs the task, or resumes it if an earlier service has begun it. If it is interrupted together with its job, it is
 * completed. Otherwise its record is removed, and it runs again when it is needed.
 */
export async function runPhase(context: EngineContext, run: PhaseRun): Promise<void> {
  const { phase, job, node, given, constraints, signal } = run;
  const before = context.state.jobNodes.get(job.id, node.poolId, node.nodeId)?.[phase];
  const current: PhaseRecord = before ?? {
    ...neverRun,
    startTime: getTimestamp(),
    state: "running",
  };
  const id = given.id ?? (phase === "preparation" ? defaultPreparationId : defaultReleaseId);
  const folder = context.folders.task(node, job.id, id);
  putPhase(context, run, current);
  const end = await runAttempts({
    commandLine: given.commandLine,
    folder,
    exitStatusPath: context.folders.exitStatus(node, job.id, id),
    maxRetryCount: constraints.maxTaskRetryCount ?? 0,
    maxWallClockInMs: parseDurationInMs(constraints.maxWallClockTime),
    graceInMs: getGraceInMs(context),
    run: current,
    ...createContainerWrap(context, { given, node, folder }),
    setUp: async () => {
      await createFolders(join(folder, "wd"));
      const job_ = { id: job.id, taskId: id, preparationFolder: getFolderForRelease(context, run) };
      return await setUpRun(context, {
        given,
        node,
        folder,
        job: job_,
        commonSettings: job.given.commonEnvironmentSettings,
        signal,
      });
    },
    record: async (next) => {
      putPhase(context, run, { ...next, state: "running" });
      await context.state.waitUntilWritten();
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
  const terminated = getInterruption(signal)?.kind === "terminate";
  if (end.how !== "ended" && !terminated) {
    forgetPhase(context, run);
    return;
  }
  const { process: _, ...rest } = last;
  const failure = end.how === "ended" ? end.failureInfo : createFailureInfo("TaskEnded");
  putPhase(context, run, {
    ...rest,
    state: "completed",
    endTime: getTimestamp(),
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

function getFolderForRelease(context: EngineContext, { phase, job, node }: PhaseRun): string | undefined {
  return phase === "release" ? getPreparationFolder(context, job, node) : undefined;
}
