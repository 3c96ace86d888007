import type { Context, Hono } from "hono";
import type { TaskRecord } from "../../state/records.js";
import { applyChange } from "../../state/stamps.js";
import { constraints } from "../../api/command-shapes.js";
import { answerDone, answerNotModified, type RestEnv, type RestService } from "../exchange/exchange.js";
import { requireJob, requireOpenJob } from "../jobs/jobs.js";
import { createFailureInfo } from "../../engine/base/failures.js";
import { Refusal } from "../../api/refusal.js";
import { readBody } from "../exchange/request-body.js";
import { object, type Shape } from "../../api/shape.js";
import type { GivenConstraints } from "../../api/task-shapes.js";
import { createTaskDefaults } from "../../api/task-defaults.js";
import { requireTask } from "./tasks.js";
import { waitUntilDeleted } from "./wait-until-deleted.js";
import { urls } from "../exchange/urls.js";
import { currentTimestamp } from "../../state/clock.js";

/** Clients generated from TypeSpec send the whole task back: properties that cannot be changed are ignored. */
const taskUpdate: Shape<{ readonly constraints?: GivenConstraints }> = (value, path) => {
  const { constraints: given } = (value ?? {}) as { readonly constraints?: unknown };
  return object({ constraints })(given === undefined ? {} : { constraints: given }, path);
};

/** The operations update, terminate, reactivate and delete of tasks. */
export function addTaskChangeRoutes(app: Hono<RestEnv>, service: RestService): void {
  const { state } = service;
  const requireRequestedTask = (context: Context<RestEnv, "/jobs/:jobId/tasks/:taskId">): TaskRecord => {
    const { jobId, taskId } = context.req.param();
    const task = requireTask(state, jobId, taskId);
    answerNotModified(context, task);
    return task;
  };
  const done = (context: Context<RestEnv>, status: 200 | 204, task: TaskRecord): Response => {
    state.tasks.put(task);
    return answerDone(context, status, urls.task(service.endpoint(), task.jobId, task.id), task);
  };
  app.put("/jobs/:jobId/tasks/:taskId", async (context) => {
    const given = await readBody(context, taskUpdate);
    const task = requireRequestedTask(context);
    if (task.state === "completed") throw new Refusal("TaskCompleted");
    const job = requireJob(state, task.jobId);
    const { constraints: defaults } = createTaskDefaults(job.given.constraints, context.var.apiVersion);
    const next = { ...task.given, constraints: { ...defaults, ...given.constraints } };
    return done(context, 200, applyChange(task, { given: next }));
  });
  app.post("/jobs/:jobId/tasks/:taskId/terminate", (context) => {
    const task = requireRequestedTask(context);
    if (task.state === "completed") throw new Refusal("TaskCompleted");
    return done(context, 204, completeTask(task));
  });
  app.post("/jobs/:jobId/tasks/:taskId/reactivate", (context) => {
    const task = requireRequestedTask(context);
    if (task.state !== "completed") throw new Refusal("TaskNotCompleted");
    if (task.run.result === "success") throw new Refusal("TaskSucceeded");
    requireOpenJob(requireJob(state, task.jobId));
    const { node: _, ...withoutNode } = task;
    const run = { retryCount: 0, requeueCount: 0 };
    return done(context, 204, applyChange<TaskRecord>(withoutNode, { state: "active", run }));
  });
  app.delete("/jobs/:jobId/tasks/:taskId", async (context) => {
    const task = requireRequestedTask(context);
    state.tasks.put(applyChange(task, { state: "deleting" }));
    // The client does not see the task any more; its process and files are deleted soon afterwards.
    await waitUntilDeleted(state, "tasks", [task.jobId, task.id]);
    return answerDone(context, 200, urls.task(service.endpoint(), task.jobId, task.id));
  });
}

function completeTask(task: TaskRecord): TaskRecord {
  return applyChange(task, {
    state: "completed",
    run: {
      ...task.run,
      endTime: currentTimestamp(),
      result: "failure",
      failureInfo: createFailureInfo("TaskEnded"),
    },
  });
}
