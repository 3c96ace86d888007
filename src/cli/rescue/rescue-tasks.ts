import type { Command } from "commander";
import { type BatchOutputsErrorCode, isBatchOutputsError } from "../../core/index.js";
import {
  type BatchAccountClient,
  toTaskRun,
  type BatchTaskInfo,
  saveFromNode,
  type SaveFromNodeEntry,
  type SaveFromNodeResult,
} from "../../batch/index.js";
import type { OverwriteMode, TaskOutputStorage } from "../../outputs/index.js";
import { openBatchAccount } from "../store/open-batch-account.js";
import { createErrorObject, explain } from "../errors/explain.js";
import { exitStatusForMany } from "../errors/exit-status-for.js";
import { formatCount, formatBytes } from "../terminal/formats.js";
import { interruptSignal } from "../terminal/interrupts.js";
import { JsonLines } from "../terminal/json-lines.js";
import { makePrintable } from "../terminal/printable.js";
import { quoteForShell } from "../terminal/quote-for-shell.js";
import { Progress, type ProgressOptions } from "../terminal/progress.js";
import { openJob, requireJob } from "../store/open-store.js";
import { writeMessage } from "../terminal/terminal.js";

/** The tasks and files to save, and the options. */
export interface RescueSelection {
  readonly task?: readonly string[];
  readonly allTasks?: boolean;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly kind?: string;
  readonly overwrite?: OverwriteMode;
  readonly concurrency?: number;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Errors that concern one task only. */
const ofOneTask: readonly BatchOutputsErrorCode[] = [
  "NodeUnavailable",
  "NodeFilesGone",
  "TaskNotStarted",
  "TaskNotFound",
];

/**
 * Saves the files of the tasks from their nodes one task after another, reports the result of each, and returns the
 * exit status.
 */
export async function rescueTasks(
  command: Command,
  selection: RescueSelection,
  progressShown: ProgressOptions,
): Promise<number> {
  const jobId = requireJob(command);
  const client = openBatchAccount(command);
  const job = openJob(command);
  const report = new RescueReport(jobId, selection);
  try {
    using progress = new Progress("Saving", progressShown);
    let finishedBytes = 0;
    for await (const { id: taskId, task } of listChosenTasks(client, jobId, selection)) {
      try {
        const storage = job.getTaskOutputStorage(taskId);
        if (!selection.dryRun) await recordRun(storage, task ?? (await client.getTask(jobId, taskId)), jobId);
        if (task !== undefined && task.nodeInfo === undefined) {
          report.neverStarted(task);
          continue;
        }
        const { savedBytes } = await report.task(
          taskId,
          saveFromNode(client, storage, {
            jobId,
            ...selectFileOptions(selection),
            abortSignal: interruptSignal(),
            onEntry: (entry) => report.file(taskId, entry),
            onProgress: ({ loadedBytes }) => {
              progress.update({ loadedBytes: finishedBytes + loadedBytes });
            },
          }),
        );
        finishedBytes += savedBytes;
      } catch (error) {
        if (!isBatchOutputsError(error) || !ofOneTask.includes(error.code)) throw error;
        await report.failed(taskId, error);
      }
    }
  } finally {
    await report.flush();
  }
  return report.end();
}

function selectFileOptions({ include, exclude, kind, overwrite, concurrency, dryRun }: RescueSelection) {
  return { include, exclude, kind, overwrite, concurrency, dryRun };
}

/** Records the task's state in the Batch service, which deletes it with the job. */
async function recordRun(storage: TaskOutputStorage, task: BatchTaskInfo, jobId: string): Promise<void> {
  const run = toTaskRun(task, jobId);
  if (run !== undefined) await storage.saveRun(run, { abortSignal: interruptSignal() });
}

interface ChosenTask {
  readonly id: string;
  /** Set if the task was listed. */
  readonly task?: BatchTaskInfo;
}

async function* listChosenTasks(
  client: BatchAccountClient,
  jobId: string,
  { task, allTasks = false }: RescueSelection,
): AsyncGenerator<ChosenTask, void, undefined> {
  if (task) {
    for (const id of task) yield { id };
    return;
  }
  const tasks = client.listTasks(jobId, {
    select: "state,creationTime,executionInfo,nodeInfo",
    abortSignal: interruptSignal(),
  });
  const isMeant = ({ nodeInfo, executionInfo }: BatchTaskInfo): boolean =>
    executionInfo?.result === "failure" || (nodeInfo !== undefined && allTasks);
  for await (const found of tasks) if (isMeant(found)) yield { id: found.id, task: found };
}

/** Reports each file when it is done, and stores only counts, because there may be thousands of files. */
class RescueReport {
  readonly #jobId: string;
  readonly #selection: RescueSelection;
  readonly #errors: Error[] = [];
  readonly #lines = new JsonLines();
  #count = 0;
  #tasks = 0;
  #plannedBytes = 0;
  /** The number of files of which the store has less than the node. */
  #shorter = 0;
  /** The number of tracked logs that have less than their files on the node, and the command that reads the last of these. */
  #shorterLogs = 0;
  #readFile = "";

