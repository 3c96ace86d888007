import { type OperationOptions, pickRequestOptions } from "../../core/index.js";
import { AppendBlobs, BlobListing, isBlobMissing, type StoreContainer } from "../../storage/index.js";
import { type LineTimes, type LogDescription, readLineTimes } from "../../tracking/index.js";
import type { OutputScope } from "../scope/output-scope.js";
import { formatTimesName, formatTimesPrefix } from "./times-name.js";

/** A log whose times are read: where it is, and its present properties. */
export interface TimedLog {
  readonly container: StoreContainer;
  readonly taskId: string | undefined;
  readonly fetchProperties: () => Promise<{
    readonly log?: LogDescription | undefined;
    readonly size: number;
  }>;
}

/**
 * Reads when the lines of a log were written. `undefined` if the output is no such log, if no times are stored, and if they do not fit
 * the log.
 */
export async function readTimesOfLog(
  { container, taskId, fetchProperties }: TimedLog,
  options: OperationOptions,
): Promise<LineTimes | undefined> {
  const { log, size } = await fetchProperties();
  const name = log?.part === 1 ? formatTimesName(taskId, log.logId) : undefined;
  if (name === undefined) return undefined;
  const times = await readLineTimes(new AppendBlobs(container), name, pickRequestOptions(options));
  if (times === undefined || times.endPosition <= size) return times;
  // The log may have grown since its properties were read.
  const now = await fetchProperties();
  return now.log?.logId === log?.logId && times.endPosition <= now.size ? times : undefined;
}

/** Deletes the times of a log, if there are any. */
export async function deleteTimesOfLog(
  container: StoreContainer,
  log: { readonly taskId: string | undefined; readonly logId: string },
  options: OperationOptions,
): Promise<void> {
  const name = formatTimesName(log.taskId, log.logId);
  if (name !== undefined) await deleteBlob(container, name, options);
}

/** Deletes the times of all logs of a task, or of the job itself. */
export async function deleteAllTimes(
  { container, taskId }: OutputScope,
  options: OperationOptions,
): Promise<void> {
  const listing = new BlobListing(container, formatTimesPrefix(taskId));
  const names: string[] = [];
  for (let token: string | undefined, isFirst = true; isFirst || token !== undefined; isFirst = false) {
    const page = await listing.readPage({ continuationToken: token }, options);
    for (const { name } of page.items) names.push(name);
    token = page.continuationToken;
  }
  for (const name of names) await deleteBlob(container, name, options);
}

async function deleteBlob(container: StoreContainer, name: string, options: OperationOptions): Promise<void> {
  try {
    const client = (await container.loadClient()).getBlobClient(name);
    await client.delete({ ...pickRequestOptions(options), deleteSnapshots: "include" });
  } catch (error) {
    if (!isBlobMissing(error)) throw error;
  }
}
