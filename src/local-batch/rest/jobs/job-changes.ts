import type { Context, Hono } from "hono";
import type { JobRecord, WireObject } from "../../state/records.js";
import { changed } from "../../state/stamps.js";
import { answerDone, answerIfNotModified, type RestEnv, type RestService } from "../exchange/exchange.js";
import {
  jobConstraintDefaults,
  jobDefaults,
  jobDisable,
  jobPatch,
  jobTerminate,
  jobUpdate,
} from "../../api/job-shapes.js";
import { requireJob, requireOpenJob } from "./jobs.js";
import { Refusal } from "../../api/refusal.js";
import { readBody } from "../exchange/request-body.js";
import type { Shape } from "../../api/shape.js";
import { urls } from "../exchange/urls.js";

/**
 * Patch, update, terminate, disable, enable, delete. They say what is to be; the engine does what that takes, and says when
 * it is so.
 */
export function addJobChangeRoutes(app: Hono<RestEnv>, service: RestService): void {
  const { state } = service;
  const jobOf = (context: Context<RestEnv, "/jobs/:jobId">): JobRecord => {
    const job = requireJob(state, context.req.param("jobId"));
    answerIfNotModified(context, job);
    return job;
  };
  const done = (context: Context<RestEnv>, status: 200 | 202, job: JobRecord): Response => {
    state.jobs.put(job);
    return answerDone(context, status, urls.job(service.endpoint(), job.id), job);
  };
  const change = (body: Shape, defaults: WireObject) => async (context: Context<RestEnv, "/jobs/:jobId">) => {
    const given = await readBody<WireObject>(context, body);
    const job = jobOf(context);
    requireOpenJob(job);
    return done(context, 200, changed(job, { given: changedGiven(job, given, defaults) }));
  };
  app.patch("/jobs/:jobId", change(jobPatch, {}));
  app.put("/jobs/:jobId", change(jobUpdate, { ...jobDefaults, constraints: jobConstraintDefaults }));
  app.delete("/jobs/:jobId", (context) => {
    const job = jobOf(context);
    if (job.state === "deleting") throw new Refusal("JobBeingDeleted");
    return done(context, 202, changed(job, { state: "deleting" }));
  });
  app.post("/jobs/:jobId/terminate", async (context) => {
    const { terminateReason = "UserTerminate" } = await readBody<{ terminateReason?: string }>(
      context,
      jobTerminate,
      {},
    );
    const job = jobOf(context);
    requireOpenJob(job);
    return done(context, 202, changed(job, { state: "terminating", terminateReason }));
  });
  app.post("/jobs/:jobId/disable", async (context) => {
    const { disableTasks } = await readBody<{ disableTasks: "requeue" | "terminate" | "wait" }>(
      context,
      jobDisable,
    );
    const job = jobOf(context);
    requireOpenJob(job);
    // Said again, it may say something else about what still runs.
    return done(
      context,
      202,
      changed(job, { state: job.state === "disabled" ? "disabled" : "disabling", disableTasks }),
    );
  });
  app.post("/jobs/:jobId/enable", (context) => {
    const job = jobOf(context);
    requireOpenJob(job);
    const { disableTasks: _, ...enabled } = job;
    return done(context, 202, changed(enabled, { state: "active" }));
  });
}

function changedGiven(job: JobRecord, given: WireObject, defaults: WireObject): WireObject {
  const constraints = {
    ...(defaults["constraints"] ?? job.given["constraints"] ?? {}),
    ...(given["constraints"] ?? {}),
  };
  const { poolInfo } = given as { readonly poolInfo?: { readonly poolId?: string } };
  const { poolInfo: former } = job.given as typeof given & {
    readonly poolInfo?: { readonly poolId?: string };
  };
  if (poolInfo && poolInfo.poolId !== former?.poolId && job.state !== "disabled")
    throw new Refusal("OperationInvalidForCurrentState", {
      Reason: "A job moves to another pool only while it is disabled.",
    });
  const { metadata: _, ...kept } = job.given;
  return { ...("constraints" in defaults ? kept : job.given), ...defaults, ...given, constraints };
}
