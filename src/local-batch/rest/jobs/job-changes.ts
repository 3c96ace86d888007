import type { Context, Hono } from "hono";
import type { JobRecord } from "../../state/records.js";
import { applyChange } from "../../state/stamps.js";
import { answerDone, answerNotModified, type RestEnv, type RestService } from "../exchange/exchange.js";
import {
  type GivenJob,
  jobConstraintDefaults,
  jobDefaults,
  jobDisable,
  jobPatch,
  jobTerminate,
  jobUpdate,
} from "../../api/job-shapes.js";
import { fillAutoPoolDefaults } from "../../api/job-defaults.js";
import { requireJob, requireOpenJob } from "./jobs.js";
import { Refusal } from "../../api/refusal.js";
import { readBody } from "../exchange/request-body.js";
import { urls } from "../exchange/urls.js";

/**
 * The operations that change jobs: patch, update, terminate, disable, enable, delete. They set the target state; the engine
 * does the work, and sets the state when it is reached.
 */
export function addJobChangeRoutes(app: Hono<RestEnv>, service: RestService): void {
  const { state } = service;
  const requireRequestedJob = (context: Context<RestEnv, "/jobs/:jobId">): JobRecord => {
    const job = requireJob(state, context.req.param("jobId"));
    answerNotModified(context, job);
    return job;
  };
  const done = (context: Context<RestEnv>, status: 200 | 202, job: JobRecord): Response => {
    state.jobs.put(job);
    return answerDone(context, status, urls.job(service.endpoint(), job.id), job);
  };
  const change = (context: Context<RestEnv>, job: JobRecord, given: GivenJob): Response => {
    requireOpenJob(job);
    requireSamePool(job, given);
    const poolInfo = fillAutoPoolDefaults(given.poolInfo);
    return done(context, 200, applyChange(job, { given: { ...given, poolInfo } }));
  };
  app.patch("/jobs/:jobId", async (context) => {
    const changes = await readBody(context, jobPatch);
    const job = requireRequestedJob(context);
    const constraints = changes.constraints && { ...jobConstraintDefaults, ...changes.constraints };
    return change(context, job, { ...job.given, ...changes, ...(constraints && { constraints }) });
  });
  app.put("/jobs/:jobId", async (context) => {
    const changes = await readBody(context, jobUpdate);
    const job = requireRequestedJob(context);
    const { metadata: _, ...kept } = job.given;
    const constraints = { ...jobConstraintDefaults, ...changes.constraints };
    return change(context, job, { ...kept, ...jobDefaults, ...changes, constraints });
  });
  app.delete("/jobs/:jobId", (context) => {
    const job = requireRequestedJob(context);
    if (job.state === "deleting") throw new Refusal("JobBeingDeleted");
    return done(context, 202, applyChange(job, { state: "deleting" }));
  });
  app.post("/jobs/:jobId/terminate", async (context) => {
    const { terminateReason = "UserTerminate" } = await readBody(context, jobTerminate, {});
    const job = requireRequestedJob(context);
    requireOpenJob(job);
    return done(context, 202, applyChange(job, { state: "terminating", terminateReason }));
  });
  app.post("/jobs/:jobId/disable", async (context) => {
    const { disableTasks } = await readBody(context, jobDisable);
    const job = requireRequestedJob(context);
    requireOpenJob(job);
    // A repeated request may change what happens to tasks that still run.
    return done(
      context,
      202,
      applyChange(job, { state: job.state === "disabled" ? "disabled" : "disabling", disableTasks }),
    );
  });
  app.post("/jobs/:jobId/enable", (context) => {
    const job = requireRequestedJob(context);
    requireOpenJob(job);
    const { disableTasks: _, ...enabled } = job;
    return done(context, 202, applyChange(enabled, { state: "active" }));
  });
}

/** @throws Refusal if the change moves the job to another pool while it may have tasks on its current one. */
function requireSamePool(job: JobRecord, { poolInfo }: GivenJob): void {
  if (poolInfo.poolId !== job.given.poolInfo.poolId && job.state !== "disabled")
    throw new Refusal("OperationInvalidForCurrentState", {
      Reason: "A job can be moved to another pool only while it is disabled.",
    });
}
