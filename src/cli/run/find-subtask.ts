import { basename, posix, win32 } from "node:path";

/**
 * The name of the subtask of a multi-instance task that this process belongs to, such as `subtask-2`; `undefined` in the primary
 * task, and in any other. All of them have the same task id, so that only the variables of the node tell them apart: a subtask's
 * folder is that of the task with the number of the subtask. In a container with another folder, its node's id is the name.
 */
export function findSubtask(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (env["AZ_BATCH_IS_CURRENT_NODE_MASTER"]?.toLowerCase() !== "false") return undefined;
  const folder = env["AZ_BATCH_TASK_DIR"] ?? "";
  const path = folder.includes("\\") ? win32 : posix;
  const number = path.basename(folder);
  if (/^[1-9]\d*$/.test(number) && path.basename(path.dirname(folder)) === env["AZ_BATCH_TASK_ID"])
    return `subtask-${number}`;
  const nodeId = basename(env["AZ_BATCH_NODE_ID"] ?? "");
  return `subtask-on-${nodeId === "" ? "node" : nodeId}`;
}
