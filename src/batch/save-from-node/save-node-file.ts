import type { Readable } from "node:stream";
import {
  BatchOutputsError,
  type BatchOutputsErrorCode,
  concernsAllOutputs,
  hasCode,
  type OperationOptions,
} from "../../core/index.js";
import type { ContentOptions, OverwriteMode, SaveResult, TaskOutputStorage } from "../../outputs/index.js";
import type { BatchAccountClient } from "../account/batch-account-client.js";
import type { BatchTaskInfo, NodeFileInfo } from "../account/batch-records.js";
import { parseNodeFileOutput, toSlashes } from "./node-file-output.js";
import type { SaveFromNodeEntry } from "./save-counts.js";

interface OutputName {
  readonly kind: string;
  readonly path: string;
}

/** One call of `saveFromNode`: the values that its files share. */
export interface NodeSaving {
  readonly client: BatchAccountClient;
  readonly storage: TaskOutputStorage;
  readonly jobId: string;
  readonly task: BatchTaskInfo;
  readonly kind: string;
  readonly overwrite: OverwriteMode;
  readonly isDryRun: boolean;
  readonly createProgress: () => ContentOptions["onProgress"];
  /** `abortSignal` and `tracingOptions`, for every request. */
  readonly request: OperationOptions;
}

/**
 * Saves one file of a task, up to its present length. An error of this file alone is reported in the entry; an error
 * that concerns all files is thrown.
 */
export async function saveNodeFile(work: NodeSaving, file: NodeFileInfo): Promise<SaveFromNodeEntry> {
  const about = { name: toSlashes(file.name), size: file.size };
  let address: OutputName | undefined;
  try {
    address = parseNodeFileOutput(about.name, work.kind);
    if (work.isDryRun) return { ...about, ...address, ...(await plan(work, address)) };
    const { status, output } = await save(work, file, address);
    const size = output.size ?? file.size;
    const isPartial = status === "saved" && (await hasGrown(work, file, size));
    return { ...about, ...address, status, size, ...(isPartial ? { isPartial } : {}) };
  } catch (error) {
    if (!(error instanceof Error) || concernsAllOutputs(error)) throw error;
    if (address && hasCode(error, "OutputExists")) {
      return { ...about, ...address, status: "skipped", ...(await readExisting(work, address)) };
    }
    return { ...about, ...address, status: "failed", error };
  }
}

/**
 * Reports whether a file would be saved. With the mode `never` this depends on whether the output exists. With other
 * modes it would depend on the content, which is not read: the file is reported as planned, unless its output is a tracked log.
 */
async function plan(
  work: NodeSaving,
  address: OutputName,
): Promise<Pick<SaveFromNodeEntry, "status"> & ExistingOutput> {
  const existing = await readExisting(work, address);
  const isKept = existing.isTracked || (existing.savedSize !== undefined && work.overwrite === "never");
  return isKept ? { status: "skipped", ...existing } : { status: "planned" };
}

async function save(
  { client, storage, jobId, task, overwrite, createProgress, request }: NodeSaving,
  file: NodeFileInfo,
  { kind, path }: OutputName,
): Promise<SaveResult> {
  const open = async (): Promise<Readable> => await client.openTaskFile(jobId, task.id, file.name, request);
  const minBytes = task.state === "completed" ? file.size : 0;
  return await storage.saveData(kind, readBytes(open, minBytes), path, {
    ...request,
    overwrite,
    keepTrackedLog: true,
    concurrency: 2,
    onProgress: createProgress(),
  });
}

/**
 * The file is requested only when its bytes are needed: not if an existing output is kept.
 *
 * @throws BatchOutputsError `SourceChanged` if there are fewer bytes than were listed.
 */
async function* readBytes(
  open: () => Promise<Readable>,
  minBytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let count = 0;
  for await (const chunk of (await open()) as AsyncIterable<Uint8Array>) {
    count += chunk.length;
    yield chunk;
  }
  if (count >= minBytes) return;
  const reason = `the node returned ${count} of the ${minBytes} bytes that it had listed for the file.`;
  throw new BatchOutputsError("SourceChanged", reason, { hint: { action: "try-again" } });
}

/** Whether the task has written more since. Only a task that had not ended can do so. */
async function hasGrown(
  { client, jobId, task, request }: NodeSaving,
  file: NodeFileInfo,
  savedBytes: number,
): Promise<boolean> {
  if (task.state === "completed") return false;
  const found = await findProperties("NodeFileNotFound", () =>
    client.getTaskFileProperties(jobId, task.id, file.name, request),
  );
  return found !== undefined && found.size > savedBytes;
}

type ExistingOutput = Pick<SaveFromNodeEntry, "savedSize" | "isTracked">;

async function readExisting(
  { storage, request }: NodeSaving,
  { kind, path }: OutputName,
): Promise<ExistingOutput> {
  const found = await findProperties("OutputNotFound", () =>
    storage.getOutput(kind, path).getProperties(request),
  );
  if (found === undefined) return {};
  return { savedSize: found.size, ...(found.log === undefined ? {} : { isTracked: true }) };
}

/** Requests properties. Returns `undefined` if the file or output is gone meanwhile. */
async function findProperties<T>(
  code: BatchOutputsErrorCode,
  requestProperties: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await requestProperties();
  } catch (error) {
    if (hasCode(error, code)) return undefined;
    throw error;
  }
}
