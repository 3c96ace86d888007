import type { Hono } from "hono";
import { fillJobDefaults } from "../../api/job-defaults.js";
import { Refusal } from "../../api/refusal.js";
import { scheduleAdd } from "../../api/schedule-shapes.js";
import { selectProperties } from "../../odata/select-properties.js";
import { findFirstDueTime, readRecurrence } from "../../schedules/recurrence.js";
import type { BatchState } from "../../state/batch-state.js";
import { currentTime } from "../../state/clock.js";
import type { JobScheduleRecord } from "../../state/records.js";
import { createStamps } from "../../state/stamps.js";
import {
  answerDone,
  answerEntity,
  answerNotModified,
  type RestEnv,
  type RestService,
} from "../exchange/exchange.js";
import { answerListing } from "../exchange/listing.js";
import { readBody } from "../exchange/request-body.js";
import { urls } from "../exchange/urls.js";
import { createJobView, filterableJob, requireJobQuota } from "../jobs/jobs.js";
import { createStampView } from "../views/views.js";

/** The operations add, list, get and exists of job schedules, and the list of a schedule's jobs. */
export function addScheduleRoutes(app: Hono<RestEnv>, service: RestService): void {
  const { state } = service;
  app.post("/jobschedules", async (context) => {
    const given = await readBody(context, scheduleAdd);
    const former = state.jobSchedules.get(given.id);
    if (former)
      throw new Refusal(former.state === "deleting" ? "JobScheduleBeingDeleted" : "JobScheduleExists");
    if (state.jobs.get(given.id)) throw new Refusal("JobWithSameIdExists");
    requireJobQuota(service);
    const schedule: JobScheduleRecord = {
      ...createStamps(),
      id: given.id,
      given: { ...given, jobSpecification: fillJobDefaults(given.jobSpecification, context.var.apiVersion) },
      state: "active",
      nextRunTime: new Date(findFirstDueTime(readRecurrence(given.schedule), currentTime())).toISOString(),
      jobCount: 0,
    };
    state.jobSchedules.put(schedule);
    return answerDone(context, 201, urls.jobSchedule(service.endpoint(), schedule.id), schedule);
  });
  app.get("/jobschedules", async (context) =>
    answerListing(service, context, {
      kind: "jobschedules",
      items: (after) => state.jobSchedules.inOrder("", after),
      getKey: ({ id }) => id,
      createView: (schedule) => createScheduleView(schedule, service.endpoint()),
      filterable: filterableSchedule,
    }),
  );
  app.get("/jobschedules/:scheduleId", (context) => {
    const schedule = requireSchedule(state, context.req.param("scheduleId"));
    const view = (): object =>
      selectProperties(createScheduleView(schedule, service.endpoint()), context.req.query("$select"));
    return (
      answerNotModified(context, schedule) ?? answerEntity(service, context, "jobschedules", view(), schedule)
    );
  });
  app.get("/jobschedules/:scheduleId/jobs", async (context) => {
    const schedule = requireSchedule(state, context.req.param("scheduleId"));
    return answerListing(service, context, {
      kind: "jobs",
      items: (after) => listJobs(state, schedule, after),
      getKey: ({ id }) => id,
      createView: (job) => createJobView(job, service.endpoint()),
      filterable: filterableJob,
    });
  });
}

export function requireSchedule(state: BatchState, scheduleId: string): JobScheduleRecord {
  const schedule = state.jobSchedules.get(scheduleId);
  if (!schedule) throw new Refusal("JobScheduleNotFound");
  return schedule;
}

function* listJobs(state: BatchState, { id }: JobScheduleRecord, after: string | undefined) {
  for (const job of state.jobs.inOrder("", after)) if (job.scheduleId === id) yield job;
}

function createScheduleView(schedule: JobScheduleRecord, endpoint: string): Record<string, unknown> {
  const { id, given, nextRunTime, recentJobId, endTime } = schedule;
  return {
    ...given,
    id,
    url: urls.jobSchedule(endpoint, id),
    ...createStampView(schedule),
    executionInfo: {
      ...(nextRunTime !== undefined && { nextRunTime }),
      ...(recentJobId !== undefined && {
        recentJob: { id: recentJobId, url: urls.job(endpoint, recentJobId) },
      }),
      ...(endTime !== undefined && { endTime }),
    },
  };
}

const filterableSchedule = [
  "id",
  "displayName",
  "state",
  "stateTransitionTime",
  "previousState",
  "previousStateTransitionTime",
  "creationTime",
  "lastModified",
  "executionInfo/nextRunTime",
  "executionInfo/endTime",
  "executionInfo/recentJob/id",
];
