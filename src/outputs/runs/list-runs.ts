import {
  argumentTypeError,
  type OperationOptions,
  pickRequestOptions,
  requireObject,
} from "../../core/index.js";
import { requireTaskId } from "../../conventions/index.js";
import {
  BlobListing,
  getServiceErrorCode,
  hadUnansweredTry,
  isBlobMissing,
  type ListedBlob,
} from "../../storage/index.js";
import { createPagedOutputs, type PagedOutputs } from "../paging/paged-outputs.js";
import type { OutputScope } from "../scope/output-scope.js";
import { perform } from "../scope/perform.js";
import { createStoreCall } from "../scope/store-call.js";
import { parseRun, runMetadataName } from "./run-format.js";
import { formatRunsPrefix, parseRunName } from "./run-name.js";
import type { TaskRun } from "./task-run.js";

/** Options of `JobOutputStorage.listRuns`. */
export interface ListRunsOptions extends OperationOptions {
  /** Only the runs of this task. */
  taskId?: string | undefined;
}

/**
 * Lists the recorded runs, by task, and the runs of a task in the order in which they started. The summaries are
 * in the blobs' metadata, which the listing includes: one request for 5,000 runs.
 */
export function listRuns(scope: OutputScope, options: ListRunsOptions): PagedOutputs<TaskRun> {
  requireObject(options, "options");
  const { taskId } = options;
  if (taskId !== undefined) requireTaskId(taskId, "options.taskId");
  const call = createStoreCall("JobOutputStorage.listRuns", { scope });
  const listing = new BlobListing(scope.container, formatRunsPrefix(taskId));
  return createPagedOutputs(options, (start, request) =>
    perform(call, request, async (updated) => {
      const { items, continuationToken } = await listing.readPage(start, updated);
      return { items: [...items].flatMap((blob) => readRun(blob) ?? []), continuationToken };
    }),
  );
}

/** Reads the record that a listing includes. `undefined` for any other blob. */
function readRun({ name, metadata = {}, lastModified }: ListedBlob): TaskRun | undefined {
  const address = parseRunName(name);
  const [, summary] = Object.entries(metadata).find(([key]) => key.toLowerCase() === runMetadataName) ?? [];
  if (address === undefined || summary === undefined) return undefined;
  const { taskId, runId } = address;
  return parseRun(summary, { taskId, runId, recordedAt: lastModified });
}

/** Options of `TaskOutputStorage.deleteRuns`. */
export interface DeleteRunsOptions extends OperationOptions {
  /** Only records that were last written before this time. */
  recordedBefore?: Date | undefined;
}

/** Deletes records of a task. Returns how many. */
export async function deleteRuns(
  scope: OutputScope & { readonly taskId: string },
  options: DeleteRunsOptions,
): Promise<number> {
  requireObject(options, "options");
  const { recordedBefore } = options;
  if (recordedBefore !== undefined && !(recordedBefore instanceof Date))
    throw argumentTypeError("options.recordedBefore", "must be a Date");
  return await perform(
    createStoreCall("TaskOutputStorage.deleteRuns", { scope }),
    options,
    async (updated) => {
      const found: ListedBlob[] = [];
      const listing = new BlobListing(scope.container, formatRunsPrefix(scope.taskId));
      for (let token: string | undefined, isFirst = true; isFirst || token !== undefined; isFirst = false) {
        const page = await listing.readPage({ continuationToken: token }, updated);
        for (const blob of page.items) if (isOld(blob, recordedBefore)) found.push(blob);
        token = page.continuationToken;
      }
      let count = 0;
      for (const { name, etag } of found)
        if (await deleteBlob(scope, name, recordedBefore && etag, updated)) count += 1;
      return count;
    },
  );
}

function isOld({ name, lastModified }: ListedBlob, before: Date | undefined): boolean {
  return (
    parseRunName(name) !== undefined &&
    (before === undefined || (lastModified !== undefined && lastModified < before))
  );
}

/** Returns false for a record that is gone, or has been written again since it was listed. */
async function deleteBlob(
  { container }: OutputScope,
  name: string,
  ifMatch: string | undefined,
  options: OperationOptions,
): Promise<boolean> {
  try {
    const client = (await container.loadClient()).getBlobClient(name);
    const conditions = ifMatch === undefined ? {} : { conditions: { ifMatch } };
    await client.delete({ ...pickRequestOptions(options), deleteSnapshots: "include", ...conditions });
    return true;
  } catch (error) {
    // If the answer to the deletion was lost, the SDK repeats the request, and the record is gone already.
    if (isBlobMissing(error)) return hadUnansweredTry(error);
    if (getServiceErrorCode(error) === "ConditionNotMet") return false;
    throw error;
  }
}
