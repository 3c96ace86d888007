import { requireApplicationPackages } from "../account/applications.js";
import type { RestService } from "../exchange/exchange.js";
import type { JobRecord, TaskRecord } from "../../state/records.js";
import { createStamps } from "../../state/stamps.js";
import { type GivenTask, task as taskShape } from "../../api/task-shapes.js";
import { requireOpenJob } from "../jobs/jobs.js";
import type { ApiVersion } from "../../api/api-versions.js";
import { Refusal } from "../../api/refusal.js";
import { createTaskDefaults, fillIdentity } from "../../api/task-defaults.js";

/**
 * Adds one task to a job.
 * @param value - The unchecked body.
 * @param version - The version of the request, which decides about defaults.
 * @throws Refusal
 */
export async function addTask(
  service: RestService,
  job: JobRecord,
  value: unknown,
  version: ApiVersion,
): Promise<TaskRecord> {
  const { state } = service;
  const given = taskShape(value, "");
  await requireApplicationPackages(service, given.applicationPackageReferences);
  requireOpenJob(job);
  requireFitToJob(job, given);
  if (state.tasks.get(job.id, given.id)) throw new Refusal("TaskExists");
  const defaults = createTaskDefaults(job.given.constraints, version);
  const task: TaskRecord = {
    ...createStamps(),
    jobId: job.id,
    id: given.id,
    given: {
      ...defaults,
      ...given,
      userIdentity: fillIdentity(given.userIdentity),
      constraints: { ...defaults.constraints, ...given.constraints },
    },
    state: "active",
    run: { retryCount: 0, requeueCount: 0 },
    sequence: state.nextSequence(),
  };
  state.tasks.put(task);
  return task;
}

function requireFitToJob({ given: job }: JobRecord, { id, dependsOn }: GivenTask): void {
  const { taskIds = [], taskIdRanges = [] } = dependsOn ?? {};
  if (job.usesTaskDependencies !== true && taskIds.length + taskIdRanges.length > 0)
    throw new Refusal("TaskDependenciesNotSpecifiedOnJob");
  const { jobPreparationTask, jobReleaseTask } = job;
  const isTaken = (task: { readonly id?: string } | undefined): boolean =>
    task?.id?.toLowerCase() === id.toLowerCase();
  if (isTaken(jobPreparationTask)) throw new Refusal("TaskIdSameAsJobPreparationTask");
  if (isTaken(jobReleaseTask)) throw new Refusal("TaskIdSameAsJobReleaseTask");
}
