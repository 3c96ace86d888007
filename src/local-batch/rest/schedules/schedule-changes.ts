import type { Context, Hono } from "hono";
import { fillJobDefaults } from "../../api/job-defaults.js";
import { Refusal } from "../../api/refusal.js";
import type { Given } from "../../api/shape.js";
import { type GivenSchedule, schedulePatch, scheduleUpdate } from "../../api/schedule-shapes.js";
import { findFirstDueTime, readRecurrence } from "../../schedules/recurrence.js";
import { getTime } from "../../state/clock.js";
import type { JobScheduleRecord } from "../../state/records.js";
import { applyChange } from "../../state/stamps.js";
import { answerDone, answerNotModified, type RestEnv, type RestService } from "../exchange/exchange.js";
import { readBody } from "../exchange/request-body.js";
import { urls } from "../exchange/urls.js";
import { waitUntilDeleted } from "../tasks/wait-until-deleted.js";
import { requireSchedule } from "./schedules.js";

/**
 * The operations that change job schedules: patch, update, disable, enable, terminate, delete. Changes apply to jobs that are
 * created afterwards; the engine ends the jobs of a schedule that is terminated or deleted.
 */
export function addScheduleChangeRoutes(app: Hono<RestEnv>, service: RestService): void {
  const { state } = service;
  const scheduleOf = (context: Context<RestEnv, "/jobschedules/:scheduleId">): JobScheduleRecord => {
    const schedule = requireSchedule(state, context.req.param("scheduleId"));
    answerNotModified(context, schedule);
    return schedule;
  };
  const done = (
    context: Context<RestEnv>,
    status: 200 | 202 | 204,
    schedule: JobScheduleRecord,
  ): Response => {
    state.jobSchedules.put(schedule);
    return answerDone(context, status, urls.jobSchedule(service.endpoint(), schedule.id), schedule);
  };
  app.patch("/jobschedules/:scheduleId", async (context) => {
    const changes = await readBody(context, schedulePatch);
    const schedule = scheduleOf(context);
    requireOpenSchedule(schedule);
    const given = patchGiven(schedule.given, changes, context.var.apiVersion);
    return done(context, 200, reschedule(schedule, given, changes.schedule !== undefined));
  });
  app.put("/jobschedules/:scheduleId", async (context) => {
    const changes = await readBody(context, scheduleUpdate);
    const schedule = scheduleOf(context);
    requireOpenSchedule(schedule);
    const { metadata: _, ...kept } = schedule.given;
    const jobSpecification = fillJobDefaults(changes.jobSpecification, context.var.apiVersion);
    return done(context, 200, reschedule(schedule, { ...kept, ...changes, jobSpecification }, true));
  });
  app.post("/jobschedules/:scheduleId/disable", (context) => {
    const schedule = scheduleOf(context);
    requireOpenSchedule(schedule);
    return done(context, 204, applyChange(schedule, { state: "disabled" }));
  });
  app.post("/jobschedules/:scheduleId/enable", (context) => {
    const schedule = scheduleOf(context);
    requireOpenSchedule(schedule);
    return done(context, 204, applyChange(schedule, { state: "active" }));
  });
  app.post("/jobschedules/:scheduleId/terminate", (context) => {
    const schedule = scheduleOf(context);
    requireOpenSchedule(schedule);
    const { nextRunTime: _, ...ended } = schedule;
    return done(context, 202, applyChange<JobScheduleRecord>(ended, { state: "terminating" }));
  });
  app.delete("/jobschedules/:scheduleId", async (context) => {
    const schedule = scheduleOf(context);
    if (schedule.state === "deleting") throw new Refusal("JobScheduleBeingDeleted");
    const { nextRunTime: _, ...ended } = schedule;
    state.jobSchedules.put(applyChange<JobScheduleRecord>(ended, { state: "deleting" }));
    await waitUntilDeleted(state, "jobSchedules", [schedule.id], maxDeletionWaitInMs);
    return answerDone(context, 202, urls.jobSchedule(service.endpoint(), schedule.id));
  });
}

function patchGiven(
  given: GivenSchedule,
  { schedule, jobSpecification, ...changes }: Given<typeof schedulePatch>,
  apiVersion: RestEnv["Variables"]["apiVersion"],
): GivenSchedule {
  return {
    ...given,
    ...changes,
    ...(jobSpecification && { jobSpecification: fillJobDefaults(jobSpecification, apiVersion) }),
    ...(schedule && { schedule }),
  };
}

/** A schedule whose jobs have ended is deleted before the response, as on Azure. */
const maxDeletionWaitInMs = 1_000;

/** @throws Refusal if the schedule does not create jobs any more. */
function requireOpenSchedule({ state }: JobScheduleRecord): void {
  if (state === "deleting") throw new Refusal("JobScheduleBeingDeleted");
  if (state === "terminating") throw new Refusal("JobScheduleBeingTerminated");
  if (state === "completed") throw new Refusal("JobScheduleCompleted");
}

/** Recalculates the next run time from the last job if the recurrence has changed. */
function reschedule(
  schedule: JobScheduleRecord,
  given: GivenSchedule,
  hasNewTimes: boolean,
): JobScheduleRecord {
  if (!hasNewTimes) return applyChange(schedule, { given });
  const recurrence = readRecurrence(given.schedule);
  const due = findFirstDueTime(recurrence, getTime());
  return applyChange(schedule, { given, nextRunTime: new Date(due).toISOString() });
}
