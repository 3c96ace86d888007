import { rm } from "node:fs/promises";
import type { JobNodeRecord, JobRecord, TaskRecord } from "../../state/records.js";
import { applyChange, createStamps } from "../../state/stamps.js";
import type { Activity } from "../base/activities.js";
import { parseDurationInMs } from "../../api/parse-duration.js";
import { type EngineContext, getGraceInMs } from "../base/engine-context.js";
import type { Interruption } from "../base/interruption.js";
import { resumePreparations, startRelease } from "./job-preparation.js";
import { deletePoolOfDeletedJob } from "./reconcile-auto-pools.js";
import { isKept } from "../nodes/node-life.js";
import { getTime, getTimestamp } from "../../state/clock.js";

/** Moves every job towards its target state. */
export function reconcileJobs(context: EngineContext): void {
  for (const job of [...context.state.jobs]) reconcileJob(context, job);
}

function reconcileJob(context: EngineContext, job: JobRecord): void {
  switch (job.state) {
    case "active":
      addJobManager(context, job);
      resumePreparations(context, job);
      endWhereDue(context, job);
      return;
    case "enabling":
      put(context, job, { state: "active" });
      return;
    case "disabling":
      if (isQuiet(context, job, getDisableInterruption(context, job)))
        put(context, job, { state: "disabled" });
      return;
    case "disabled":
      endInTime(context, job);
      return;
    case "terminating":
      if (isReleased(context, job)) put(context, job, { state: "completed", endTime: getTimestamp() });
      return;
    case "deleting":
      if (isReleased(context, job))
        context.activities.start(`delete job ${job.id}`.toLowerCase(), { jobId: job.id }, () =>
          deleteJob(context, job),
        );
      return;
    case "completed":
  }
}

function put({ state }: EngineContext, job: JobRecord, changes: Partial<JobRecord>): void {
  state.jobs.put(applyChange(job, changes));
}

/** Adds the job manager task when the job begins. */
function addJobManager({ state }: EngineContext, job: JobRecord): void {
  const { jobManagerTask: given } = job.given;
  if (!given || job.managerAdded) return;
  const { killJobOnCompletion: _, runExclusive: _exclusive, allowLowPriorityNode: _spot, ...asTask } = given;
  const task: TaskRecord = {
    ...createStamps(),
    jobId: job.id,
    id: given.id,
    given: { ...asTask },
    state: "active",
    run: { retryCount: 0, requeueCount: 0 },
    sequence: state.nextSequence(),
  };
  if (!state.tasks.get(job.id, given.id)) state.tasks.put(task);
  state.jobs.put({ ...job, managerAdded: true });
}

function endWhereDue(context: EngineContext, job: JobRecord): void {
  const { onAllTasksComplete } = job.given;
  if (endInTime(context, job)) return;
  if (onAllTasksComplete === "terminatejob" && context.queue.openCount(job.id) === 0)
    put(context, job, { state: "terminating", terminateReason: "AllTasksComplete" });
}

function endInTime(context: EngineContext, job: JobRecord): boolean {
  const due =
    Date.parse(job.startTime ?? job.creationTime) +
    parseDurationInMs(job.given.constraints?.maxWallClockTime);
  if (due > getTime()) {
    context.wakeAt(due);
    return false;
  }
  put(context, job, { state: "terminating", terminateReason: "MaxWallClockTimeExpiry" });
  return true;
}

/** Returns how running tasks end when the job is disabled; `undefined` to wait for them. */
function getDisableInterruption(
  context: EngineContext,
  { disableTasks }: JobRecord,
): Interruption | undefined {
  if (disableTasks === "wait") return undefined;
  return { kind: disableTasks === "terminate" ? "terminate" : "requeue", graceInMs: getGraceInMs(context) };
}

/** Interrupts running tasks of the job. Returns whether none is left. */
function isQuiet(
  { activities }: EngineContext,
  job: JobRecord,
  interruption: Interruption | undefined,
  isMeant: (activity: Activity) => boolean = () => true,
): boolean {
  let quiet = true;
  for (const activity of activities) {
    if (activity.jobId !== job.id || !isMeant(activity)) continue;
    quiet = false;
    if (interruption) activity.interrupt(interruption);
  }
  return quiet;
}

/** Ends the running tasks of the job, and then runs its release task on every node that was prepared for it. */
function isReleased(context: EngineContext, job: JobRecord): boolean {
  const interruption = { kind: "terminate", graceInMs: getGraceInMs(context) } as const;
  const isOther = ({ key }: Activity): boolean => !key.startsWith("release ") && !key.startsWith("delete ");
  if (!isQuiet(context, job, interruption, isOther)) return false;
  if (!job.given.jobReleaseTask) return true;
  const open = [...context.state.jobNodes.of(job.id)].filter((jobNode) => needsRelease(context, jobNode));
  for (const { poolId, nodeId } of open) startRelease(context, job, { poolId, nodeId });
  return open.length === 0;
}

function needsRelease(
  { state }: EngineContext,
  { poolId, nodeId, preparation, release }: JobNodeRecord,
): boolean {
  const node = state.nodes.get(poolId, nodeId);
  return node !== undefined && isKept(node) && preparation !== undefined && release?.state !== "completed";
}

/** Deletes the files of all its tasks, the tasks, and the job. */
async function deleteJob(context: EngineContext, job: JobRecord): Promise<void> {
  const { state, folders } = context;
  for (const node of state.nodes) {
    const address = { poolId: node.poolId, nodeId: node.id };
    await rm(folders.job(address, job.id), { recursive: true, force: true });
    await rm(folders.jobExitStatuses(address, job.id), { recursive: true, force: true });
  }
  for (const { id } of [...state.tasks.of(job.id)]) state.tasks.delete(job.id, id);
  for (const { poolId, nodeId } of [...state.jobNodes.of(job.id)])
    state.jobNodes.delete(job.id, poolId, nodeId);
  deletePoolOfDeletedJob(context, job);
  state.jobs.delete(job.id);
}
