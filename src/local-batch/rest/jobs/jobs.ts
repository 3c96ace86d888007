import type { Hono } from "hono";
import type { BatchState } from "../../state/batch-state.js";
import type { JobRecord } from "../../state/records.js";
import { createStamps } from "../../state/stamps.js";
import {
  answerDone,
  answerEntity,
  answerNotModified,
  type RestEnv,
  type RestService,
} from "../exchange/exchange.js";
import { fillJobDefaults } from "../../api/job-defaults.js";
import { jobAdd } from "../../api/job-shapes.js";
import { getPoolId } from "../../engine/jobs/pool-of-job.js";
import { answerListing } from "../exchange/listing.js";
import { Refusal } from "../../api/refusal.js";
import { readBody } from "../exchange/request-body.js";
import { createStampView } from "../views/views.js";
import { urls } from "../exchange/urls.js";

/** The operations that add, list and get jobs. */
export function addJobRoutes(app: Hono<RestEnv>, service: RestService): void {
  const { state } = service;
  app.post("/jobs", async (context) => {
    const given = await readBody(context, jobAdd);
    const former = state.jobs.get(given.id);
    if (former) throw new Refusal(former.state === "deleting" ? "JobBeingDeleted" : "JobExists");
    if (state.jobSchedules.get(given.id)) throw new Refusal("JobScheduleWithSameIdExists");
    requireJobQuota(service);
    const stamps = createStamps();
    state.jobs.put({
      ...stamps,
      id: given.id,
      given: fillJobDefaults(given, context.var.apiVersion),
      state: "active",
      startTime: stamps.creationTime,
    });
    return answerDone(context, 201, urls.job(service.endpoint(), given.id), stamps);
  });
  app.get("/jobs", async (context) =>
    answerListing(service, context, {
      kind: "jobs",
      items: (after) => state.jobs.inOrder("", after),
      getKey: ({ id }) => id,
      createView: (job) => createJobView(job, service.endpoint()),
      filterable: filterableJob,
    }),
  );
  app.get("/jobs/:jobId", (context) => {
    const job = requireJob(state, context.req.param("jobId"));
    return (
      answerNotModified(context, job) ??
      answerEntity(service, context, "jobs", createJobView(job, service.endpoint()), job)
    );
  });
}

export function requireJob(state: BatchState, jobId: string): JobRecord {
  const job = state.jobs.get(jobId);
  if (!job) throw new Refusal("JobNotFound");
  return job;
}

/** @throws Refusal if the quota of active jobs and schedules is reached. */
export function requireJobQuota({ state, faults }: RestService): void {
  const { activeJobsAndSchedules = Infinity } = faults.quotas;
  const open = [...state.jobs, ...state.jobSchedules].filter((one) => one.state !== "completed");
  if (open.length >= activeJobsAndSchedules) throw new Refusal("ActiveJobAndScheduleQuotaReached");
}

/** @throws Refusal if the job is completed, or is being terminated or deleted. */
export function requireOpenJob(job: JobRecord): void {
  if (job.state === "deleting") throw new Refusal("JobBeingDeleted");
  if (job.state === "terminating") throw new Refusal("JobBeingTerminated");
  if (job.state === "completed") throw new Refusal("JobCompleted");
}

export function createJobView(job: JobRecord, endpoint: string): Record<string, unknown> {
  const { startTime = job.creationTime, endTime, terminateReason, given } = job;
  const poolId = getPoolId(job);
  return {
    ...given,
    id: job.id,
    url: urls.job(endpoint, job.id),
    ...createStampView(job),
    executionInfo: {
      startTime,
      ...(poolId !== undefined && { poolId }),
      ...(endTime !== undefined && { endTime }),
      ...(terminateReason !== undefined && { terminateReason }),
    },
  };
}

/** The properties that a filter of jobs can use. */
export const filterableJob = [
  "id",
  "displayName",
  "state",
  "stateTransitionTime",
  "previousState",
  "previousStateTransitionTime",
  "creationTime",
  "lastModified",
  "priority",
  "onAllTasksComplete",
  "onTaskFailure",
  "usesTaskDependencies",
  "poolInfo/poolId",
  "executionInfo/startTime",
  "executionInfo/endTime",
  "executionInfo/poolId",
  "executionInfo/terminateReason",
];
