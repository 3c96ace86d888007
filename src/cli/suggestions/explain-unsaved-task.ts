import type { Command } from "commander";
import { type BatchOutputsErrorCode, isBatchOutputsError } from "../../core/index.js";
import type { BatchAccountClient } from "../../batch/index.js";
import { openBatchAccountOfEnvironment } from "../store/open-batch-account.js";
import { formatRescueCommand } from "./rescue-command.js";

/**
 * Explains what can be done about a task that has saved nothing. The Batch service is asked for the task and its node, if the
 * environment names an account.
 */
export async function explainUnsavedTask(
  jobId: string | undefined,
  taskId: string,
  command: Command,
  abortSignal: AbortSignal,
): Promise<string> {
  const batch = jobId === undefined ? undefined : openBatchAccountOfEnvironment(command);
  const found = batch === undefined ? undefined : await examineTask(batch, jobId ?? "", taskId, abortSignal);
  return (
    found ??
    `Task ${taskId} has saved nothing here. While its node exists, \`${formatRescueCommand({ jobId: jobId ?? "ID", taskId })}\` saves the files that it has there; this asks the Batch account of AZURE_BATCH_ENDPOINT.`
  );
}

async function examineTask(
  batch: BatchAccountClient,
  jobId: string,
  taskId: string,
  abortSignal: AbortSignal,
): Promise<string | undefined> {
  try {
    const { state, nodeInfo, executionInfo } = await batch.getTask(jobId, taskId, { abortSignal });
    if (nodeInfo === undefined)
      return `Azure Batch has not started task ${taskId} (state: ${state}), or no node could run it: \`batch-outputs why --job ${jobId}\` shows which tasks failed.`;
    await batch.listTaskFiles(jobId, taskId, { abortSignal }).next();
    const rescue = formatRescueCommand({ jobId, taskId, hasSucceeded: executionInfo?.result === "success" });
    return `Task ${taskId} has saved nothing here, but its node still has its files: \`${rescue}\` saves them.`;
  } catch (error) {
    const explain = isBatchOutputsError(error) ? explanations[error.code] : undefined;
    return explain?.(taskId);
  }
}

const explainLoss = (taskId: string): string =>
  `The node of task ${taskId} is gone, or has deleted the files of the task: what the task did not save is lost. For the next run, \`batch-outputs run\` or OutputFiles save outputs while the task runs.`;

/** By the code of the refusal; after any other, the Batch service is as if it had not been asked. */
const explanations: Readonly<Partial<Record<BatchOutputsErrorCode, (taskId: string) => string>>> = {
  TaskNotFound: (taskId) => `The job has no task ${taskId} in Azure Batch, or it was deleted.`,
  NodeUnavailable: explainLoss,
  NodeFilesGone: explainLoss,
};
