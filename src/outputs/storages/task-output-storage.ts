import type { ContainerClient } from "@azure/storage-blob";
import { type OperationOptions, requireObject } from "../../core/index.js";
import { requireTaskId, type TaskOutputKind } from "../../conventions/index.js";
import { deleteRuns, type DeleteRunsOptions } from "../runs/list-runs.js";
import {
  RunRecordWriter,
  type RecordedRun,
  type RecordRunOptions,
  writeRun,
} from "../runs/run-record-writer.js";
import type { TaskRun, TaskRunDetails } from "../runs/task-run.js";
import { readStorageEnvironment, readTaskId } from "../scope/environment.js";
import { perform } from "../scope/perform.js";
import { createStoreCall } from "../scope/store-call.js";
import { deleteAllTimes } from "../times/log-times.js";
import type { OutputStorageOptions } from "../scope/open-scope.js";
import { OutputStorage } from "./output-storage.js";

/**
 * The outputs of one task: saved by the task itself, fetched by clients and by tasks that depend on it.
 *
 * @example In the program of a task.
 * ```ts
 * const outputs = TaskOutputStorage.fromEnvironment();
 * await using log = await outputs.saveTracked("TaskLog", "../stdout.txt");
 * const { failedCount } = await outputs.saveMany("TaskOutput", ["frames/*.jpg", "summary.csv"]);
 * if (failedCount > 0) process.exitCode = 1;
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
   * Opens the storage of the task that this process runs in: `AZ_BATCH_TASK_ID`, which Batch sets, and the destination
   * of outputs: `AZURE_BATCH_OUTPUTS_CONTAINER_URL`; or `AZ_BATCH_JOB_ID` together with
   * `AZURE_STORAGE_CONNECTION_STRING`, or with `AZURE_STORAGE_ACCOUNT_URL` and Microsoft Entra ID (which needs the
   * package `@azure/identity`).
   *
   * @throws BatchOutputsError `EnvironmentIncomplete`, naming the missing variable.
   */
  static fromEnvironment(env: Readonly<Record<string, string | undefined>> = process.env): TaskOutputStorage {
    const taskId = readTaskId(env);
    const { container, jobId } = readStorageEnvironment(env);
    return new TaskOutputStorage(container.url, taskId, { jobId, opened: container });
  }

  /**
   * Records that a run of this task has started, so that its result is known when Batch has deleted the task. Call
   * `end` of the result when the run has ended. `batch-outputs run` does this for its command. The record is a small
   * blob beside the outputs, and is not an output; it requires only the permission to create blobs.
   *
   * @example
   * ```ts
   * const run = await outputs.recordRun({ command: ["simulate", "--seed", "7"] });
   * const exitCode = await simulate();
   * await run.end({ exitCode });
   * ```
   */
  async recordRun(details: TaskRunDetails = {}, options: RecordRunOptions = {}): Promise<RecordedRun> {
    requireObject(details, "details");
    requireObject(options, "options");
    const record = this.createRunRecordWriter(details, options);
    await record.start(options);
    return record;
  }

  /** Creates a record, which is written later. @internal */
  createRunRecordWriter(details: TaskRunDetails, options: RecordRunOptions): RunRecordWriter {
    return new RunRecordWriter({ ...this.scope, taskId: this.taskId }, details, options);
  }

  /** Records a run that has another source, such as the Batch service. @internal */
  async saveRun(run: TaskRun, options: OperationOptions = {}): Promise<void> {
    await writeRun(this.scope, run, 0, options);
  }

  /** Deletes the times of lines of this task's logs, also of those that were replaced. @internal */
  async deleteLineTimes(options: OperationOptions = {}): Promise<void> {
    const call = createStoreCall("TaskOutputStorage.deleteLineTimes", { scope: this.scope });
    await perform(call, options, async (updated) => {
      await deleteAllTimes(this.scope, updated);
    });
  }

  /** Deletes the records of this task's runs, and returns how many were deleted. */
  async deleteRuns(options: DeleteRunsOptions = {}): Promise<number> {
    return await deleteRuns({ ...this.scope, taskId: this.taskId }, options);
  }
}
