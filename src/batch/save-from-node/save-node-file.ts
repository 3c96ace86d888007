import type { Readable } from "node:stream";
import {
  type BatchOutputsErrorCode,
  concernsAllOutputs,
  hasCode,
  type OperationOptions,
} from "../../core/index.js";
import type { ContentOptions, OverwriteMode, SaveResult, TaskOutputStorage } from "../../outputs/index.js";
import type { BatchAccountClient } from "../account/batch-account-client.js";
import type { BatchTaskInfo, NodeFileInfo } from "../account/batch-records.js";
import { parseNodeFileOutput, slashed } from "./node-file-output.js";
import type { SaveFromNodeEntry } from "./save-counts.js";

interface Address {
  readonly kind: string;
  readonly path: string;
}

/** A saving of a task's files from its node: what each file of it needs. */
export interface Rescue {
  readonly client: BatchAccountClient;
  readonly storage: TaskOutputStorage;
  readonly jobId: string;
  readonly task: BatchTaskInfo;
  readonly kind: string;
  readonly overwrite: OverwriteMode;
  readonly isDryRun: boolean;
  readonly progressOf: () => ContentOptions["onProgress"];
  /** `abortSignal` and `tracingOptions`, for every request. */
  readonly request: OperationOptions;
}

/**
 * Saves one file of a task, whole, or as far as it was written. What fails this file alone is told in the entry; what
 * would fail every other one too is thrown.
 */
export async function saveNodeFile(work: Rescue, file: NodeFileInfo): Promise<SaveFromNodeEntry> {
  const about = { name: slashed(file.name), size: file.size };
  let address: Address | undefined;
  try {
    address = parseNodeFileOutput(about.name, work.kind);
    if (work.isDryRun) return { ...about, ...address, status: "planned" };
    const { status, output } = await save(work, file, address);
    const size = output.size ?? file.size;
    const isPartial = status === "saved" && (await hasGrown(work, file, size));
    return { ...about, ...address, status, size, ...(isPartial ? { isPartial } : {}) };
  } catch (error) {
    if (!(error instanceof Error) || concernsAllOutputs(error)) throw error;
    if (address && hasCode(error, "OutputExists")) {
      const savedSize = await savedSizeOf(work, address);
      return { ...about, ...address, status: "skipped", ...(savedSize === undefined ? {} : { savedSize }) };
    }
    return { ...about, ...address, status: "failed", error };
  }
}

async function save(
  { client, storage, jobId, task, overwrite, progressOf, request }: Rescue,
  file: NodeFileInfo,
  { kind, path }: Address,
): Promise<SaveResult> {
  const open = async (): Promise<Readable> => await client.openTaskFile(jobId, task.id, file.name, request);
  return await storage.saveData(kind, bytesOf(open), path, {
    ...request,
    overwrite,
    concurrency: 2,
    onProgress: progressOf(),
  });
}

/** The node is asked for the file only when its bytes are wanted: not where an output is there and stays. */
async function* bytesOf(open: () => Promise<Readable>): AsyncGenerator<Uint8Array, void, undefined> {
  yield* (await open()) as AsyncIterable<Uint8Array>;
}

/** Only a task that had not ended can have written on. */
async function hasGrown(
  { client, jobId, task, request }: Rescue,
  file: NodeFileInfo,
  savedBytes: number,
): Promise<boolean> {
  if (task.state === "completed") return false;
  const size = await sizeUnlessGone("NodeFileNotFound", () =>
    client.getTaskFileProperties(jobId, task.id, file.name, request),
  );
  return size !== undefined && size > savedBytes;
}

async function savedSizeOf(
  { storage, request }: Rescue,
  { kind, path }: Address,
): Promise<number | undefined> {
  return await sizeUnlessGone("OutputNotFound", () => storage.getOutput(kind, path).getProperties(request));
}

/** A size is asked for after the fact, when the file or output may be gone again. */
async function sizeUnlessGone(
  code: BatchOutputsErrorCode,
  ask: () => Promise<{ readonly size: number }>,
): Promise<number | undefined> {
  try {
    return (await ask()).size;
  } catch (error) {
    if (hasCode(error, code)) return undefined;
    throw error;
  }
}
