import type { AbortSignalLike } from "@azure/abort-controller";
import { BatchOutputsError, pause } from "../../core/index.js";
import type { OutputFileReference, OutputTier } from "../../outputs/index.js";

/** The result for an archived output. */
export type RehydrateStatus = "started" | "available";

/** Options of {@link rehydrateOutput}. */
export interface RehydratePlan {
  readonly tier: OutputTier;
  readonly rehydratePriority: "Standard" | "High" | undefined;
  /** The time until which to wait; `undefined` to start it without waiting. */
  readonly deadline: number | undefined;
  readonly pollIntervalInMs: number;
  readonly abortSignal: AbortSignalLike;
  readonly onStatus: (status: RehydrateStatus) => Promise<void>;
}

/**
 * Moves an archived output to another tier, unless it is already being moved, and waits for it.
 *
 * @throws BatchOutputsError `OutputArchived` when the deadline has passed.
 */
export async function rehydrateOutput(output: OutputFileReference, plan: RehydratePlan): Promise<void> {
  const { tier, rehydratePriority, deadline, pollIntervalInMs, abortSignal, onStatus } = plan;
  const before = await output.getProperties({ abortSignal });
  if (before.archiveStatus === undefined && before.accessTier === "Archive") {
    await output.setTier(tier, { rehydratePriority, abortSignal });
  }
  await onStatus("started");
  if (deadline === undefined) return;
  while (!(await isAvailable(output, abortSignal))) {
    const leftMs = deadline - Date.now();
    if (leftMs <= 0) throw createStillArchivedError(output);
    await pause(Math.min(pollIntervalInMs, leftMs), abortSignal);
  }
  await onStatus("available");
}

async function isAvailable(output: OutputFileReference, abortSignal: AbortSignalLike): Promise<boolean> {
  const { accessTier, archiveStatus } = await output.getProperties({ abortSignal });
  return accessTier !== "Archive" && archiveStatus === undefined;
}

function createStillArchivedError({
  jobId,
  taskId,
  kind,
  filePath: path,
}: OutputFileReference): BatchOutputsError {
  return new BatchOutputsError(
    "OutputArchived",
    `${kind} "${path}" is still being rehydrated, and the time to wait has passed. The service continues to rehydrate it.`,
    { hint: { action: "try-again" }, jobId, taskId, kind, path },
  );
}
