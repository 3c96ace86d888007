import type { ContainerClient } from "@azure/storage-blob";
import { requireString } from "../../core/index.js";
import { type JobOutputKind, parseOutputBlobName } from "../../conventions/index.js";
import { readStorageEnvironment } from "../scope/environment.js";
import { findJobOutputs, type FindOutputsOptions } from "../list/find-outputs.js";
import { type TaskHandle, parseTaskHandle } from "../scope/handles.js";
import { listAllOutputs } from "../list/list-outputs.js";
import { listTaskIds, type ListTasksOptions } from "../list/list-task-ids.js";
import type { OutputStorageOptions } from "../scope/open-scope.js";
import { listRuns, type ListRunsOptions } from "../runs/list-runs.js";
import type { TaskRun } from "../runs/task-run.js";
import { OutputFileReference } from "../reference/output-file-reference.js";
import { OutputStorage } from "./output-storage.js";
import type { PagedOutputs } from "../paging/paged-outputs.js";
import { TaskOutputStorage } from "./task-output-storage.js";

/**
 * The outputs of a job as a whole: for example, the result of its last task. The outputs of its tasks are in the same
 * container, each with its task's prefix.
 *
 * @example
 * ```ts
 * const outputs = JobOutputStorage.fromEnvironment();
 * await outputs.save("JobOutput", "film.mp4");
 * ```
 */
export class JobOutputStorage extends OutputStorage<JobOutputKind> {
  /**
   * @param jobOutputContainer - The URL of the job's container, with a SAS or with `options.credential`, as task code is
   * given it; or the storage SDK's client for it.
   */
  constructor(jobOutputContainer: string | ContainerClient, options: OutputStorageOptions = {}) {
    super(jobOutputContainer, undefined, options);
  }

  /**
   * Opens the storage that is set in the environment: `AZURE_BATCH_OUTPUTS_CONTAINER_URL`; or `AZ_BATCH_JOB_ID`
   * together with `AZURE_STORAGE_CONNECTION_STRING`, or with `AZURE_STORAGE_ACCOUNT_URL` and Microsoft Entra ID (which
   * needs the package `@azure/identity`).
   *
   * @throws BatchOutputsError `EnvironmentIncomplete`, naming the missing variable.
   */
  static fromEnvironment(env: Readonly<Record<string, string | undefined>> = process.env): JobOutputStorage {
    const { container, jobId } = readStorageEnvironment(env);
    return new JobOutputStorage(container.url, { jobId, opened: container });
  }

  /** Lists the ids of the tasks that have saved anything, in order, without a request to Batch. */
  listTasks(options: ListTasksOptions = {}): PagedOutputs<string> {
    return listTaskIds(this.scope, options);
  }

  /** Lists the outputs of the job and of all its tasks together, ordered by blob name. */
  listAllOutputs(options: ListTasksOptions = {}): PagedOutputs<OutputFileReference> {
    return listAllOutputs(this.scope, options);
  }

  /**
   * Finds the outputs of the job and of all its tasks that have all of these index tags, which the save option `tags` sets.
   * The service's index may lag behind by some seconds; accounts with a hierarchical namespace have none. A SAS needs the
   * permission `f`. The references have no size and no time.
   *
   * @throws BatchOutputsError `FeatureNotSupported`, `PermissionMissing`.
   */
  findOutputs(
    tags: Record<string, string>,
    options: FindOutputsOptions = {},
  ): PagedOutputs<OutputFileReference> {
    return findJobOutputs(this.scope, tags, options);
  }

  /**
   * Lists the recorded runs of the job's tasks, by task, and the runs of a task in the order in which they started.
   * Makes one request for 5,000 runs. A run that was killed remains `running` until the record of the Batch service
   * reports its end.
   *
   * @example
   * ```ts
   * for await (const { taskId, exitCode, endedAt } of job.listRuns()) console.log(taskId, exitCode, endedAt);
   * ```
   */
  listRuns(options: ListRunsOptions = {}): PagedOutputs<TaskRun> {
    return listRuns(this.scope, options);
  }

  /**
   * Returns a reference to the output with this blob name, whether it exists or not; also for names that `getOutput`
   * would refuse. Makes no request.
   *
   * @returns `undefined` for a name that does not follow the convention.
   */
  getOutputByBlobName(blobName: string): OutputFileReference | undefined {
    requireString(blobName, "blobName");
    const address = parseOutputBlobName(blobName);
    if (address === undefined) return undefined;
    const { taskId, kind, path } = address;
    return OutputFileReference.create({ scope: { ...this.scope, taskId }, kind, path, blobName });
  }

  /** Returns the output storage of a task of this job. Makes no request. */
  getTaskOutputStorage(task: TaskHandle): TaskOutputStorage {
    const { container } = this.scope;
    return new TaskOutputStorage(container.url, parseTaskHandle(task), {
      jobId: this.jobId,
      opened: container,
    });
  }
}
