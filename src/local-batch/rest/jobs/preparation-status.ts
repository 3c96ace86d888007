import type { Hono } from "hono";
import { defaultPreparationId, defaultReleaseId } from "../../api/job-shapes.js";
import type { RestEnv, RestService } from "../exchange/exchange.js";
import { requireJob } from "./jobs.js";
import { answerListing } from "../exchange/listing.js";
import { Refusal } from "../../api/refusal.js";
import { createJobNodeView } from "../views/views.js";

/** Lists the states of a job's preparation and release tasks by node. */
export function addJobNodeRoute(app: Hono<RestEnv>, service: RestService): void {
  const { state, folders } = service;
  app.get("/jobs/:jobId/jobpreparationandreleasetaskstatus", async (context) => {
    const job = requireJob(state, context.req.param("jobId"));
    const { jobPreparationTask: preparation, jobReleaseTask: release } = job.given;
    if (!preparation && !release) throw new Refusal("JobPreparationTaskOrReleaseTaskNotSpecified");
    return answerListing(service, context, {
      kind: "jobpreparationandreleasetaskstatuslist",
      items: (after) => state.jobNodes.inOrder(job.id, after),
      getKey: ({ poolId, nodeId }) => `${poolId}/${nodeId}`,
      createView: (record) =>
        createJobNodeView(
          record,
          { preparation: preparation?.id ?? defaultPreparationId, release: release?.id ?? defaultReleaseId },
          service.endpoint(),
          folders,
        ),
      filterable: ["poolId", "nodeId"],
    });
  });
}
