import type { Hono } from "hono";
import type { BatchState } from "../../state/batch-state.js";
import type { TaskRecord } from "../../state/records.js";
import {
  answerDone,
  answerEntity,
  answerNotModified,
  type RestEnv,
  type RestService,
} from "../exchange/exchange.js";
import { addTask } from "./add-task.js";
import { requireJob } from "../jobs/jobs.js";
import { answerListing } from "../exchange/listing.js";
import { Refusal } from "../../api/refusal.js";
import { anything } from "../../api/shape.js";
import { readBody } from "../exchange/request-body.js";
import { createNodeInfoView, createRunView, createStampView } from "../views/views.js";
import { urls } from "../exchange/urls.js";

/** The operations that add, list, get and count tasks. */
export function addTaskRoutes(app: Hono<RestEnv>, service: RestService): void {
  const { state } = service;
  app.post("/jobs/:jobId/tasks", async (context) => {
    const given = await readBody(context, anything);
    const job = requireJob(state, context.req.param("jobId"));
    const task = await addTask(service, job, given, context.var.apiVersion);
    return answerDone(context, 201, urls.task(service.endpoint(), task.jobId, task.id), task);
  });
  app.get("/jobs/:jobId/tasks", async (context) => {
    const job = requireJob(state, context.req.param("jobId"));
    return answerListing(service, context, {
      kind: "tasks",
      items: (after) => withoutDeleted(state.tasks.inOrder(job.id, after)),
      getKey: ({ id }) => id,
      createView: (task) => createTaskView(task, service),
      filterable: filterableTask,
    });
  });
  app.get("/jobs/:jobId/tasks/:taskId", (context) => {
    const { jobId, taskId } = context.req.param();
    const task = requireTask(state, jobId, taskId);
    context.header("DataServiceId", urls.task(service.endpoint(), task.jobId, task.id));
    return (
      answerNotModified(context, task) ??
      answerEntity(service, context, "tasks", createTaskView(task, service), task)
    );
  });
  app.get("/jobs/:jobId/taskcounts", (context) => {
    const job = requireJob(state, context.req.param("jobId"));
    return answerEntity(
      service,
      context,
      "taskcountsresult",
      countTasks(withoutDeleted(state.tasks.of(job.id))),
    );
  });
}

export function requireTask(state: BatchState, jobId: string, taskId: string): TaskRecord {
  const task = state.tasks.get(requireJob(state, jobId).id, taskId);
  if (!task || task.state === "deleting") throw new Refusal("TaskNotFound");
  return task;
}

/** Omits tasks that are being deleted, which clients do not see. */
function* withoutDeleted(tasks: Iterable<TaskRecord>): Generator<TaskRecord> {
  for (const task of tasks) if (task.state !== "deleting") yield task;
}

function countTasks(tasks: Iterable<TaskRecord>): object {
  const none = { active: 0, running: 0, completed: 0, succeeded: 0, failed: 0 };
  const [taskCounts, taskSlotCounts] = [{ ...none }, { ...none }];
  for (const { state, run, given } of tasks) {
    const slots = given.requiredSlots ?? 1;
    const kinds =
      state === "completed"
        ? (["completed", run.result === "success" ? "succeeded" : "failed"] as const)
        : ([state === "active" ? "active" : "running"] as const);
    for (const kind of kinds) {
      taskCounts[kind]++;
      taskSlotCounts[kind] += slots;
    }
  }
  return { taskCounts, taskSlotCounts };
}

function createTaskView(task: TaskRecord, service: RestService): Record<string, unknown> {
  const endpoint = service.endpoint();
  const nodeInfo = createNodeInfoView(task, endpoint, service.folders);
  return {
    ...task.given,
    id: task.id,
    url: urls.task(endpoint, task.jobId, task.id),
    ...createStampView(task),
    executionInfo: createRunView(task.run),
    ...(nodeInfo && { nodeInfo }),
  };
}

const filterableTask = [
  "id",
  "displayName",
  "commandLine",
  "state",
  "stateTransitionTime",
  "previousState",
  "previousStateTransitionTime",
  "creationTime",
  "lastModified",
  "requiredSlots",
  "executionInfo/startTime",
  "executionInfo/endTime",
  "executionInfo/exitCode",
  "executionInfo/result",
  "executionInfo/retryCount",
  "executionInfo/requeueCount",
  "executionInfo/failureInfo/category",
  "executionInfo/failureInfo/code",
  "nodeInfo/nodeId",
  "nodeInfo/poolId",
];
