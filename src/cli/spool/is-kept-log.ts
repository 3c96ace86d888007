import { isTransient } from "../../core/index.js";
import { parseLogName } from "../../tracking/index.js";
import { explain } from "../errors/explain.js";
import type { RetryDeadline } from "../logs/retry-deadline.js";
import { retryUntilDeadline } from "../logs/retry-until-deadline.js";
import { writeMessage } from "../terminal/terminal.js";
import type { SpoolAttempt, StreamLogPlan } from "./spool-owner.js";

/**
 * Whether the complete log of an attempt is already stored and was kept when a later attempt began, which may have run
 * on another node, or may not have deleted the spool folder.
 */
export async function isKeptLog(
  plan: StreamLogPlan,
  { attemptId }: SpoolAttempt,
  { sizeBytes, deadline }: { readonly sizeBytes: number; readonly deadline: RetryDeadline },
): Promise<boolean> {
  let reported: string | undefined;
  const report = (error: unknown): void => {
    const words = explain(error);
    if (words !== reported && isTransient(error) && !deadline.hasPassed)
      writeMessage(`Logs of earlier attempts cannot be stored at present. ${words}`);
    reported = words;
  };
  try {
    return await retryUntilDeadline(deadline, async () => {
      try {
        return await findKeptLog(plan, attemptId, sizeBytes, deadline.signal);
      } catch (error) {
        report(error);
        throw error;
      }
    });
  } catch {
    // The credential may permit writing but not listing. Then the log is stored, perhaps again, and that reports other
    // errors.
    return false;
  }
}

async function findKeptLog(
  { storage, kind, path }: StreamLogPlan,
  attemptId: string,
  sizeBytes: number,
  abortSignal: AbortSignal,
): Promise<boolean> {
  for await (const output of storage.listOutputs(kind, { abortSignal })) {
    const name = parseLogName(output.filePath);
    if (name.path !== path || name.attempt === undefined) continue;
    const { log, size } = await output.getProperties({ abortSignal });
    if (log?.attemptId === attemptId && size >= sizeBytes) return true;
  }
  return false;
}
