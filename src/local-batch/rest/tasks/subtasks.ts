import type { Hono } from "hono";
import { toVersion } from "../../api/translate.js";
import { selectProperties } from "../../odata/select-properties.js";
import type { SubtaskRecord, TaskRecord } from "../../state/records.js";
import { answerList, type RestEnv, type RestService } from "../exchange/exchange.js";
import { createSubtaskView } from "../views/views.js";
import { requireTask } from "./tasks.js";

/** The subtasks of a task; none of one that runs on a single node. */
export function addSubtaskRoute(app: Hono<RestEnv>, service: RestService): void {
  app.get("/jobs/:jobId/tasks/:taskId/subtasksinfo", (context) => {
    const { jobId, taskId } = context.req.param();
    const task: TaskRecord = requireTask(service.state, jobId, taskId);
    const view = (subtask: SubtaskRecord): object =>
      selectProperties(
        toVersion(
          createSubtaskView(task, subtask, service.endpoint(), service.folders),
          "other",
          context.var.apiVersion,
        ),
        context.req.query("$select"),
      );
    return answerList(service, context, "subtaskinfo", (task.subtasks ?? []).map(view));
  });
}
