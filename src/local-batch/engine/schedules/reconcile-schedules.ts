import { decideNextStep, readRecurrence } from "../../schedules/recurrence.js";
import { getTime, getTimestamp } from "../../state/clock.js";
import type { JobRecord, JobScheduleRecord } from "../../state/records.js";
import { applyChange, applyProgress, createStamps } from "../../state/stamps.js";
import { deletePool } from "../jobs/reconcile-auto-pools.js";
import type { EngineContext } from "../base/engine-context.js";

/** Creates the jobs that are due, and ends those of schedules that are terminated or deleted. */
export function reconcileSchedules(context: EngineContext): void {
  for (const schedule of [...context.state.jobSchedules]) reconcileSchedule(context, schedule);
}

function reconcileSchedule(context: EngineContext, schedule: JobScheduleRecord): void {
  switch (schedule.state) {
    case "active":
      runSchedule(context, schedule);
      return;
    case "terminating":
      if (areJobsEnded(context, schedule)) complete(context, schedule);
      return;
    case "deleting":
      deleteSchedule(context, schedule);
      return;
    case "disabled":
    case "completed":
  }
}

function runSchedule(context: EngineContext, schedule: JobScheduleRecord): void {
  const { nextRunTime, given } = schedule;
  const recurrence = readRecurrence(given.schedule);
  const hasActiveJob = isJobActive(context, schedule);
  const due = nextRunTime === undefined ? undefined : Date.parse(nextRunTime);
  const now = getTime();
  const step = decideNextStep(recurrence, due, { now, hasActiveJob });
  if (step.kind === "start") startJob(context, schedule, step.following);
  else if (step.kind === "wait") {
    if (step.dueTime !== due) setNextRunTime(context, schedule, step.dueTime);
    context.wakeAt(step.dueTime > now ? step.dueTime : now + recurrence.startWindow);
  } else if (!hasActiveJob) complete(context, schedule);
  else if (nextRunTime !== undefined) setNextRunTime(context, schedule, undefined);
  if (recurrence.doNotRunAfter !== undefined && recurrence.doNotRunAfter > now)
    context.wakeAt(recurrence.doNotRunAfter);
}

function isJobActive({ state }: EngineContext, { recentJobId }: JobScheduleRecord): boolean {
  const job = recentJobId === undefined ? undefined : state.jobs.get(recentJobId);
  return job !== undefined && job.state !== "completed";
}

function startJob(
  { state }: EngineContext,
  schedule: JobScheduleRecord,
  following: number | undefined,
): void {
  const jobCount = schedule.jobCount + 1;
  const id = `${schedule.id}:job-${jobCount}`;
  const stamps = createStamps();
  state.jobs.put({
    ...stamps,
    id,
    scheduleId: schedule.id,
    given: { ...schedule.given.jobSpecification, id },
    state: "active",
    startTime: stamps.creationTime,
  });
  const { nextRunTime: _, ...rest } = schedule;
  state.jobSchedules.put({
    ...rest,
    jobCount,
    recentJobId: id,
    ...(following !== undefined && { nextRunTime: new Date(following).toISOString() }),
  });
}

function setNextRunTime(
  { state }: EngineContext,
  schedule: JobScheduleRecord,
  time: number | undefined,
): void {
  const { nextRunTime: _, ...rest } = schedule;
  state.jobSchedules.put({
    ...rest,
    ...(time !== undefined && { nextRunTime: new Date(time).toISOString() }),
  });
}

function complete({ state }: EngineContext, schedule: JobScheduleRecord): void {
  const { nextRunTime: _, ...rest } = schedule;
  const changes = { state: "completed", endTime: getTimestamp() } as const;
  state.jobSchedules.put(applyProgress<JobScheduleRecord>(rest, changes));
}

/** Whether all jobs of the schedule are completed; active ones are terminated. */
function areJobsEnded({ state }: EngineContext, schedule: JobScheduleRecord): boolean {
  let ended = true;
  for (const job of listJobs(state.jobs, schedule)) {
    if (job.state === "completed") continue;
    ended = false;
    if (job.state !== "terminating" && job.state !== "deleting")
      state.jobs.put(applyChange(job, { state: "terminating", terminateReason: "TerminateJobSchedule" }));
  }
  return ended;
}

function deleteSchedule({ state }: EngineContext, schedule: JobScheduleRecord): void {
  const { autoPoolId, given } = schedule;
  const jobs = listJobs(state.jobs, schedule);
  for (const job of jobs)
    if (job.state !== "deleting") state.jobs.put(applyChange(job, { state: "deleting" }));
  if (jobs.length > 0) return;
  const keepAlive = given.jobSpecification.poolInfo.autoPoolSpecification?.keepAlive === true;
  if (autoPoolId !== undefined && !keepAlive) deletePool({ state }, autoPoolId);
  state.jobSchedules.delete(schedule.id);
}

function listJobs(jobs: Iterable<JobRecord>, { id }: JobScheduleRecord): JobRecord[] {
  return [...jobs].filter(({ scheduleId }) => scheduleId === id);
}
