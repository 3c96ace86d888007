import { forEachConcurrently } from "../../core/index.js";
import type { JobOutputStorage } from "../../outputs/index.js";
import { ExitStatus } from "../errors/exit-status.js";
import { isStorageGone } from "../errors/is-storage-gone.js";
import { createTaskFilter } from "../selection/task-filter.js";
import { confirm } from "../terminal/confirm.js";
import { formatCount } from "../terminal/formats.js";
import { interruptSignal } from "../terminal/interrupts.js";
import { writeMessage } from "../terminal/terminal.js";

/** Selects the records of runs to delete. */
export interface RecordPruning {
  /** For the question: `job film-7 older than 30 d`. */
  readonly whose: string;
  readonly before: Date;
  readonly flags: {
    readonly task?: readonly string[];
    readonly allJobs?: boolean;
    readonly dryRun?: boolean;
    readonly yes?: boolean;
  };
}

interface OldRecords {
  readonly job: JobOutputStorage;
  readonly taskIds: readonly string[];
  readonly count: number;
}

/** Deletes the records of runs that were last written before a time, after confirmation. */
export async function pruneRecords(
  jobs: () => AsyncIterable<JobOutputStorage> | Iterable<JobOutputStorage>,
  { whose, before, flags }: RecordPruning,
): Promise<number> {
  const old: OldRecords[] = [];
  for await (const job of jobs()) {
    try {
      old.push(await findOldRecords(job, before, flags.task));
    } catch (error) {
      if (!flags.allJobs || !isStorageGone(error)) throw error;
    }
  }
  const count = old.reduce((sum, found) => sum + found.count, 0);
  const what = `${formatCount(count, "record")} of runs, ${whose}`;
  if (flags.dryRun || count === 0) {
    writeMessage(count === 0 ? `No records of runs, ${whose}.` : `Would delete ${what}.`);
    return ExitStatus.done;
  }
  if (!(await confirm(`Delete ${what}?`, flags.yes))) {
    writeMessage("No record was deleted.");
    return ExitStatus.failed;
  }
  const deleted = await deleteOldRecords(old, before);
  writeMessage(`Deleted ${formatCount(deleted, "record")} of runs.`);
  return ExitStatus.done;
}

async function findOldRecords(
  job: JobOutputStorage,
  before: Date,
  tasks: readonly string[] | undefined,
): Promise<OldRecords> {
  const isTask = createTaskFilter(tasks);
  const taskIds = new Set<string>();
  let count = 0;
  for await (const { taskId, recordedAt } of job.listRuns({ abortSignal: interruptSignal() })) {
    if (recordedAt === undefined || recordedAt >= before || !isTask(taskId)) continue;
    taskIds.add(taskId);
    count += 1;
  }
  return { job, taskIds: [...taskIds], count };
}

async function deleteOldRecords(old: readonly OldRecords[], recordedBefore: Date): Promise<number> {
  const abortSignal = interruptSignal();
  let deleted = 0;
  const tasks = old.flatMap(({ job, taskIds }) => taskIds.map((taskId) => job.getTaskOutputStorage(taskId)));
  await forEachConcurrently(tasks, 16, async (task) => {
    const count = await task.deleteRuns({ recordedBefore, abortSignal });
    deleted += count;
  });
  return deleted;
}
