import { randomUUID } from "node:crypto";
import type { GivenAutoPool } from "../../api/job-shapes.js";
import { createPool } from "../../state/create-pool.js";
import type { JobRecord, JobScheduleRecord } from "../../state/records.js";
import { applyChange } from "../../state/stamps.js";
import type { EngineContext } from "../base/engine-context.js";

/** Creates the automatic pools of jobs and schedules, and deletes them when the jobs and schedules have ended. */
export function reconcileAutoPools(context: EngineContext): void {
  const { state } = context;
  for (const job of [...state.jobs]) {
    const given = job.given.poolInfo.autoPoolSpecification;
    if (!given) continue;
    if (given.poolLifetimeOption === "job") reconcileJob(context, job, given);
    else if (job.autoPoolId === undefined) takePoolOfSchedule(context, job);
  }
  for (const schedule of [...state.jobSchedules]) reconcileSchedule(context, schedule);
}

function reconcileJob({ state }: EngineContext, job: JobRecord, given: GivenAutoPool): void {
  if (job.autoPoolId === undefined) {
    if (job.state === "active") state.jobs.put({ ...job, autoPoolId: addPool({ state }, given) });
  } else if (job.state === "completed" && given.keepAlive !== true) deletePool({ state }, job.autoPoolId);
}

/** The jobs of a schedule share its pool, which is created with the first of them. */
function takePoolOfSchedule({ state }: EngineContext, job: JobRecord): void {
  const schedule = job.scheduleId === undefined ? undefined : state.jobSchedules.get(job.scheduleId);
  const given = schedule?.given.jobSpecification.poolInfo.autoPoolSpecification;
  if (!schedule || !given || job.state !== "active") return;
  const autoPoolId = schedule.autoPoolId ?? addPool({ state }, given);
  if (schedule.autoPoolId === undefined) state.jobSchedules.put({ ...schedule, autoPoolId });
  state.jobs.put({ ...job, autoPoolId });
}

function reconcileSchedule(
  { state }: EngineContext,
  { state: scheduleState, given, autoPoolId }: JobScheduleRecord,
): void {
  const keepAlive = given.jobSpecification.poolInfo.autoPoolSpecification?.keepAlive === true;
  if (scheduleState === "completed" && autoPoolId !== undefined && !keepAlive)
    deletePool({ state }, autoPoolId);
}

/** The pool's id is the prefix and a unique id. */
function addPool(
  { state }: Pick<EngineContext, "state">,
  { autoPoolIdPrefix = "", pool }: GivenAutoPool,
): string {
  const unique = randomUUID().toUpperCase();
  const id = autoPoolIdPrefix === "" ? unique : `${autoPoolIdPrefix}_${unique}`;
  state.pools.put(createPool({ ...pool, id }));
  return id;
}

/** Deletes the pool that was created for a deleted or completed job or schedule. */
export function deletePool({ state }: Pick<EngineContext, "state">, poolId: string): void {
  const pool = state.pools.get(poolId);
  if (pool?.state === "active") state.pools.put(applyChange(pool, { state: "deleting" }));
}

/** Deletes the pool of a job that is deleted, if it was created only for that job. */
export function deletePoolOfDeletedJob(context: EngineContext, { autoPoolId, given }: JobRecord): void {
  const { autoPoolSpecification: spec } = given.poolInfo;
  if (autoPoolId !== undefined && spec?.poolLifetimeOption === "job" && spec.keepAlive !== true)
    deletePool(context, autoPoolId);
}
