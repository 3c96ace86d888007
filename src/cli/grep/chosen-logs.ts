import type { Command } from "commander";
import { isLog, readTasks } from "../../diagnosis/index.js";
import { createPathFilter, type JobOutputStorage, type OutputFileReference } from "../../outputs/index.js";
import { isStorageGone } from "../errors/is-storage-gone.js";
import { openAccount, openJob } from "../store/open-store.js";
import { createTaskFilter } from "../selection/task-filter.js";
import { interruptSignal } from "../terminal/interrupts.js";
import { withBatchIfReachable } from "../why/with-batch-if-reachable.js";
import type { GrepFlags } from "./grep-flags.js";

/** The numbers of jobs and of logs that the flags have selected so far. */
export interface SelectedCounts {
  jobs: number;
  logs: number;
}

/** Lists the logs that the flags select, of one job or of several, and counts them. */
export async function* chooseLogs(
  command: Command,
  flags: GrepFlags,
  counts: SelectedCounts,
): AsyncGenerator<OutputFileReference> {
  const abortSignal = interruptSignal();
  const { kind, include = [], exclude = [], since } = flags;
  const isTask = createTaskFilter(flags.task);
  const isPath = createPathFilter(include, exclude);
  const after = since === undefined ? undefined : Date.now() - since;
  for await (const job of listJobs(command, flags)) {
    counts.jobs += 1;
    if (kind !== undefined) job.getOutputStoragePath(kind);
    const isFailed = flags.failed ? await createFailedFilter(command, job) : () => true;
    const isWanted = (output: OutputFileReference): boolean =>
      (kind === undefined ? isLog(output) : output.kind === kind) &&
      (output.taskId === undefined ? flags.task === undefined && !flags.failed : isTask(output.taskId)) &&
      isPath(output.filePath) &&
      (after === undefined || (output.lastModified?.getTime() ?? 0) >= after) &&
      isFailed(output.taskId ?? "");
    try {
      for await (const output of job.listAllOutputs({ abortSignal })) {
        if (!isWanted(output)) continue;
        counts.logs += 1;
        yield output;
      }
    } catch (error) {
      if (flags.jobs === undefined || !isStorageGone(error)) throw error;
    }
  }
}

async function* listJobs(command: Command, { jobs }: GrepFlags): AsyncGenerator<JobOutputStorage> {
  if (jobs === undefined) {
    yield openJob(command);
    return;
  }
  const isWanted = createTaskFilter(jobs);
  for await (const { jobId, containerName, storage } of openAccount(command).listJobs({
    abortSignal: interruptSignal(),
  }))
    if (isWanted(jobId ?? containerName)) yield storage;
}

/** Lists the failed tasks, according to the records and the Batch service. Only their ids are held in memory. */
async function createFailedFilter(
  command: Command,
  job: JobOutputStorage,
): Promise<(taskId: string) => boolean> {
  const { job: jobId } = command.opts<{ job?: string }>();
  const { tasks } = await withBatchIfReachable(command, (batch) =>
    readTasks(job, collectNothing, { batch, jobId: job.jobId ?? jobId, abortSignal: interruptSignal() }),
  );
  const failed = new Set<string>();
  for await (const { taskId, outcome } of tasks) if (outcome?.result === "failed") failed.add(taskId);
  return (taskId) => failed.has(taskId);
}

/** Outputs are listed afterwards. */
async function* collectNothing(): AsyncGenerator<never> {}
