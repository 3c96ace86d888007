import type { Hono } from "hono";
import type { JobRecord } from "../../state/records.js";
import { addTask } from "./add-task.js";
import { answerEntity, type RestEnv, type RestService } from "../exchange/exchange.js";
import { requireJob, requireOpenJob } from "../jobs/jobs.js";
import { Refusal, createRefusalBody } from "../../api/refusal.js";
import { readBody } from "../exchange/request-body.js";
import { anything, list, object, required } from "../../api/shape.js";
import { urls } from "../exchange/urls.js";

const collection = object({ value: required(list(anything, 100)) });

/** Adds up to 100 tasks. Each has its own result: a rejected task does not prevent the others. */
export function addTaskCollectionRoute(app: Hono<RestEnv>, service: RestService): void {
  app.post("/jobs/:jobId/addtaskcollection", async (context) => {
    const { value } = await readBody(context, collection);
    const job = requireJob(service.state, context.req.param("jobId"));
    requireOpenJob(job);
    const results: object[] = [];
    for (const given of value) results.push(await addOne(service, job, given, context.var));
    return answerEntity(service, context, "taskaddresult", { value: results });
  });
}

async function addOne(
  service: RestService,
  job: JobRecord,
  given: unknown,
  { requestId, apiVersion }: RestEnv["Variables"],
): Promise<object> {
  try {
    const { jobId, id, eTag, lastModified } = await addTask(service, job, given, apiVersion);
    const location = urls.task(service.endpoint(), jobId, id);
    return { status: "Success", taskId: id, eTag, lastModified, location };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { status: "ClientError", taskId: readId(given), error: createRefusalBody(error, requestId) };
  }
}

function readId(given: unknown): string {
  const { id } = (given ?? {}) as { readonly id?: unknown };
  return typeof id === "string" ? id : "";
}
