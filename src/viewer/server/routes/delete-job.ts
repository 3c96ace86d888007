import { jobOutputContainerName } from "../../../conventions/index.js";
import { createBadRequestError } from "../http/viewer-error.js";
import type { ViewerStore } from "../store/store.js";

/**
 * DELETE: deletes all outputs of a job and its tasks. The request must contain the id that the user typed, and it must be the id of
 * the job that the container belongs to: an address alone deletes nothing.
 */
export async function deleteJob(request: Request, store: ViewerStore, container: string): Promise<Response> {
  store.getJob(container);
  const jobId = new URL(request.url).searchParams.get("job") ?? "";
  if (!isJobOf(jobId, container)) throw createBadRequestError("job", "must be the id of the job to delete");
  await store.deleteJob(jobId, { abortSignal: request.signal });
  return new Response(null, { status: 204 });
}

function isJobOf(jobId: string, container: string): boolean {
  return jobId !== "" && jobOutputContainerName(jobId) === container;
}
