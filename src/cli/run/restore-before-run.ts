import type { TaskOutputStorage } from "../../outputs/index.js";
import { explain } from "../errors/explain.js";
import type { RetryDeadline } from "../logs/retry-deadline.js";
import { retryUntilDeadline } from "../logs/retry-until-deadline.js";
import { describeStorage } from "../outputs/describe.js";
import { reportRestore } from "../restore/report-restore.js";
import { restoreOutputs } from "../restore/restore-outputs.js";
import { writeMessage } from "../terminal/terminal.js";

/**
 * Restores the outputs of an earlier attempt of the task, before the command starts.
 *
 * @returns Whether all of them are restored. If not, the command must not start, because it would start over, or from
 * partial data.
 */
export async function restoreBeforeRun(
  task: TaskOutputStorage,
  kinds: readonly string[],
  { deadline, isQuiet }: { readonly deadline: RetryDeadline; readonly isQuiet: boolean },
): Promise<boolean> {
  try {
    const entries = await retryUntilDeadline(deadline, async () => {
      const restored = await restoreOutputs(task, kinds, ".", {
        abortSignal: deadline.signal,
        onProgress: deadline.extend,
      });
      const failed = restored.find(({ error }) => error !== undefined);
      if (failed?.error !== undefined && !deadline.hasPassed) throw failed.error;
      return restored;
    });
    if (!isQuiet) reportRestore(entries, describeStorage(task));
    return entries.every(({ error }) => error === undefined);
  } catch (error) {
    writeMessage(
      `The command is not started, because the outputs of its earlier attempt cannot be restored. ${explain(error)}`,
      {
        text: "batch-outputs run:",
        style: "red",
      },
    );
    return false;
  }
}