  constructor(jobId: string, selection: RescueSelection) {
    this.#jobId = jobId;
    this.#selection = selection;
  }

  async file(taskId: string, entry: SaveFromNodeEntry): Promise<void> {
    const { name, status, size, savedSize, error } = entry;
    this.#count += 1;
    if (status === "planned") this.#plannedBytes += size;
    if (error) {
      this.#errors.push(error);
      writeMessage(`${taskId}: ${name}: ${explain(error)}`, { text: "failed:", style: "red" });
    } else if (entry.isPartial)
      writeMessage(`${taskId}: ${name} grew while it was read: its first ${formatBytes(size)} are saved.`);
    else if (savedSize !== undefined && savedSize < size) {
      const log = entry.isTracked ? ", in a tracked log" : "";
      writeMessage(
        `${taskId}: ${name} has ${formatBytes(size)} on the node and ${formatBytes(savedSize)} in the store${log}.`,
      );
      if (entry.isTracked) {
        this.#shorterLogs += 1;
        this.#readFile = `az batch task file download --job-id ${this.#jobId} --task-id ${taskId} --file-path ${quoteForShell(name)} --destination FILE`;
      } else this.#shorter += 1;
    }
    if (this.#selection.json)
      await this.#write({ taskId, ...entry, ...(error && { error: createErrorObject(error) }) });
    else if (status === "planned") {
      const as = `${entry.kind ?? ""} "${entry.path ?? ""}"`;
      await this.#lines.text(makePrintable(`would save ${taskId}: ${name} (${formatBytes(size)}) as ${as}`));
    }
  }

  /** Reports a task when all its files are done. */
  async task(taskId: string, saving: Promise<SaveFromNodeResult>): Promise<SaveFromNodeResult> {
    this.#tasks += 1;
    this.#plannedBytes = 0;
    const result = await saving;
    writeMessage(formatSummary(taskId, result, this.#selection.dryRun ? this.#plannedBytes : undefined));
    return result;
  }

  /** Reports a task that no node ran. Only the reason is recorded. */
  neverStarted({ id, executionInfo: { failureInfo: failure } = {} }: BatchTaskInfo): void {
    this.#tasks += 1;
    const reason = [failure?.code, failure?.message].filter((text) => text !== undefined).join(": ");
    writeMessage(
      `${id}: was never started${reason === "" ? "" : ` (${reason})`}. There are no files to save.`,
    );
  }

  async failed(taskId: string, error: Error): Promise<void> {
    this.#count += 1;
    this.#errors.push(error);
    writeMessage(`${taskId}: ${explain(error)}`, { text: "failed:", style: "red" });
    if (this.#selection.json)
      await this.#write({ taskId, status: "failed", error: createErrorObject(error) });
  }

  async flush(): Promise<void> {
    await this.#lines.flush();
  }

  async #write(line: object): Promise<void> {
    await this.#lines.write({ jobId: this.#jobId, ...line });
  }

  end(): number {
    if (this.#tasks === 0 && this.#errors.length === 0) {
      const which = this.#selection.allTasks ? "no task that has started" : "no task that failed";
      writeMessage(`Nothing to save: job "${this.#jobId}" has ${which}.`);
    }
    if (this.#shorter > 0)
      writeMessage(
        `${formatCount(this.#shorter, "saved file")} ${this.#shorter === 1 ? "is" : "are"} shorter than on the node. Use --overwrite if-changed to save ${this.#shorter === 1 ? "it" : "them"} again.`,
      );
    if (this.#shorterLogs > 0)
      writeMessage(
        `${formatCount(this.#shorterLogs, "tracked log")} ${this.#shorterLogs === 1 ? "has" : "have"} less than the node. A tracked log is never replaced; \`${this.#readFile}\` reads the file from the node.`,
      );
    return exitStatusForMany(this.#count, this.#errors);
  }
}

/** Sums up the result of a task; of a dry run, if `plannedBytes` is given. */
function formatSummary(taskId: string, result: SaveFromNodeResult, plannedBytes?: number): string {
  const { task, savedCount, savedBytes, plannedCount, unchangedCount, skippedCount, failedCount } = result;
  const others = [
    [unchangedCount, "unchanged"],
    [skippedCount, "already saved"],
    [failedCount, "failed"],
  ] as const;
  const isDryRun = plannedBytes !== undefined;
  const [count, bytes] = isDryRun ? [plannedCount, plannedBytes] : [savedCount, savedBytes];
  const numbers = [
    `${formatCount(count, "file")} (${formatBytes(bytes)})`,
    ...others.flatMap(([other, what]) => (other === 0 ? [] : [`${other} ${what}`])),
  ];
  const running =
    task.state === "completed"
      ? ""
      : ` The task is ${task.state}: data that it writes from now on is not saved.`;
  return `${isDryRun ? "Would save" : "Saved"} ${numbers.join(", ")} of task "${taskId}" from its node.${running}`;
}
