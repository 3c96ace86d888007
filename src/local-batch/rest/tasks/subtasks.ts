import type { Hono } from "hono";
import { translateAnswer } from "../../api/translate.js";
import { selectProperties } from "../../odata/select-properties.js";
import type { SubtaskRecord, TaskRecord } from "../../state/records.js";
import { answerList, type RestEnv, type RestService } from "../exchange/exchange.js";
import { createSubtaskView } from "../views/views.js";
import { requireTask } from "./tasks.js";

/** Lists the subtasks of a task. A task with one instance has none. */
export function addSubtaskRoute(app: Hono<RestEnv>, service: RestService): void {
  app.get("/jobs/:jobId/tasks/:taskId/subtasksinfo", (context) => {
    const { jobId, taskId } = context.req.param();
    const task: TaskRecord = requireTask(service.state, jobId, taskId);
    const view = (subtask: SubtaskRecord): object =>
      selectProperties(
        translateAnswer(
          createSubtaskView(task, subtask, service.endpoint(), service.folders),
          "other",
          context.var.apiVersion,
        ),
        context.req.query("$select"),
      );
    return answerList(service, context, "subtaskinfo", (task.subtasks ?? []).map(view));
  });
}
