import type { JobRecord, TaskRecord } from "../../state/records.js";
import type { EngineContext } from "../base/engine-context.js";
import { createFailureInfo } from "../base/failures.js";
import { isWindowsCommand, windowsCommandReason } from "../run/windows-command.js";
import { completeWaitingTask } from "./complete-task.js";

/**
 * Completes the waiting tasks of a job whose command begins with a Windows shell, in a pool in which the start task of
 * every node has failed: the start task is usually for Windows too, and without this the program that added the tasks
 * would wait without end.
 */
export function failWindowsCommands(
  context: EngineContext,
  job: JobRecord,
  isBlocked: (task: TaskRecord) => boolean,
): void {
  for (const taskId of [...context.queue.listWaiting(job.id)]) {
    const task = context.state.tasks.get(job.id, taskId);
    if (!task || !isWindowsCommand(task.given.commandLine) || isBlocked(task)) continue;
    const failureInfo = createFailureInfo("CommandProgramNotFound", {
      CommandLine: task.given.commandLine,
      Message: windowsCommandReason,
    });
    completeWaitingTask(context, task, { failureInfo });
  }
}
