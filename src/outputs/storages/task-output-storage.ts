import type { ContainerClient } from "@azure/storage-blob";
import { requireTaskId, type TaskOutputKind } from "../../conventions/index.js";
import { readStorageEnvironment, readTaskId } from "../scope/environment.js";
import type { OutputStorageOptions } from "../scope/open-scope.js";
import { OutputStorage } from "./output-storage.js";

/**
 * The outputs of one task: saved by the task itself, fetched by clients and by tasks that depend on it.
 *
 * @example In the program of a task.
 * ```ts
 * const outputs = TaskOutputStorage.fromEnvironment();
 * await using log = await outputs.saveTracked("TaskLog", "../stdout.txt");
 * await outputs.saveMany("TaskOutput", ["frames/*.jpg", "summary.csv"]);
 * ```
 */
export class TaskOutputStorage extends OutputStorage<TaskOutputKind> {
  /** The task's id. */
  readonly taskId: string;

  /**
   * @param jobOutputContainer - The URL of the job's container, with a SAS or with `options.credential`, as task code is
   * given it; or the storage SDK's client for it.
   * @param taskId - The task's id.
   */
  constructor(
    jobOutputContainer: string | ContainerClient,
    taskId: string,
    options: OutputStorageOptions = {},
  ) {
    requireTaskId(taskId);
    super(jobOutputContainer, taskId, options);
    this.taskId = taskId;
  }

  /**
   * The storage of the task that this process runs in: `AZ_BATCH_TASK_ID`, which Batch sets, and where the outputs go:
   * `AZURE_BATCH_OUTPUTS_CONTAINER_URL`; or `AZ_BATCH_JOB_ID` together with `AZURE_STORAGE_CONNECTION_STRING`, or with
   * `AZURE_STORAGE_ACCOUNT_URL` and Microsoft Entra ID (which needs the package `@azure/identity`).
   *
   * @throws BatchOutputsError `EnvironmentIncomplete`, saying which variable is missing.
   */
  static fromEnvironment(env: Readonly<Record<string, string | undefined>> = process.env): TaskOutputStorage {
    const taskId = readTaskId(env);
    const { container, jobId } = readStorageEnvironment(env);
    return new TaskOutputStorage(container.url, taskId, { jobId, opened: container });
  }
}
